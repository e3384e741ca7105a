//! Messages from a client.

use ::bytes::Bytes;

use crate::Dir;
use crate::bytes::{Malformed, Reader, Writer};
use crate::wire::{LONGEST_TO_SERVER, Seq, Token};

/// A message to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToServer {
    /// Asks for a seat, under this name as typed; the server still has to
    /// [`tidy`](crate::name::tidy) it.
    Join {
        /// At most [`LONGEST_NAME`](ToServer::LONGEST_NAME) bytes.
        name: String,
    },
    /// Asks for the seat that it had.
    Resume {
        /// The token from the earlier [`Welcome`](crate::wire::Welcome).
        token: Token,
    },
    /// Asks to watch.
    Watch,
    /// Asks for another direction.
    Turn {
        /// One more than the turn before.
        seq: Seq,
        /// The new direction.
        dir: Dir,
    },
    /// Leaves the room; the seat becomes free.
    Leave,
    /// Asks for the same number back, to measure the round trip.
    Echo(u32),
}

impl ToServer {
    /// The maximum length of a name in a message, in bytes.
    pub const LONGEST_NAME: usize = LONGEST_TO_SERVER - 2;

    /// Encodes the message. A name that is too long is cut.
    pub fn encode(&self) -> Bytes {
        let mut to = Writer::with_room(LONGEST_TO_SERVER);
        match self {
            Self::Join { name } => {
                to.u8(0x01);
                to.text_up_to(name, Self::LONGEST_NAME);
            }
            Self::Resume { token } => {
                to.u8(0x02);
                to.raw(&token.0);
            }
            Self::Watch => to.u8(0x03),
            Self::Turn { seq, dir } => {
                to.u8(0x04);
                to.u16(seq.0);
                to.u8(*dir as u8);
            }
            Self::Leave => to.u8(0x05),
            Self::Echo(number) => {
                to.u8(0x06);
                to.u32(*number);
            }
        }
        to.done()
    }

    /// Decodes a message.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > LONGEST_TO_SERVER {
            return Err(Malformed::Long);
        }
        let mut from = Reader::new(bytes);
        let message = match from.u8()? {
            0x01 => Self::Join {
                name: from.text("name")?.to_string(),
            },
            0x02 => Self::Resume {
                token: Token(from.array()?),
            },
            0x03 => Self::Watch,
            0x04 => Self::Turn {
                seq: Seq(from.u16()?),
                dir: Dir::read(&mut from)?,
            },
            0x05 => Self::Leave,
            0x06 => Self::Echo(from.u32()?),
            other => return Err(Malformed::Tag(other)),
        };
        from.end()?;
        Ok(message)
    }
}
