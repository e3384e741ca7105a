//! The room goes on, in the next process.

use super::{LineBefore, State};
use crate::{
    house::{self, House},
    kept::instant,
    line::Line,
    room::{
        Room,
        closed::meant,
        desk::{self, Desk},
        guests::Who,
        here::Here,
        keeps::Keeps,
        seats::Seats,
    },
};
use rush::{Phase, Seat};
use std::{sync::Arc, time::Duration};
use supervisor::resume::Resume;

impl State {
    /// The room goes on. `find` looks for a connection, and how far it is; one that ended after
    /// that is found out when it is listened to.
    pub(crate) fn room(
        self,
        house: &Arc<House>,
        keeps: Option<Keeps>,
        mut find: impl FnMut(&LineBefore) -> Option<(Line, Resume)>,
    ) -> (Room, Arc<Desk>) {
        let (head, now) = (self.head, house::now());
        let config = *self.world.config();
        let desk = Arc::new(Desk::new(&head.name, config.seats));
        let seats = Seats::restored(config.seats, head.seats, &head.leaving);
        seats.are_taken_in(house);
        let period = Duration::from_millis(config.tick_ms.into());
        let away = head.away.into_iter();
        let mut room = Room {
            name: Arc::clone(&desk.name),
            house: Arc::clone(house),
            desk: Arc::clone(&desk),
            world: self.world,
            log: self.log,
            seats,
            guests: Here::default(),
            inputs: head.inputs.into_iter().filter_map(meant).collect(),
            away: away.map(|(seat, away)| (Seat(seat), away)).collect(),
            won: head.won,
            anew: head.anew,
            beats: head.beats,
            drains: None,
            closed: head.closed,
            fell: head.fell.map(instant),
            keeps,
            hands_over: false,
            due: Some((instant(head.at) + period).clamp(now, now + period)),
            told: desk::Now::default(),
            told_before: 0,
        };
        for guest in head.guests {
            let line = guest.line();
            match (find(&line), guest.who()) {
                (Some((line, rest)), _) => {
                    room.guests.insert(guest.back(line, rest, &self.frames));
                }
                // Its line is over: whoever sat there is away from now on.
                (None, Who::Player(seat)) if room.seats.goes_away(seat, line.id, now) => {
                    room.away.push((seat, true));
                }
                (None, _) => {}
            }
        }
        room.desk.count(room.seats.taken(), room.guests.len());
        room.store_again();
        (room, desk)
    }
}

impl Room {
    /// What is won when a round ends may have been on its way to the disk when a process died. Told
    /// twice, it is stored once, and on the board of the day on which it was won, although that may
    /// be over.
    fn store_again(&self) {
        let phase = self.world.phase();
        if phase != Phase::Playing {
            self.store_scores();
        }
        if phase == Phase::Over {
            self.store_round();
        }
    }
}
