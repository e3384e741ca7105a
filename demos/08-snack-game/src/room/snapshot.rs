//! A room as bytes, from which another process can continue it: a head that says what follows, then
//! the long parts one by one.
//!
//! ```text
//! "KEPT" version u8, length of the head u32, head (JSON), world, log, frames
//! ```
//! A frame that waits for several connections is written once. The same format serves two ends: the
//! memory that the supervisor holds, with the connections, and the file that a graceful shutdown
//! leaves, without them.

mod connection;

pub(super) use connection::SavedConnection;
#[cfg(target_os = "linux")]
pub(crate) use connection::SavedPosition;

#[cfg(any(test, fuzzing))]
use super::seats::Seats;
use super::{
    Room,
    seats::{SavedSeat, kept},
};
use crate::clock;
use bytes::Bytes;
#[cfg(target_os = "linux")]
use connection::Frames;
use rush::{Dir, Input, Seat, World, log::Log};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    time::{Duration, Instant},
};

const MAGIC: &[u8; 4] = b"KEPT";

/// The version of the head. The world and the log have versions of their own.
const VERSION: u8 = 1;

/// Everything but the long parts. The names in the file are older than those of the fields.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) name: String,
    /// When the snapshot was written, in nanoseconds of the shared clock.
    #[serde(default)]
    pub(super) at: i64,
    #[serde(default)]
    pub(super) beats: u64,
    /// Absent until the round is won, and in snapshots of older programs.
    #[serde(default, rename = "won", skip_serializing_if = "Option::is_none")]
    pub(super) won_on: Option<u64>,
    #[serde(rename = "anew")]
    pub(super) restart: bool,
    #[serde(default)]
    pub(super) closed: bool,
    #[serde(default, rename = "fell")]
    pub(super) last_panic: Option<i64>,
    /// Absent unless the process has stood still, and in snapshots of older programs.
    #[serde(default, rename = "awake", skip_serializing_if = "Option::is_none")]
    pub(super) awake_since: Option<i64>,
    pub(super) inputs: Vec<(u8, u16)>,
    #[serde(default)]
    pub(super) away: Vec<(u16, bool)>,
    pub(super) seats: Vec<SavedSeat>,
    pub(super) leaving: Vec<u16>,
    #[serde(default, rename = "guests")]
    pub(super) connections: Vec<SavedConnection>,
    /// The lengths of the long parts.
    world: usize,
    #[serde(default)]
    log: usize,
    #[serde(default)]
    frames: Vec<usize>,
}

/// A room that was read from a snapshot.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(super) head: Head,
    pub(super) world: World,
    pub(super) log: Log,
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has a supervisor")
    )]
    pub(super) frames: Vec<Bytes>,
}

/// Why this program cannot continue a snapshot.
#[derive(Debug)]
pub(crate) enum SnapshotError {
    /// The shared memory cannot be read.
    #[cfg(target_os = "linux")]
    Io(std::io::Error),
    /// Neither copy in the shared memory is complete.
    #[cfg(target_os = "linux")]
    Torn,
    /// The bytes end too early.
    Truncated,
    /// The bytes are something else.
    NotASnapshot,
    /// Another version of the program wrote it.
    Version(u8),
    /// The head is damaged.
    Head(serde_json::Error),
    /// The world or the log is damaged: which, and how.
    Part(&'static str, String),
    /// The room's name is not valid.
    Name,
    /// A frame that waits for a connection is missing.
    MissingFrame,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(target_os = "linux")]
            Self::Io(error) => error.fmt(f),
            #[cfg(target_os = "linux")]
            Self::Torn => f.write_str("neither copy is complete"),
            Self::Truncated => f.write_str("it is truncated"),
            Self::NotASnapshot => f.write_str("it is not a snapshot of a room"),
            Self::Version(version) => {
                write!(
                    f,
                    "it has version {version}, this program reads version {VERSION}"
                )
            }
            Self::Head(error) => write!(f, "its head is damaged: {error}"),
            Self::Part(part, error) => write!(f, "its {part} is damaged: {error}"),
            Self::Name => f.write_str("it has no valid name"),
            Self::MissingFrame => f.write_str("a frame is missing"),
        }
    }
}

impl std::error::Error for SnapshotError {}

