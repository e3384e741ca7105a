//! A tick: the world goes on, and everybody is told, encoded once, in one order.

use super::{
    Room,
    desk::Slow,
    guests::{Guest, Who},
};
use crate::{frame, outbox::Told};
use bytes::Bytes;
use rush::{
    Happened, Phase,
    close::Close,
    log::Log,
    wire::{Delta, Snapshot, WATCHING},
};
use std::{array, cell::OnceCell, io, mem, time::Instant};

/// Ticks between two looks at what changes slowly.
const LOOK_EVERY: u64 = 10;

/// So many are told at a time.
const ABREAST: usize = 32;

impl Room {
    /// Plays the next tick and tells everybody. Never waits.
    pub(super) fn tick(&mut self, now: Instant) {
        self.beats += 1;
        if self.closed {
            self.look_after_all(now); // The round is over here, and may go on in the next process.
        } else if !self.is_empty() {
            if self.beats.is_multiple_of(LOOK_EVERY) {
                self.look_round(now);
            }
            let happened = self.step();
            self.tell(happened, now);
            self.look_after_all(now);
        }
        self.desk.count(self.seats.taken(), self.guests.len());
        if self
            .drains
            .is_some_and(|until| now >= until || !self.has_a_round_to_end())
        {
            self.close(now);
        }
    }

    /// Nobody plays and nobody looks on: the round waits.
    fn is_empty(&self) -> bool {
        self.guests.is_empty() && self.seats.taken() == 0
    }

    /// What happened in the world; `None`: another round began.
    fn step(&mut self) -> Option<Happened> {
        let before = self.world.phase();
        if self.anew || before == Phase::Over {
            self.begin_round();
            return None;
        }
        let inputs = mem::take(&mut self.inputs);
        let happened = self.world.step(&inputs);
        let name = |seat| self.seats.name(seat);
        self.log.record(&inputs, name, &self.world);
        self.house.free_seats(self.seats.settle());
        if before == Phase::Playing && happened.phase != Phase::Playing {
            self.won = Some(self.house.store.wall().day());
            self.store_scores();
        }
        if happened.phase == Phase::Over {
            self.store_round();
        }
        Some(happened)
    }

    /// One message for everybody; the newest picture for whoever missed some; nothing for those
    /// whose kernel is full.
    fn tell(&mut self, happened: Option<Happened>, now: Instant) {
        let sent = self.house.micros();
        let (world, seats, away) = (&self.world, &self.seats, mem::take(&mut self.away));
        let drawn = OnceCell::new();
        let picture = || -> Bytes {
            let draw = || frame::binary(&Snapshot::of(world, sent, |it| seats.who(it)).encode());
            drawn.get_or_init(draw).clone()
        };
        let tick = match happened {
            // Whoever went away just now is away in the new round's first picture.
            None => picture(),
            Some(happened) => {
                let away = away
                    .into_iter()
                    .filter(|(it, _)| world.player(*it).is_some());
                let (name, seq) = (|it| seats.name(it), |it| seats.last(it));
                frame::binary(&Delta::of(&happened, sent, name, seq, away).encode())
            }
        };
        let (mut ticks, mut pictures, mut missed) = (0, 0, 0);
        for some in self.guests.abreast(ABREAST) {
            let said = send(some, &tick);
            for (guest, said) in some.iter_mut().zip(said) {
                let told = match said {
                    Some(said) => guest.outbox.sent(&tick, said),
                    None if guest.is_in() => guest.outbox.tell(&tick, picture, now),
                    None => continue,
                };
                match told {
                    Told::Tick => ticks += 1,
                    Told::Picture => pictures += 1,
                    Told::Nothing => missed += 1,
                }
            }
        }
        self.told.bytes += (ticks + pictures) * tick.len() as u64;
        self.told.caught_up += pictures;
        let seen = &self.house.seen;
        seen.told(ticks, pictures, missed, tick.len() as u64);
    }

    fn look_after_all(&mut self, now: Instant) {
        for id in self.guests.ids(|guest| guest.is_due(self.beats)) {
            if let Some(close) = self.look_after(id, now) {
                self.told.shown_out += u64::from(close == Close::TooFarBehind);
                self.show_out(id, &close, now);
            }
        }
    }

    /// Whose grace is over leaves; who is behind is put on a list.
    fn look_round(&mut self, now: Instant) {
        for seat in self.seats.late(now, self.house.options.grace) {
            self.leave(seat);
        }
        let behind = self.guests.iter().filter_map(|guest| {
            let since = guest.outbox.behind()?;
            let seat = match guest.who {
                Who::Player(seat) => Some(seat),
                _ => None,
            };
            let millis = now.saturating_duration_since(since).as_millis() as u64;
            Some(Slow {
                line: guest.id,
                name: seat.map(|seat| self.seats.name(seat).to_string()),
                seat: seat.map_or(WATCHING, |seat| seat.0),
                behind_ticks: millis / u64::from(self.world.config().tick_ms),
                buffered_bytes: guest.outbox.waiting(),
            })
        });
        let behind = behind.collect();
        let told = self.told.bytes;
        self.told.bytes_per_second = told - mem::replace(&mut self.told_before, told);
        let (world, told) = (&self.world, &mut self.told);
        (told.round, told.tick, told.phase) = (world.round(), world.tick(), world.phase() as u8);
        self.desk.look(self.told, behind);
    }

    /// A round that begins now: nobody has points, everybody is shown a new picture.
    fn begin_round(&mut self) {
        let next = self.world.next();
        self.world = next;
        self.log = Log::of(&self.world, |seat| self.seats.name(seat));
        (self.won, self.anew) = (None, false);
    }
}

/// Hands the kernel a tick for each of these who keeps up, and says what it took; `None`: somebody
/// else.
///
/// Since the last tick the kernel has walked through megabytes, and none of this is in a cache any
/// more. So the sockets are looked up before the first byte is sent: their memory is fetched for
/// all of them at once, where it would otherwise be waited for between one call and the next.
fn send(some: &[Guest], tick: &Bytes) -> [Option<io::Result<usize>>; ABREAST] {
    let sockets: [_; ABREAST] = array::from_fn(|at| {
        let guest = some.get(at).filter(|guest| guest.is_in());
        guest.and_then(|guest| guest.outbox.socket())
    });
    sockets.map(|socket| socket.map(|socket| socket.send(tick)))
}
