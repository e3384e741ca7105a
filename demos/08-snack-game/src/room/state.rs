//! A room as bytes, for the process that goes on when this one is gone: a head that says what there
//! is, then the long things one by one.
//!
//! ```text
//! "KEPT" version u8, length of the head u32, head (JSON), world, log, frames
//! ```
//! Frames that wait for several connections are in there once.

mod guest;
mod restore;

pub(crate) use guest::LineBefore;

use super::{Room, closed::said, seats::KeptSeat};
use crate::kept::nanos;
use bytes::Bytes;
use guest::{Frames, KeptGuest};
use rush::{
    World,
    log::{Log, Unreadable},
};
use serde::{Deserialize, Serialize};
use std::time::Instant;

const MAGIC: &[u8; 4] = b"KEPT";

/// Whatever changes the head changes it. The world and the log have their own.
const VERSION: u8 = 1;

/// Everything but the long things.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    name: String,
    /// When it was written.
    at: i64,
    beats: u64,
    /// Not there before a round was won, and in what an older program wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    won: Option<u64>,
    anew: bool,
    closed: bool,
    fell: Option<i64>,
    inputs: Vec<(u8, u16)>,
    away: Vec<(u16, bool)>,
    seats: Vec<KeptSeat>,
    leaving: Vec<u16>,
    guests: Vec<KeptGuest>,
    world: usize,
    log: usize,
    frames: Vec<usize>,
}

/// A room that was read.
#[derive(Debug)]
pub(crate) struct State {
    head: Head,
    world: World,
    log: Log,
    frames: Vec<Bytes>,
}

impl Room {
    /// All that there is to know.
    pub(super) fn encode(&self, now: Instant) -> Vec<u8> {
        let (world, log) = (self.world.encode(), self.log.write());
        let mut frames = Frames::default();
        let guests = self.guests.iter();
        let guests = guests
            .filter_map(|guest| KeptGuest::of(guest, &mut frames, now))
            .collect();
        let frames = frames.all();
        let (seats, leaving) = self.seats.kept();
        let away = self.away.iter();
        let head = Head {
            name: self.name.to_string(),
            at: nanos(now),
            beats: self.beats,
            won: self.won,
            anew: self.anew,
            closed: self.closed,
            fell: self.fell.map(nanos),
            inputs: self.inputs.iter().map(said).collect(),
            away: away.map(|(seat, away)| (seat.0, *away)).collect(),
            seats,
            leaving,
            guests,
            world: world.len(),
            log: log.len(),
            frames: frames.iter().map(Bytes::len).collect(),
        };
        written(&head, &world, &log, &frames)
    }
}

impl State {
    /// What these bytes say.
    ///
    /// # Errors
    /// A sentence: this program cannot go on from them.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let short = || "it breaks off".to_owned();
        let (magic, rest) = bytes.split_first_chunk().ok_or_else(short)?;
        let (version, rest) = rest.split_first().ok_or_else(short)?;
        if magic != MAGIC {
            return Err("it is no room".to_owned());
        }
        if *version != VERSION {
            return Err(format!(
                "it has version {version}, this program reads version {VERSION}"
            ));
        }
        let (length, mut rest) = rest.split_first_chunk().ok_or_else(short)?;
        let mut take = |length: usize| {
            let (taken, left) = rest.split_at_checked(length).ok_or_else(short)?;
            rest = left;
            Ok::<_, String>(taken)
        };
        let head: Head = serde_json::from_slice(take(u32::from_le_bytes(*length) as usize)?)
            .map_err(|error| format!("its head: {error}"))?;
        let world =
            World::decode(take(head.world)?).map_err(|error| format!("its world: {error}"))?;
        let log =
            Log::read(take(head.log)?).map_err(|error: Unreadable| format!("its log: {error}"))?;
        let frames = head.frames.iter();
        let frames = frames
            .map(|length| Ok(Bytes::copy_from_slice(take(*length)?)))
            .collect::<Result<Vec<_>, String>>()?;
        if !head.guests.iter().all(|guest| guest.is_sound(&frames)) {
            return Err("a frame is missing".to_owned());
        }
        Ok(Self {
            head,
            world,
            log,
            frames,
        })
    }
}

/// The whole of a room.
fn written(head: &Head, world: &[u8], log: &[u8], frames: &[Bytes]) -> Vec<u8> {
    let head = serde_json::to_vec(&head).expect("numbers and texts");
    let long = frames.iter().map(Bytes::len).sum::<usize>();
    let mut bytes = Vec::with_capacity(9 + head.len() + world.len() + log.len() + long);
    bytes.extend_from_slice(MAGIC);
    bytes.push(VERSION);
    bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(world);
    bytes.extend_from_slice(log);
    frames
        .iter()
        .for_each(|frame| bytes.extend_from_slice(frame));
    bytes
}

#[cfg(any(test, fuzzing))]
impl State {
    /// A room that somebody thought of, with so much in it.
    #[cfg(test)]
    pub(crate) fn thought_of(world: World, log: Log, head: &str, frames: &[&[u8]]) -> Vec<u8> {
        let mut head: Head = serde_json::from_str(head).expect("a head");
        let (world, log) = (world.encode(), log.write());
        (head.world, head.log) = (world.len(), log.len());
        head.frames = frames.iter().map(|frame| frame.len()).collect();
        let frames: Vec<_> = frames.iter().map(|it| Bytes::copy_from_slice(it)).collect();
        written(&head, &world, &log, &frames)
    }

    /// For whoever checks with any bytes: written again.
    pub(crate) fn write(&self) -> Vec<u8> {
        let (world, log) = (self.world.encode(), self.log.write());
        written(&self.head, &world, &log, &self.frames)
    }

    /// For whoever checks with any bytes: what goes on without a connection does.
    pub(crate) fn play(self) {
        let inputs: Vec<rush::Input> = self
            .head
            .inputs
            .into_iter()
            .filter_map(super::closed::meant)
            .collect();
        let count = self.world.config().seats;
        let seats = super::seats::Seats::restored(count, self.head.seats, &self.head.leaving);
        super::seats::check(seats, count, &inputs, self.world, self.log);
    }
}
