//! What a client says.

use ::bytes::Bytes;

use crate::Dir;
use crate::bytes::{Malformed, Reader, Writer};
use crate::wire::{LONGEST_TO_SERVER, Seq, Token};

/// A message to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToServer {
    /// Wants a seat, under this name as it was typed; [`name::tidy`](crate::name::tidy) has yet to see it.
    Join {
        /// At most [`LONGEST_NAME`](ToServer::LONGEST_NAME) bytes.
        name: String,
    },
    /// Wants its seat back.
    Resume {
        /// From the [`Welcome`](crate::wire::Welcome) of then.
        token: Token,
    },
    /// Wants to look on.
    Watch,
    /// Wants to head another way.
    Turn {
        /// One more than the turn before.
        seq: Seq,
        /// Where to.
        dir: Dir,
    },
    /// Wants no more; the seat is free.
    Leave,
    /// Wants the same back, to see how long that takes.
    Echo(u32),
}

impl ToServer {
    /// Bytes of the longest name that fits a message.
    pub const LONGEST_NAME: usize = LONGEST_TO_SERVER - 2;

    /// As it goes over the line. Of a name that is too long, what fits.
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

    /// What these bytes say.
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
