//! Whoever is connected: how they come and go.

use super::{Room, closing::restarting, keeps::Ear};
use crate::{frame, line::Line, outbox::Outbox};
use rush::{Seat, close::Close};
use std::{
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

/// A connection, from the room's side.
#[derive(Debug)]
pub(super) struct Guest {
    /// Its connection's number.
    pub(super) id: u64,
    pub(super) outbox: Outbox,
    pub(super) who: Who,
    /// How it ends, once that is known.
    pub(super) ended: Option<Box<Ended>>,
    /// What it says is heard by the room itself. None: by a task of its own.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "nobody is kept there")
    )]
    pub(super) ear: Option<Box<Ear>>,
}

/// How a connection ends.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: u16,
    pub(super) reason: Box<str>,
}

/// What a connection is to the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Has not said what it wants.
    Stranger,
    /// Looks on.
    Watcher,
    /// Sits here.
    Player(Seat),
    /// Was said goodbye to.
    Nobody,
}

/// A goodbye may take so long to be read. Then the line is hung up.
pub(super) const GOODBYE: Duration = Duration::from_secs(3);

/// Ticks between two looks at somebody who sits here, keeps up, and may only have fallen silent.
const LOOK_EVERY: u64 = 10;

/// Ticks between two pings to somebody who says nothing.
const PING_EVERY: u64 = 40;

impl Guest {
    /// Whether it is told the ticks.
    pub(super) fn is_in(&self) -> bool {
        matches!(self.who, Who::Player(_) | Who::Watcher)
    }

    /// Whether it is its turn to be looked after. Spread over the ticks, so that a thousand phones
    /// are not all asked in one; whoever may have to go in the next moment is looked after in each.
    pub(super) fn is_due(&self, beats: u64) -> bool {
        !self.is_in() || !self.outbox.keeps_up() || (beats + self.id).is_multiple_of(LOOK_EVERY)
    }

    /// The first cause is the cause.
    pub(super) fn ends(&mut self, code: u16, reason: &str) {
        self.ended.get_or_insert_with(|| {
            let reason = reason.into();
            Box::new(Ended { code, reason })
        });
    }
}

impl Room {
    pub(super) fn arrived(&mut self, line: Arc<Line>, refuse: Option<Close>, now: Instant) {
        let id = line.id;
        let (outbox, ear) = match Ear::of(&line) {
            None => (Outbox::new(line), None),
            Some((ear, waits)) => (Outbox::kept(line, waits), Some(Box::new(ear))),
        };
        let guest = Guest {
            id,
            outbox,
            ear,
            who: Who::Stranger,
            ended: None,
        };
        self.guests.insert(guest);
        if let Some(close) = refuse {
            self.show_out(id, &close, now);
        } else if self.closed {
            self.show_out(id, &restarting(id), now);
        }
    }

    pub(super) fn pinged(&mut self, id: u64, payload: &[u8]) {
        if let Some(guest) = self.guests.get_mut(id) {
            guest.outbox.answer(frame::pong(payload));
        }
    }

    /// A goodbye is answered with its own code. A tab that was closed may be opened again: only
    /// `Leave` gives a seat up.
    pub(super) fn goodbye(&mut self, id: u64, code: Option<u16>, now: Instant) {
        if let Some(guest) = self.guests.get_mut(id) {
            guest.ends(code.unwrap_or(1005), "said goodbye");
            let answer = code.map_or_else(frame::bare_close, |code| frame::close(code, ""));
            guest.outbox.close(answer, now);
            self.stands_up(id, now);
        }
    }

    /// Every connection ends here, and every end has a cause.
    pub(super) fn gone(&mut self, id: u64, why: &'static str, now: Instant) {
        self.stands_up(id, now);
        let Some(guest) = self.guests.remove(id) else {
            return;
        };
        let line = guest.outbox.line();
        let seconds = line.age(now).as_secs_f32();
        let end = guest.ended.as_deref();
        let (code, cause) = end.map_or((1006, "no goodbye"), |end| (end.code, &*end.reason));
        self.house.seen.ended(code);
        // A span that lived as long as its connection would cost more memory than the rest of it:
        // it is made when there is something to say.
        let span = tracing::info_span!("connection", id, peer = %line.peer);
        span.in_scope(|| tracing::info!(code, cause, found = why, seconds, "ended"));
    }

    /// Looks after a connection between two ticks, and says whether it has to go.
    pub(super) fn look_after(&mut self, id: u64, now: Instant) -> Option<Close> {
        let options = &self.house.options;
        let guest = self.guests.get_mut(id)?;
        let silent = guest.outbox.line().silent_for(now);
        let since = |then: Instant| now.saturating_duration_since(then);
        if let Some(closed) = guest.outbox.closed() {
            guest.outbox.flush();
            if since(closed) > GOODBYE {
                guest.outbox.line().hang_up();
            }
        } else if silent > options.silence {
            guest.ends(1006, "silent");
            guest.outbox.line().hang_up();
        } else if guest.who == Who::Stranger && guest.outbox.line().age(now) > options.first_word {
            return Some(Close::SaidNothing);
        } else if guest.outbox.behind().map(since) > Some(options.behind) {
            return Some(Close::TooFarBehind);
        } else if (self.beats + id).is_multiple_of(PING_EVERY) && silent > options.silence / 2 {
            guest.outbox.answer(frame::ping());
        }
        None
    }

    /// Says goodbye to a connection. A player's seat is kept for a while, unless it was given up.
    pub(super) fn show_out(&mut self, id: u64, close: &Close, now: Instant) {
        self.end(id, close.code(), &close.reason(), now);
    }

    /// The same, with a code and a sentence of its reader's.
    pub(super) fn end(&mut self, id: u64, code: u16, reason: &str, now: Instant) {
        let Some(guest) = self.guests.get_mut(id) else {
            return;
        };
        if guest.outbox.closed().is_none() {
            guest.ends(code, reason);
            guest.outbox.close(crate::frame::close(code, reason), now);
            self.stands_up(id, now);
        }
    }

    /// Whoever sat at this connection is away.
    pub(super) fn stands_up(&mut self, id: u64, now: Instant) {
        let Some(guest) = self.guests.get_mut(id) else {
            return;
        };
        if let Who::Player(seat) = mem::replace(&mut guest.who, Who::Nobody)
            && self.seats.goes_away(seat, id, now)
        {
            self.away.push((seat, true));
        }
    }
}
