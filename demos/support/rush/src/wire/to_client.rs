//! Messages from the server.

use ::bytes::Bytes;

use crate::bytes::{Malformed, Reader, Writer};
use crate::wire::{Delta, Snapshot, Welcome};

/// A message to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToClient {
    /// The first message to a client.
    Welcome(Welcome),
    /// The whole picture.
    Snapshot(Snapshot),
    /// The changes of a tick.
    Delta(Delta),
    /// The server will restart.
    Restarts {
        /// In about this many seconds.
        seconds: u16,
    },
    /// The number that the client sent.
    Echo(u32),
}

impl ToClient {
    /// Encodes the message.
    pub fn encode(&self) -> Bytes {
        match self {
            Self::Welcome(welcome) => welcome.encode(),
            Self::Snapshot(snapshot) => snapshot.encode(),
            Self::Delta(delta) => delta.encode(),
            Self::Restarts { seconds } => {
                let mut to = Writer::default();
                to.u8(0x84);
                to.u8(1);
                to.u16(*seconds);
                to.done()
            }
            Self::Echo(number) => {
                let mut to = Writer::default();
                to.u8(0x86);
                to.u32(*number);
                to.done()
            }
        }
    }

    /// Decodes a message.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(bytes);
        let message = match from.u8()? {
            0x81 => Self::Welcome(Welcome::read(&mut from)?),
            0x82 => Self::Snapshot(Snapshot::read(&mut from)?),
            0x83 => Self::Delta(Delta::read(&mut from)?),
            0x84 => match from.u8()? {
                1 => Self::Restarts {
                    seconds: from.u16()?,
                },
                _ => return Err(Malformed::Value("notice")),
            },
            0x86 => Self::Echo(from.u32()?),
            other => return Err(Malformed::Tag(other)),
        };
        from.end()?;
        Ok(message)
    }
}