impl Snapshot {
    /// The bytes of a room with its connections, which another process continues at once.
    #[cfg(target_os = "linux")]
    pub(super) fn with_connections(room: &Room, now: Instant) -> Vec<u8> {
        let mut frames = Frames::default();
        let clients = room.connections.iter();
        let saved = clients.filter_map(|it| SavedConnection::of(it, &mut frames, now));
        let connections = saved.collect();
        let away = room.round.away.iter();
        let head = Head {
            beats: room.lifecycle.beats,
            closed: room.lifecycle.closed,
            last_panic: room.lifecycle.last_panic.map(clock::to_nanos),
            awake_since: room.lifecycle.awake_since.map(clock::to_nanos),
            away: away.map(|(seat, away)| (seat.0, *away)).collect(),
            connections,
            ..Head::of(room, now)
        };
        head.write(&room.round.world, &room.round.log, &frames.all())
    }

    /// The bytes of a room whose connections are closed, for a process that is started later.
    pub(super) fn without_connections(room: &Room, now: Instant) -> Vec<u8> {
        Head::of(room, now).write(&room.round.world, &room.round.log, &[])
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// This program cannot continue from these bytes.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (magic, rest) = bytes.split_first_chunk().ok_or(SnapshotError::Truncated)?;
        let (version, rest) = rest.split_first().ok_or(SnapshotError::Truncated)?;
        if magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        if *version != VERSION {
            return Err(SnapshotError::Version(*version));
        }
        let (head, mut rest) = Head::read(rest)?;
        let mut take = |length: usize| {
            let (taken, left) = rest.split_at_checked(length)?;
            rest = left;
            Some(taken)
        };
        let (world, log) = (take(head.world), take(head.log));
        let frames = head.frames.iter();
        let frames = frames.map(|length| take(*length).map(Bytes::copy_from_slice));
        let frames: Option<Vec<_>> = frames.collect();
        let ((Some(world), Some(log)), Some(frames)) = ((world, log), frames) else {
            return Err(SnapshotError::Truncated);
        };
        Self::of(head, world, log, frames)
    }

    /// Reads a room of a version-1 restart file: it has no magic number and no frames, and the log
    /// is whatever follows the world.
    ///
    /// # Errors
    /// This program cannot continue from these bytes.
    pub(crate) fn read_version_1(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (mut head, rest) = Head::read(bytes)?;
        let (world, log) = rest
            .split_at_checked(head.world)
            .ok_or(SnapshotError::Truncated)?;
        let seats = head.seats.into_iter();
        head.seats = seats.map(SavedSeat::from_version_1).collect();
        head.connections.clear();
        head.at = 0;
        Self::of(head, world, log, Vec::new())
    }

    fn of(head: Head, world: &[u8], log: &[u8], frames: Vec<Bytes>) -> Result<Self, SnapshotError> {
        let part = |part: &'static str, error: &dyn fmt::Display| {
            SnapshotError::Part(part, error.to_string())
        };
        let world = World::decode(world).map_err(|error| part("world", &error))?;
        let log = Log::read(log).map_err(|error| part("log", &error))?;
        if !rush::wire::is_room(&head.name) {
            return Err(SnapshotError::Name);
        }
        if !head.connections.iter().all(|it| it.has_frames(&frames)) {
            return Err(SnapshotError::MissingFrame);
        }
        Ok(Self {
            head,
            world,
            log,
            frames,
        })
    }

    /// For how long each player who did not leave had been away when the snapshot was written, and
    /// for how long the seat is kept.
    pub(super) fn away(&self, grace: Duration) -> impl Iterator<Item = (Seat, Duration, Duration)> {
        let stays = |saved: &&SavedSeat| !self.head.leaving.contains(&saved.seat);
        let stay = self.head.seats.iter().filter(stays);
        stay.map(move |saved| {
            let (seat, away) = (Seat(saved.seat), saved.away_at(self.head.at));
            (seat, away, kept(saved.played(), grace))
        })
    }
}

impl Head {
    /// What is the same with and without connections.
    fn of(room: &Room, now: Instant) -> Self {
        let (seats, leaving) = room.seats.save();
        Self {
            name: room.name.to_string(),
            at: clock::to_nanos(now),
            beats: 0,
            won_on: room.round.won_on,
            restart: room.round.restart,
            closed: false,
            last_panic: None,
            awake_since: None,
            // The turns in here are acknowledged already.
            inputs: room.round.inputs.iter().map(save_input).collect(),
            away: Vec::new(),
            seats,
            leaving,
            connections: Vec::new(),
            world: 0,
            log: 0,
            frames: Vec::new(),
        }
    }

