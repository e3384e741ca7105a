//! A room: one task that owns its world and its seats, and writes each tick straight to its sockets. It waits for none of them.

mod closed;
mod desk;
mod guests;
mod here;
#[cfg_attr(not(target_os = "linux"), path = "room/unkept.rs")]
mod keeps;
mod play;
mod seats;
#[cfg(target_os = "linux")]
pub(crate) mod state;
#[cfg(test)]
mod tests;
mod tick;

pub(crate) use closed::Closed;
pub use desk::{Bucket, Desk, Now, Slow, Ticks};
pub(crate) use keeps::Keeps;
#[cfg(target_os = "linux")]
pub(crate) use keeps::look_at;
#[cfg(target_os = "linux")]
pub(crate) use state::LineBefore;

use crate::{
    directory::Mark,
    house::{self, House, random},
    line::Line,
};
use bytes::Bytes;
use guests::Who;
use here::Here;
use rush::{Input, Name, Seat, World, close::Close, log::Log, wire::ToServer};
use seats::Seats;
use std::{
    mem,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::mpsc,
    time::{MissedTickBehavior, interval_at},
};

/// Messages that may wait for a room. The connection that says one more waits, and reads nothing meanwhile.
pub const INBOX: usize = 1_024;

/// Messages that are taken out in one go. Then it is looked whether a tick is due.
const AT_ONCE: usize = 128;

/// A goodbye may take so long to be read. Then the line is hung up.
const GOODBYE: Duration = Duration::from_secs(3);

/// What its connections, and the house, say to a room.
#[derive(Debug)]
pub enum ToRoom {
    /// Somebody stands in the door.
    Arrived {
        /// Their connection.
        line: Arc<Line>,
        /// What they speak is not what is spoken here: they are to be told, and shown out.
        refuse: Option<Close>,
    },
    /// A message.
    Said {
        /// Whose.
        line: u64,
        /// Which.
        what: ToServer,
    },
    /// A ping.
    Ping {
        /// Whose.
        line: u64,
        /// What has to come back.
        payload: Bytes,
    },
    /// Something that cannot be listened to: its reader has stopped.
    Fault {
        /// Whose.
        line: u64,
        /// The close code that tells.
        code: u16,
        /// The sentence beside it.
        reason: &'static str,
    },
    /// A close frame: its reader has stopped.
    Goodbye {
        /// Whose.
        line: u64,
        /// The code in it.
        code: Option<u16>,
    },
    /// The connection is over. The last thing that is said of it.
    Gone {
        /// Which.
        line: u64,
        /// What its reader found.
        why: &'static str,
    },
    /// The server ends: the round may go on until then.
    Drain {
        /// At the latest.
        until: Instant,
    },
    /// Another process goes on after the next tick.
    HandOver,
    /// For tests, and for a stage: panics.
    Fall,
}

/// A room with everything in it.
#[derive(Debug)]
pub struct Room {
    name: Arc<str>,
    house: Arc<House>,
    desk: Arc<Desk>,
    world: World,
    log: Log,
    seats: Seats,
    guests: Here,
    /// What the next tick is given.
    inputs: Vec<Input>,
    /// Who went away or came back since the last tick.
    away: Vec<(Seat, bool)>,
    /// The next tick begins a round.
    anew: bool,
    /// Ticks since the room was opened.
    beats: u64,
    /// Until when the round may go on.
    drains: Option<Instant>,
    /// Everybody was told goodbye; whoever comes is told, too.
    closed: bool,
    fell: Option<Instant>,
    /// What it is is written down after every tick, before anybody hears of it.
    keeps: Option<Keeps>,
    /// After the next tick another process goes on.
    hands_over: bool,
    /// The next tick of a room that goes on.
    due: Option<Instant>,
    /// For the desk.
    told: desk::Now,
    told_before: u64,
}

impl Room {
    /// An empty one.
    pub fn new(name: &str, house: Arc<House>, desk: Arc<Desk>) -> Self {
        let config = house.options.config();
        let world = World::new(config, u64::from_le_bytes(random()), 0, []);
        Self {
            name: name.into(),
            log: Log::of(&world, nobody),
            seats: Seats::new(config.seats),
            world,
            keeps: Keeps::of(&house, name),
            house,
            desk,
            guests: Here::default(),
            inputs: Vec::new(),
            away: Vec::new(),
            anew: false,
            beats: 0,
            drains: None,
            closed: false,
            fell: None,
            hands_over: false,
            due: None,
            told: desk::Now::default(),
            told_before: 0,
        }
    }

