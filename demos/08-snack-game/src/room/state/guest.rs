//! A connection as bytes, in both directions: what a snapshot says of it, and what the next process
//! makes of that.

use crate::{
    kept::{instant, nanos},
    line::Line,
    outbox::{Outbox, Waits},
    room::{
        guests::{Ended, Guest, Who},
        keeps::Ear,
    },
};
use bytes::Bytes;
use rush::Seat;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use supervisor::resume::{Checkpoint, Resume};

/// In the place of a seat: somebody who looks on.
const WATCHER: u16 = u16::MAX;

/// A connection in a snapshot.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptGuest {
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
    /// Which of the frames wait, and how many of their last bytes.
    left: Vec<(usize, usize)>,
    heard: u64,
    early: Vec<u8>,
    deaf: bool,
}

/// A connection of the process before, for whoever looks for it among those that a keeper holds.
#[derive(Debug)]
pub(crate) struct LineBefore {
    pub(crate) id: u64,
    /// Opened so long before the snapshot,
    pub(crate) age: Duration,
    /// and at that time silent for so long.
    pub(crate) silent: Duration,
    /// How far it was.
    pub(crate) mark: Checkpoint,
}

impl KeptGuest {
    /// What there is to say of it. `None`: nobody holds this one.
    pub(super) fn of(guest: &Guest, frames: &mut Frames, now: Instant) -> Option<Self> {
        let (ear, waits) = (guest.ear.as_ref()?, guest.outbox.waits()?);
        let left = waits.left.iter();
        let left = left.map(|frame| (frames.place_of(frame), frame.len()));
        let line = guest.outbox.line();
        Some(Self {
            id: guest.id,
            who: match guest.who {
                Who::Player(seat) => Some(seat.0),
                Who::Watcher => Some(WATCHER),
                Who::Stranger | Who::Nobody => None,
            },
            stranger: guest.who == Who::Stranger,
            ended: guest
                .ended
                .as_ref()
                .map(|end| (end.code, end.reason.to_string())),
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
        })
    }

    /// Whether all that it waits for is among these.
    pub(super) fn is_sound(&self, frames: &[Bytes]) -> bool {
        let mut left = self.left.iter();
        left.all(|(at, length)| frames.get(*at).is_some_and(|frame| *length <= frame.len()))
    }

    /// What its line is known by.
    pub(super) fn line(&self) -> LineBefore {
        LineBefore {
            id: self.id,
            age: Duration::from_millis(self.age),
            silent: Duration::from_millis(self.silent),
            mark: Checkpoint {
                written: self.written,
                pending: self.left.iter().map(|(_, length)| *length as u64).sum(),
                applied: self.heard,
            },
        }
    }

    /// What it was to the room.
    pub(super) fn who(&self) -> Who {
        match self.who {
            Some(WATCHER) => Who::Watcher,
            Some(seat) => Who::Player(Seat(seat)),
            None if self.stranger => Who::Stranger,
            None => Who::Nobody,
        }
    }

    /// It goes on over its line, after the `rest` of what was to be done before.
    pub(super) fn back(self, line: Line, rest: Resume, frames: &[Bytes]) -> Guest {
        let who = self.who();
        let left = self.left.iter().map(|(at, length)| {
            let frame = &frames[*at];
            frame.slice(frame.len() - length..)
        });
        let mut waits = Waits {
            written: self.written,
            left: left.collect(),
            begun: self.begun,
            behind: self.behind.map(instant),
            closed: self.closed.map(instant),
        };
        waits.skip(rest.skip);
        let ear = Ear::restored(self.heard, rest.discard, self.early.into(), self.deaf);
        let ended = self.ended.map(|(code, reason)| Ended {
            code,
            reason: reason.into_boxed_str(),
        });
        Guest {
            id: self.id,
            outbox: Outbox::kept(Arc::new(line), waits),
            who,
            ended: ended.map(Box::new),
            ear: Some(Box::new(ear)),
        }
    }
}

/// The frames of a snapshot: one that waits for several connections is among them once.
#[derive(Default)]
pub(super) struct Frames {
    all: Vec<Bytes>,
    /// Where each is, by the address of its end: what is left of a frame ends where the frame ends.
    known: HashMap<usize, usize>,
}

impl Frames {
    /// Where a frame is, of which this much is left at one of its connections.
    fn place_of(&mut self, left: &Bytes) -> usize {
        let end = left.as_ptr() as usize + left.len();
        let at = *self.known.entry(end).or_insert_with(|| {
            self.all.push(left.clone());
            self.all.len() - 1
        });
        if self.all[at].len() < left.len() {
            self.all[at] = left.clone();
        }
        at
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<Bytes> {
        self.all
    }
}
