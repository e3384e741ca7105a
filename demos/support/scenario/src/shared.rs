//! Players of a room that their threads share.

use crate::{
    Grab, WIDE,
    book::{End, known},
    grabs,
    script::{AnyRoom, Holds},
};
use lanes::{net, thread};
use snack::{Event, Name, Refusal};
use std::{fmt::Debug, sync::Arc};

/// A room that threads share, as a player uses it.
pub trait Room: Sized + 'static {
    /// What the room gives a player that joins.
    type Seat: Clone + 'static;
    /// Where the room writes what a player is told.
    type Line: Line;

    /// An empty room.
    fn opens() -> Self;

    /// Takes a seat.
    ///
    /// # Errors
    /// The room refuses.
    fn joins(&self, name: Name, line: Self::Line) -> Result<Self::Seat, Refusal>;

    /// Takes a snack off the tray.
    ///
    /// # Errors
    /// The room refuses.
    fn grabs(&self, seat: &Self::Seat) -> Result<(), Refusal>;

    /// Gives the seat up.
    fn leaves(&self, seat: &Self::Seat);

    /// Refills the tray.
    fn refills(&self);

    /// Tells one player why a request failed.
    fn refuses(&self, seat: &Self::Seat, refusal: &Refusal);
}

/// The server's end of what leads to a phone.
pub trait Line: Sized {
    /// The player's end.
    type Phone: 'static;

    /// Creates both ends. They hold more lines than a scenario writes.
    fn to(name: &str) -> (Self, Self::Phone);

    /// Every line that was written so far, read or not.
    fn told(phone: &Self::Phone) -> Vec<String>;

    /// Reads until the server closes the line.
    fn ends(phone: &Self::Phone);
}

/// A line with a limit: what does not fit waits for the phone to read.
pub trait Wire: Line<Phone = net::Phone> {
    /// Creates both ends, with room for `lines` lines.
    fn with_room_for(lines: usize, name: &str) -> (Self, net::Phone);
}

/// A player and its phone.
pub struct Player<R: Room> {
    /// Its name, and that of its thread.
    pub name: &'static str,
    /// The room that it is in.
    pub room: Arc<R>,
    /// Its seat there.
    pub seat: R::Seat,
    /// The end of the line that the player reads.
    pub phone: Arc<<R::Line as Line>::Phone>,
}

impl<R: Room> Player<R> {
    /// Takes a seat. The line to the phone is never full.
    #[track_caller]
    pub fn joins(room: &Arc<R>, name: &'static str) -> Player<R> {
        Player::joins_over(R::Line::to(name), room, name)
    }

    #[track_caller]
    fn joins_over(
        line: (R::Line, <R::Line as Line>::Phone),
        room: &Arc<R>,
        name: &'static str,
    ) -> Player<R> {
        Player::asks_for_a_seat(line, room, name).expect("a free seat")
    }

    #[track_caller]
    fn asks_for_a_seat(
        (line, phone): (R::Line, <R::Line as Line>::Phone),
        room: &Arc<R>,
        name: &'static str,
    ) -> Result<Player<R>, Refusal> {
        let seat = room.joins(known(name), line)?;
        Ok(Player {
            name,
            room: Arc::clone(room),
            seat,
            phone: Arc::new(phone),
        })
    }

    /// Runs `something` on a thread of its own.
    #[track_caller]
    pub fn does(&self, something: fn(&Player<R>)) -> thread::JoinHandle<()> {
        let player = self.clone();
        thread::spawn(self.name, move || something(&player))
    }

    /// Takes a snack.
    pub fn grabs(&self) {
        self.room.grabs(&self.seat).expect("the tray is full");
    }

    /// Gives its seat up.
    pub fn leaves(&self) {
        self.room.leaves(&self.seat);
    }

    /// The grabs whose events have reached the line to the phone, in order of arrival.
    #[track_caller]
    pub fn saw_grabs(&self) -> Vec<Grab> {
        let told = R::Line::told(&self.phone).into_iter();
        grabs(told.map(|line| line.parse::<Event>().expect("an event")))
    }
}