    /// Serves until nobody is left who could say anything.
    pub async fn run(&mut self, inbox: &mut mpsc::Receiver<ToRoom>) {
        let period = Duration::from_millis(self.world.config().tick_ms.into());
        let first = self.due.take().unwrap_or_else(house::now);
        let mut ticks = interval_at(first.into(), period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut heard = Vec::new();
        // Nobody can say anything to it any more, but it hears its sockets by itself.
        let mut alone = false;
        loop {
            // The only place where the room waits, and it waits for everybody at once.
            select! {
                biased;
                due = ticks.tick() => {
                    let start = house::now();
                    let late = start.saturating_duration_since(due.into_std());
                    match self.keeps {
                        None => self.tick(start),
                        Some(_) => self.tick_kept(start),
                    }
                    self.desk.ticked(late, start.elapsed(), period);
                    if self.hands_over || (alone && self.guests.is_empty()) {
                        return;
                    }
                }
                count = inbox.recv_many(&mut heard, AT_ONCE), if !alone => {
                    if count == 0 && (self.keeps.is_none() || self.guests.is_empty()) {
                        return;
                    }
                    alone = count == 0;
                    let now = house::now();
                    heard.drain(..).for_each(|message| self.apply(message, now));
                }
            }
        }
    }

    /// What one message does to the room. It is no `async fn`: it cannot wait.
    pub fn apply(&mut self, message: ToRoom, now: Instant) {
        match message {
            ToRoom::Arrived { line, refuse } => self.arrived(line, refuse, now),
            ToRoom::Said { line, what } => self.said(line, what, now),
            ToRoom::Ping { line, payload } => self.pinged(line, &payload),
            ToRoom::Fault { line, code, reason } => self.end(line, code, reason, now),
            ToRoom::Goodbye { line, code } => self.goodbye(line, code, now),
            ToRoom::Gone { line, why } => self.gone(line, why, now),
            ToRoom::Drain { until } => self.drain(until),
            ToRoom::HandOver => self.hands_over = true,
            ToRoom::Fall => panic!("somebody wanted to see it fall"),
        }
        self.desk.count(self.seats.taken(), self.guests.len());
    }

    /// After a panic: everybody is told and hung up on, what they had is kept for them, and a round begins in which nothing is left of
    /// the one that made it fall. Should it fall again at once, nothing is kept.
    pub fn fell(&mut self, now: Instant) {
        self.house.seen.falls.inc();
        self.tell_all(&Close::RoomFell, now);
        let again = self
            .fell
            .replace(now)
            .is_some_and(|last| now - last < self.house.options.grace);
        if again {
            for token in self.seats.tokens() {
                self.house.held.free(Mark::of(token));
            }
            self.house.free_seats(self.seats.clear());
        }
        // The world in which they were is gone, and nobody is left to hear that they left it.
        self.house.free_seats(self.seats.settle());
        self.inputs.clear();
        self.away.clear();
        let seated: Vec<_> = self
            .world
            .players()
            .map(|(seat, player)| (seat, player.team))
            .collect();
        let stays = |(seat, _): &(Seat, _)| self.seats.has(*seat);
        let (config, round) = (*self.world.config(), self.world.round().wrapping_add(1));
        let seed = u64::from_le_bytes(random());
        self.world = World::new(config, seed, round, seated.into_iter().filter(stays));
        for seat in self
            .seats
            .all()
            .filter(|seat| self.world.player(*seat).is_none())
        {
            self.inputs.push(Input::Join { seat }); // They came in the tick that fell.
        }
        self.log = Log::of(&self.world, |seat| self.seats.name(seat));
        self.anew = false;
    }

    /// A round that begins now: nobody has points, everybody is shown a new picture.
    fn begin_round(&mut self) {
        let next = self.world.next();
        self.world = next;
        self.log = Log::of(&self.world, |seat| self.seats.name(seat));
        self.anew = false;
    }

    fn drain(&mut self, until: Instant) {
        self.drains = Some(until);
        let left = until.saturating_duration_since(house::now()).as_secs();
        let notice = rush::wire::ToClient::Restarts {
            seconds: left as u16,
        };
        let notice = crate::frame::binary(&notice.encode());
        for guest in self.guests.iter_mut() {
            guest.outbox.answer(notice.clone());
        }
    }

    fn tell_all(&mut self, close: &Close, now: Instant) {
        for id in self.guests.ids(|_| true) {
            self.show_out(id, close, now);
        }
    }

    /// Says goodbye to a connection. A player's seat is kept for a while, unless it was given up.
    fn show_out(&mut self, id: u64, close: &Close, now: Instant) {
        self.end(id, close.code(), &close.reason(), now);
    }

    fn end(&mut self, id: u64, code: u16, reason: &str, now: Instant) {
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
    fn stands_up(&mut self, id: u64, now: Instant) {
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

/// Who sits where nobody sits.
fn nobody(seat: Seat) -> Name {
    Name::guest(seat.0.wrapping_add(1))
}
