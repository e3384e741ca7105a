//! The first message that a client receives.

use ::bytes::Bytes;

use crate::bytes::{Malformed, Reader, Writer};
use crate::wire::{Seq, Token, VERSION, WATCHING};
use crate::{Config, Name, Seat};

/// The answer to a join, a resume or a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// The client's seat. `None` if it watches.
    pub seat: Option<Seat>,
    /// The token with which the client can resume; zeros if it watches.
    pub token: Token,
    /// The last turn that was applied; the client continues to count from here.
    pub last_seq: Seq,
    /// Whether the client has resumed its seat with its points.
    pub resumed: bool,
    /// The room's parameters.
    pub config: Config,
    /// The room's name: 1 to 24 of `a`–`z`, `0`–`9` and `-`.
    pub room: String,
    /// The client's name. `None` if it watches.
    pub name: Option<Name>,
}

impl Welcome {
    /// Encodes the message.
    pub fn encode(&self) -> Bytes {
        let mut to = Writer::with_room(128);
        to.u8(0x81);
        to.u8(VERSION);
        to.u16(self.seat.map_or(WATCHING, |seat| seat.0));
        to.raw(&self.token.0);
        to.u16(self.last_seq.0);
        to.u8(u8::from(self.resumed));
        self.config.write(&mut to);
        to.text(&self.room);
        to.text(self.name.as_ref().map_or("", Name::as_str));
        to.done()
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        if from.u8()? != VERSION {
            return Err(Malformed::Value("version"));
        }
        let seat = match from.u16()? {
            WATCHING => None,
            seat => Some(Seat(seat)),
        };
        let token = Token(from.array()?);
        let last_seq = Seq(from.u16()?);
        let resumed = from.bool("resumed")?;
        let config = Config::read(from)?;
        if seat.is_some_and(|seat| seat.0 >= config.seats) {
            return Err(Malformed::Value("seat"));
        }
        let room = from.text("room")?;
        if !is_room(room) {
            return Err(Malformed::Value("room"));
        }
        let name = match from.text("name")? {
            "" => None,
            name => Some(Name::heard(name).ok_or(Malformed::Value("name"))?),
        };
        Ok(Self {
            seat,
            token,
            last_seq,
            resumed,
            config,
            room: room.to_string(),
            name,
        })
    }
}

/// Whether this is a valid room name: 1 to 24 of `a`–`z`, `0`–`9` and `-`.
pub fn is_room(name: &str) -> bool {
    let belongs = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=24).contains(&name.len()) && name.bytes().all(belongs)
}