    /// Reads the head, and returns what follows it.
    fn read(bytes: &[u8]) -> Result<(Self, &[u8]), SnapshotError> {
        let (length, rest) = bytes.split_first_chunk().ok_or(SnapshotError::Truncated)?;
        let length = u32::from_le_bytes(*length) as usize;
        let head = rest.split_at_checked(length);
        let (head, rest) = head.ok_or(SnapshotError::Truncated)?;
        let head = serde_json::from_slice(head).map_err(SnapshotError::Head)?;
        Ok((head, rest))
    }

    /// The whole snapshot. Fills in the lengths.
    fn write(mut self, world: &World, log: &Log, frames: &[Bytes]) -> Vec<u8> {
        let (world, log) = (world.encode(), log.write());
        (self.world, self.log) = (world.len(), log.len());
        self.frames = frames.iter().map(Bytes::len).collect();
        let head = serde_json::to_vec(&self).expect("numbers and texts");
        let length = self.world + self.log + self.frames.iter().sum::<usize>();
        let mut bytes = Vec::with_capacity(9 + head.len() + length);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&world);
        bytes.extend_from_slice(&log);
        frames
            .iter()
            .for_each(|frame| bytes.extend_from_slice(frame));
        bytes
    }
}

/// An input, as a snapshot has it.
fn save_input(input: &Input) -> (u8, u16) {
    match *input {
        Input::Join { seat } => (0, seat.0),
        Input::Leave { seat } => (1, seat.0),
        Input::Turn { seat, dir } => (2 + dir as u8, seat.0),
    }
}

/// An input from a snapshot. `None` if it has no meaning.
pub(super) fn restore_input((what, seat): (u8, u16)) -> Option<Input> {
    let seat = Seat(seat);
    Some(match what {
        0 => Input::Join { seat },
        1 => Input::Leave { seat },
        turn => Input::Turn {
            seat,
            dir: Dir::new(turn - 2)?,
        },
    })
}

#[cfg(any(test, fuzzing))]
impl Snapshot {
    /// A snapshot with this head, for tests.
    #[cfg(all(test, target_os = "linux"))]
    pub(crate) fn made_of(world: &World, log: &Log, head: &str, frames: &[&[u8]]) -> Vec<u8> {
        let head: Head = serde_json::from_str(head).expect("a head");
        let frames: Vec<_> = frames.iter().map(|it| Bytes::copy_from_slice(it)).collect();
        head.write(world, log, &frames)
    }

    /// A room of a version-1 restart file, for tests: `head` is JSON in which the world's length is
    /// written as `WORLD`.
    #[cfg(test)]
    pub(crate) fn made_of_version_1(world: &World, log: &Log, head: &str) -> Vec<u8> {
        let world = world.encode();
        let head = head.replace("WORLD", &world.len().to_string());
        let length = (head.len() as u32).to_le_bytes();
        [&length, head.as_bytes(), &world, &log.write()].concat()
    }

    /// Writes the snapshot again, for the fuzzer.
    #[cfg(target_os = "linux")]
    pub(crate) fn write(self) -> Vec<u8> {
        self.head.write(&self.world, &self.log, &self.frames)
    }

    /// Plays with the seats as the process that continues at once does, for the fuzzer.
    #[cfg(target_os = "linux")]
    pub(crate) fn play(self) {
        let count = self.world.config().seats;
        let Head { seats, leaving, .. } = self.head;
        let seats = Seats::restore(count, seats, &leaving);
        Self::play_with(seats, self.head.inputs, self.world, self.log);
    }

    /// Plays with the seats as a process that is started `ago` later does, for the fuzzer.
    pub(crate) fn play_later(self, ago: Duration) {
        let count = self.world.config().seats;
        let away = self.away(Duration::ZERO);
        let _any_duration = away.map(|(_, away, _)| away.saturating_add(ago)).max();
        let Head {
            at, seats, leaving, ..
        } = self.head;
        let seats = Seats::restore_away(count, seats, &leaving, (at, ago), clock::now());
        Self::play_with(seats, self.head.inputs, self.world, self.log);
    }

    fn play_with(seats: Seats, inputs: Vec<(u8, u16)>, world: World, log: Log) {
        let inputs: Vec<Input> = inputs.into_iter().filter_map(restore_input).collect();
        super::seats::check(seats, world.config().seats, &inputs, world, log);
    }
}