impl<R: Room<Line: Wire>> Player<R> {
    /// Takes a seat. The wire to the phone holds `lines` lines.
    #[track_caller]
    pub fn joins_by_wire(room: &Arc<R>, name: &'static str, lines: usize) -> Player<R> {
        Player::joins_over(R::Line::with_room_for(lines, name), room, name)
    }

    /// Reads this many lines, and waits for each.
    #[track_caller]
    pub fn reads(&self, lines: usize) {
        for _ in 0..lines {
            self.phone.read().expect("the server does not hang up");
        }
    }
}

impl<R: Room> Clone for Player<R> {
    fn clone(&self) -> Player<R> {
        Player {
            name: self.name,
            room: Arc::clone(&self.room),
            seat: self.seat.clone(),
            phone: Arc::clone(&self.phone),
        }
    }
}

impl Line for net::Socket {
    type Phone = net::Phone;

    #[track_caller]
    fn to(name: &str) -> (Self, net::Phone) {
        net::phone(name, WIDE)
    }

    #[track_caller]
    fn told(phone: &net::Phone) -> Vec<String> {
        phone.told()
    }

    #[track_caller]
    fn ends(phone: &net::Phone) {
        while phone.read().is_some() {}
    }
}

impl Wire for net::Socket {
    #[track_caller]
    fn with_room_for(lines: usize, name: &str) -> (Self, net::Phone) {
        net::phone(name, lines)
    }
}

impl Line for net::tokio::Socket {
    type Phone = net::Phone;

    #[track_caller]
    fn to(name: &str) -> (Self, net::Phone) {
        net::tokio::phone(name, WIDE)
    }

    #[track_caller]
    fn told(phone: &net::Phone) -> Vec<String> {
        phone.told()
    }

    #[track_caller]
    fn ends(phone: &net::Phone) {
        while phone.read().is_some() {}
    }
}

impl Wire for net::tokio::Socket {
    #[track_caller]
    fn with_room_for(lines: usize, name: &str) -> (Self, net::Phone) {
        net::tokio::phone(name, lines)
    }
}

impl Line for net::Outbox {
    type Phone = net::Queue;

    #[track_caller]
    fn to(name: &str) -> (Self, net::Queue) {
        net::outbox(name)
    }

    #[track_caller]
    fn told(phone: &net::Queue) -> Vec<String> {
        phone.told()
    }

    #[track_caller]
    fn ends(phone: &net::Queue) {
        while phone.next().is_some() {}
    }
}

/// A room that threads share, for [scripts](crate::script).
pub struct Shared<R>(Arc<R>);

impl<R: Room> AnyRoom for Shared<R> {
    type Guest = Player<R>;

    fn opens() -> Self {
        Shared(Arc::new(R::opens()))
    }

    fn join(&self, name: &'static str, _places: usize) -> Result<Player<R>, Refusal> {
        Player::asks_for_a_seat(R::Line::to(name), &self.0, name)
    }

    fn grab(&self, guest: &Player<R>) -> Result<(), Refusal> {
        self.0.grabs(&guest.seat)
    }

    fn leave(&self, guest: &Player<R>) {
        self.0.leaves(&guest.seat);
    }

    fn refill(&self) {
        self.0.refills();
    }

    fn refuse(&self, guest: &Player<R>, refusal: &Refusal) {
        self.0.refuses(&guest.seat, refusal);
    }

    fn read(_guest: &mut Player<R>) {
        unreachable!("a room that threads share waits for a slow player: see the scenarios");
    }

    fn told(guest: &mut Player<R>) -> Vec<String> {
        R::Line::told(&guest.phone)
    }

    /// Waits until the line is closed.
    fn has_ended(guest: Player<R>, _end: End) {
        let Player { seat, phone, .. } = guest;
        drop(seat);
        R::Line::ends(&phone);
    }
}

impl<R: Room + Debug> Holds for Shared<R> {
    fn holds(&self) -> String {
        format!("{:?}", self.0)
    }
}

impl<R> Clone for Shared<R> {
    fn clone(&self) -> Self {
        Shared(Arc::clone(&self.0))
    }
}
