//! A room: one task that owns its world and its seats, and writes each tick straight to its
//! sockets. It waits for none of them.

mod closed;
mod closing;
mod desk;
mod fall;
mod guests;
mod here;
mod inbox;
#[cfg_attr(not(target_os = "linux"), path = "room/unkept.rs")]
mod keeps;
mod play;
mod results;
mod seats;
#[cfg(target_os = "linux")]
pub(crate) mod state;
#[cfg(test)]
mod tests;
mod tick;

pub(crate) use closed::Closed;
pub use desk::{Bucket, Desk, Now, Slow, Ticks};
pub use inbox::{INBOX, ToRoom};
pub(crate) use keeps::Keeps;
#[cfg(target_os = "linux")]
pub(crate) use keeps::look_at;
#[cfg(target_os = "linux")]
pub(crate) use state::LineBefore;

use crate::house::{self, House, random};
use here::Here;
use rush::{Input, Name, Seat, World, log::Log};
use seats::Seats;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::mpsc,
    time::{MissedTickBehavior, interval_at},
};

/// Messages that are taken out in one go. Then it is looked whether a tick is due.
const AT_ONCE: usize = 128;

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
    /// Who went away (true) or came back since the last tick.
    away: Vec<(Seat, bool)>,
    /// The day on which this round was won, once it is.
    won: Option<u64>,
    /// The next tick begins a round.
    anew: bool,
    /// Ticks since the room was opened.
    beats: u64,
    /// Until when the round may go on.
    drains: Option<Instant>,
    /// Everybody was told goodbye; whoever comes is told, too.
    closed: bool,
    /// When it panicked, if ever.
    fell: Option<Instant>,
    /// Where it writes down after every tick what it is, before anybody hears of that. None: nobody
    /// keeps it.
    keeps: Option<Keeps>,
    /// After the next tick, another process goes on.
    hands_over: bool,
    /// The next tick of a room that goes on.
    due: Option<Instant>,
    /// For the desk.
    told: desk::Now,
    /// Bytes that were told at the last look.
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
            won: None,
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

    /// Another process goes on with it.
    pub fn is_handed_over(&self) -> bool {
        self.hands_over
    }
}

/// Who sits where nobody sits.
fn nobody(seat: Seat) -> Name {
    Name::guest(seat.0.wrapping_add(1))
}
