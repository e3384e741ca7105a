//! Writes a log as bytes, and reads it.

use std::fmt;

use ::bytes::Bytes;

use crate::bytes::{Malformed, Reader, Writer};
use crate::fnv::fnv1a;
use crate::log::{HASH_EVERY, Log};
use crate::{Config, Dir, Input, Name, Phase, Seat, Team};

const MAGIC: [u8; 4] = *b"RUSH";
/// The version. It must change whenever the file format or the rules change.
const VERSION: u8 = 2;

/// Why bytes are not a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The bytes are not a log at all.
    NotALog,
    /// A log of rules that this program does not know.
    Version(u8),
    /// The file is truncated, as after a full disk or a power failure. The part before is valid.
    Truncated {
        /// The complete seconds before the end. `None` if not even the start is complete.
        whole: Option<Box<Log>>,
    },
    /// The file was changed, or was never valid.
    Corrupt {
        /// The position of the wrong frame, in bytes.
        at: usize,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALog => f.write_str("this is no turn log: it does not begin with RUSH"),
            Self::Version(version) => write!(
                f,
                "the log has version {version}, and this program reads version {VERSION}: play it with the program that wrote it"
            ),
            Self::Truncated { whole } => {
                let ticks = whole.as_ref().map_or(0, |log| log.ticks.len());
                write!(
                    f,
                    "the log breaks off after tick {ticks}; up to there it is whole"
                )
            }
            Self::Corrupt { at } => write!(f, "the log is corrupt from byte {at} on"),
        }
    }
}

impl std::error::Error for Unreadable {}

impl Log {
    /// Encodes the log.
    pub fn write(&self) -> Bytes {
        let mut to = Writer::default();
        to.raw(&MAGIC);
        to.u8(VERSION);
        frame(&mut to, &self.beginning());
        let mut hashes = self.hashes.iter().peekable();
        let (mut tick, mut names) = (0, self.joined.iter());
        for second in self.ticks.chunks(HASH_EVERY as usize) {
            tick += second.len() as u32;
            let hash = hashes.next_if(|(at, _)| *at == tick);
            let hash = hash.map(|(_, hash)| *hash);
            frame(&mut to, &write_second(second, &mut names, hash));
        }
        frame(&mut to, &[]);
        to.done()
    }

    /// Decodes a log. No bytes make it panic.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut from = Reader::new(bytes);
        let magic = from.take(MAGIC.len().min(bytes.len())).unwrap_or_default();
        if !MAGIC.starts_with(magic) || bytes.is_empty() {
            return Err(Unreadable::NotALog);
        }
        let mut log: Option<Box<Log>> = None;
        match from.u8() {
            Ok(VERSION) => {}
            Ok(other) => return Err(Unreadable::Version(other)),
            Err(_) => return Err(Unreadable::Truncated { whole: None }),
        }
        loop {
            let at = bytes.len() - from.left();
            let corrupt = |_| Unreadable::Corrupt { at };
            let body = match unframe(&mut from) {
                Ok(body) => body,
                Err(Malformed::Short) => return Err(Unreadable::Truncated { whole: log }),
                Err(other) => return Err(corrupt(other)),
            };
            match log.take() {
                None => log = Some(Box::new(Self::begin(body).map_err(corrupt)?)),
                Some(done) if body.is_empty() => {
                    let at = bytes.len() - from.left();
                    from.end().map_err(|_| Unreadable::Corrupt { at })?;
                    return Ok(*done);
                }
                Some(mut going) => {
                    going.read_second(body).map_err(corrupt)?;
                    log = Some(going);
                }
            }
        }
    }

    fn beginning(&self) -> Bytes {
        let mut to = Writer::default();
        self.config.write(&mut to);
        to.u64(self.seed);
        to.u32(self.round);
        to.list(&self.seated, |to, (seat, team, name)| {
            to.u16(seat.0);
            to.u8(team.number());
            to.text(name.as_str());
        });
        to.done()
    }

    fn begin(body: &[u8]) -> Result<Self, Malformed> {
        let mut from = Reader::new(body);
        let log = Self {
            config: Config::read(&mut from)?,
            seed: from.u64()?,
            round: from.u32()?,
            seated: from.list(
                "seated",
                5,
                |it: &(Seat, Team, Name)| it.0,
                |from| {
                    let (seat, team) = (Seat(from.u16()?), Team::read(from)?);
                    Ok((seat, team, read_name(from)?))
                },
            )?,
            ticks: Vec::new(),
            joined: Vec::new(),
            hashes: Vec::new(),
        };
        from.end()?;
        match log.seated.last() {
            Some((seat, ..)) if seat.0 >= log.config.seats => Err(Malformed::Value("seat")),
            _ => Ok(log),
        }
    }

    fn read_second(&mut self, body: &[u8]) -> Result<(), Malformed> {
        if !(self.ticks.len() as u32).is_multiple_of(HASH_EVERY) {
            return Err(Malformed::Order("ticks")); // Only the last second may be a short one.
        }
        let mut from = Reader::new(body);
        let count = from.u8()?;
        if !(1..=HASH_EVERY as u8).contains(&count) {
            return Err(Malformed::Value("ticks"));
        }
        for _ in 0..count {
            self.ticks.push(read_inputs(&mut from, &mut self.joined)?);
        }
        let tick = self.ticks.len() as u32;
        let before = Phase::of(tick - 1, &self.config);
        let is_over = Phase::of(tick, &self.config) == Phase::Over;
        let is_hashed = from.bool("hashed")?;
        if before == Phase::Over || is_hashed != (tick.is_multiple_of(HASH_EVERY) || is_over) {
            return Err(Malformed::Value("hashed"));
        }
        if is_hashed {
            self.hashes.push((tick, from.u64()?));
        }
        from.end()
    }
}

