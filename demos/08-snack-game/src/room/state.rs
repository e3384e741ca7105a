//! A room as bytes, for the process that goes on when this one is gone: a head that says what there is, then the long things one by one.
//!
//! ```text
//! "KEPT" version u8, length of the head u32, head (JSON), world, log, frames
//! ```
//! Frames that wait for several connections are in there once.

use super::{
    Room,
    closed::{meant, said},
    desk,
    desk::Desk,
    guests::{Guest, Who},
    here::Here,
    keeps::{Ear, Keeps},
    seats::{KeptSeat, Seats},
};
use crate::{
    directory,
    house::{self, House},
    kept::{instant, nanos},
    line::Line,
    outbox::{Outbox, Waits},
};
use bytes::Bytes;
use keeper::mark::{Mark, Rest};
use rush::{Seat, World, log::Log, log::Unreadable};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

const MAGIC: &[u8; 4] = b"KEPT";

/// Whatever changes the head changes it. The world and the log have their own.
const VERSION: u8 = 1;

/// Everything but the long things.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Head {
    name: String,
    /// When it was written.
    at: i64,
    beats: u64,
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

/// A connection.
#[derive(Debug, Serialize, Deserialize)]
struct KeptGuest {
    id: u64,
    /// 65535: it looks on; None: it has not said what it wants, or was said goodbye to.
    who: Option<u16>,
    stranger: bool,
    ended: Option<(u16, String)>,
    age: u64,
    silent: u64,
    /// In the kernel's count.
    written: u64,
    begun: bool,
    behind: Option<i64>,
    closed: Option<i64>,
    /// Which of the frames wait, and from which of their bytes on.
    left: Vec<(usize, usize)>,
    heard: u64,
    early: Vec<u8>,
    deaf: bool,
}

/// A room that was read.
#[derive(Debug)]
pub(crate) struct State {
    head: Head,
    world: World,
    log: Log,
    frames: Vec<Bytes>,
}

const WATCHER: u16 = u16::MAX;

impl Room {
    /// All that there is to know.
    pub(super) fn encode(&self, now: Instant) -> Vec<u8> {
        let (world, log) = (self.world.encode(), self.log.write());
        let (mut frames, mut known) = (Vec::new(), HashMap::new());
        let mut guests = Vec::new();
        for guest in self.guests.iter() {
            let (Some(ear), Some(waits)) = (&guest.ear, guest.outbox.waits()) else {
                continue;
            };
            let left = waits.left.iter().map(|frame| {
                // What is left of a frame ends where the frame ends, and that is where it is known by.
                let end = frame.as_ptr() as usize + frame.len();
                let at = *known.entry(end).or_insert_with(|| {
                    frames.push(frame.clone());
                    frames.len() - 1
                });
                if frames[at].len() < frame.len() {
                    frames[at] = frame.clone();
                }
                (at, frame.len())
            });
            let line = guest.outbox.line();
            guests.push(KeptGuest {
                id: guest.id,
                who: match guest.who {
                    Who::Player(seat) => Some(seat.0),
                    Who::Watcher => Some(WATCHER),
                    Who::Stranger | Who::Nobody => None,
                },
                stranger: guest.who == Who::Stranger,
                ended: guest.ended.as_ref().map(|it| (it.0, it.1.to_string())),
                age: line.age(now).as_millis() as u64,
                silent: line.silent_for(now).as_millis() as u64,
                written: waits.written,
                begun: waits.begun,
                behind: waits.behind.map(nanos),
                closed: waits.closed.map(nanos),
                left: left.collect(),
                heard: ear.heard,
                early: ear.early.to_vec(),
                deaf: ear.deaf,
            });
        }
        let (seats, leaving) = self.seats.kept();
        let head = Head {
            name: self.name.to_string(),
            at: nanos(now),
            beats: self.beats,
            anew: self.anew,
            closed: self.closed,
            fell: self.fell.map(nanos),
            inputs: self.inputs.iter().map(said).collect(),
            away: self
                .away
                .iter()
                .map(|(seat, away)| (seat.0, *away))
                .collect(),
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
        let is_sound = |guest: &KeptGuest| {
            let mut left = guest.left.iter();
            left.all(|(at, length)| frames.get(*at).is_some_and(|frame| *length <= frame.len()))
        };
        if !head.guests.iter().all(is_sound) {
            return Err("a frame is missing".to_owned());
        }
        Ok(Self {
            head,
            world,
            log,
            frames,
        })
    }

    /// The room goes on. `line` finds a connection, and how far it is; those that are over by now are found to be when they are listened to.
    pub(crate) fn room(
        self,
        house: &Arc<House>,
        keeps: Keeps,
        mut line: impl FnMut(u64, Duration, Duration, &Mark) -> Option<(Line, Rest)>,
    ) -> (Room, Arc<Desk>) {
        let (head, now) = (self.head, house::now());
        let config = *self.world.config();
        let desk = Arc::new(Desk::new(&head.name, config.seats));
        let seats = Seats::restored(config.seats, head.seats, &head.leaving);
        house.take_seats_again(seats.taken() as u32);
        for token in seats.tokens() {
            house.held.take(directory::Mark::of(token));
        }
        let period = Duration::from_millis(config.tick_ms.into());
        let mut room = Room {
            name: Arc::clone(&desk.name),
            house: Arc::clone(house),
            desk: Arc::clone(&desk),
            world: self.world,
            log: self.log,
            seats,
            guests: Here::default(),
            inputs: head.inputs.into_iter().filter_map(meant).collect(),
            away: head
                .away
                .into_iter()
                .map(|(seat, away)| (Seat(seat), away))
                .collect(),
            anew: head.anew,
            beats: head.beats,
            drains: None,
            closed: head.closed,
            fell: head.fell.map(instant),
            keeps: Some(keeps),
            hands_over: false,
            due: Some((instant(head.at) + period).clamp(now, now + period)),
            told: desk::Now::default(),
            told_before: 0,
        };
        let mut lost = Vec::new();
        for guest in head.guests {
            let mark = Mark {
                written: guest.written,
                waiting: guest.left.iter().map(|(_, length)| *length as u64).sum(),
                heard: guest.heard,
            };
            let ages = (
                Duration::from_millis(guest.age),
                Duration::from_millis(guest.silent),
            );
            let Some((line, rest)) = line(guest.id, ages.0, ages.1, &mark) else {
                lost.push((guest.id, guest.who));
                continue;
            };
            let mut waits = Waits {
                written: guest.written + rest.skip,
                left: guest
                    .left
                    .iter()
                    .map(|(at, length)| {
                        let frame = &self.frames[*at];
                        frame.slice(frame.len() - length..)
                    })
                    .collect(),
                begun: guest.begun,
                behind: guest.behind.map(instant),
                closed: guest.closed.map(instant),
            };
            skip(&mut waits, rest.skip as usize);
            let who = match guest.who {
                Some(WATCHER) => Who::Watcher,
                Some(seat) => Who::Player(Seat(seat)),
                None if guest.stranger => Who::Stranger,
                None => Who::Nobody,
            };
            let ear = Ear::restored(guest.heard, rest.discard, guest.early.into(), guest.deaf);
            let guest = Guest {
                id: guest.id,
                outbox: Outbox::kept(Arc::new(line), waits),
                who,
                ended: guest
                    .ended
                    .map(|(code, why)| Box::new((code, why.into_boxed_str()))),
                ear: Some(Box::new(ear)),
            };
            room.guests.insert(guest);
        }
        for (id, who) in lost {
            // Its line is over: whoever sat there is away from now on.
            if let Some(seat) = who.map(Seat).filter(|seat| seat.0 != WATCHER)
                && room.seats.goes_away(seat, id, now)
            {
                room.away.push((seat, true));
            }
        }
        room.desk.count(room.seats.taken(), room.guests.len());
        room.store_again();
        (room, desk)
    }
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
        let inputs: Vec<rush::Input> = self.head.inputs.into_iter().filter_map(meant).collect();
        let count = self.world.config().seats;
        let seats = Seats::restored(count, self.head.seats, &self.head.leaving);
        super::seats::check(seats, count, &inputs, self.world, self.log);
    }
}

/// What is out already needs not to be written again.
fn skip(waits: &mut Waits, mut bytes: usize) {
    while bytes > 0
        && let Some(mut frame) = waits.left.pop_front()
    {
        waits.begun = bytes < frame.len();
        if waits.begun {
            waits.left.push_front(frame.split_off(bytes));
            return;
        }
        bytes -= frame.len();
    }
}