fn frame(to: &mut Writer, body: &[u8]) {
    let length = body.len() as u32;
    to.u32(length);
    to.u32(!length);
    to.raw(body);
    to.u64(fnv1a(body));
}

fn unframe<'a>(from: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let length = from.u32()?;
    if from.u32()? != !length {
        return Err(Malformed::Value("length"));
    }
    let body = from.take(length as usize)?;
    if from.u64()? != fnv1a(body) {
        return Err(Malformed::Value("sum"));
    }
    Ok(body)
}

fn write_second<'a>(
    ticks: &[Vec<Input>],
    names: &mut impl Iterator<Item = &'a Name>,
    hash: Option<u64>,
) -> Bytes {
    let mut to = Writer::default();
    to.u8(ticks.len() as u8);
    for inputs in ticks {
        to.list(inputs, |to, input| match *input {
            Input::Join { seat } => {
                to.u8(0);
                to.u16(seat.0);
                let name = names.next().cloned();
                to.text(name.unwrap_or_else(|| Name::guest(seat.0)).as_str());
            }
            Input::Leave { seat } => {
                to.u8(1);
                to.u16(seat.0);
            }
            Input::Turn { seat, dir } => {
                to.u8(2 + dir as u8);
                to.u16(seat.0);
            }
        });
    }
    to.u8(u8::from(hash.is_some()));
    if let Some(hash) = hash {
        to.u64(hash);
    }
    to.done()
}

fn read_name(from: &mut Reader<'_>) -> Result<Name, Malformed> {
    Name::heard(from.text("name")?).ok_or(Malformed::Value("name"))
}

fn read_inputs(from: &mut Reader<'_>, names: &mut Vec<Name>) -> Result<Vec<Input>, Malformed> {
    let count = usize::from(from.u16()?);
    if count * 3 > from.left() {
        return Err(Malformed::Short);
    }
    let mut inputs = Vec::with_capacity(count);
    for _ in 0..count {
        let (what, seat) = (from.u8()?, Seat(from.u16()?));
        inputs.push(match what {
            0 => {
                names.push(read_name(from)?);
                Input::Join { seat }
            }
            1 => Input::Leave { seat },
            turn => Input::Turn {
                seat,
                dir: Dir::new(turn - 2).ok_or(Malformed::Value("input"))?,
            },
        });
    }
    Ok(inputs)
}
