//! The room: a task that owns the tray and the players, and shares both by communicating.

use super::sync::{Socket, mpsc, oneshot, within};
use snack::{Event, Name, News, Refusal, SEATS, Tray};
use std::{collections::BTreeMap, fmt, time::Duration};

/// Messages that may wait for the room. Who sends one more waits, too.
pub const REQUESTS_WAITING: usize = 4;

/// Lines that may wait for a phone. Who has one more to tell waits, too.
pub const LINES_BEHIND: usize = 64;

/// How long a phone may take for a line. Then it is gone.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// What is said to the room. A question carries its own return address.
pub enum ToRoom {
    /// Somebody wants a seat.
    Join {
        /// Under which name.
        name: Name,
        /// Where to tell what happens.
        outbox: mpsc::Sender<ToPlayer>,
        /// Which one it has.
        reply: oneshot::Sender<Result<Seat, Refusal>>,
    },
    /// A player wants a snack.
    Grab {
        /// Which player.
        who: Seat,
        /// Whether it has one.
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// A player has gone.
    Leave {
        /// Which player.
        who: Seat,
    },
    /// A tick: it is time to look after the tray.
    Refill,
}

/// What a player is told.
#[derive(Clone, Debug)]
pub enum ToPlayer {
    /// By the room: something happened.
    Event(Event),
    /// By its own session: what it asked for cannot be had.
    Refused(Refusal),
}

/// A seat is taken once, and never again by anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(u64);

/// What the room's task owns.
#[derive(Default)]
pub struct Room {
    tray: Tray,
    players: BTreeMap<Seat, Player>,
    seats: u64,
    events: u64,
}

/// What the room knows of a player.
struct Player {
    name: Name,
    snacks: u32,
    outbox: mpsc::Sender<ToPlayer>,
}

impl Room {
    /// Serves until nobody is left who could ask for anything.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<ToRoom>) {
        while let Some(message) = inbox.recv().await {
            self.apply(message).await;
        }
    }

    /// What one message does to the room.
    pub async fn apply(&mut self, message: ToRoom) {
        // Who asked may have gone before it is answered: then nobody needs the answer.
        match message {
            ToRoom::Join {
                name,
                outbox,
                reply,
            } => {
                let answer = self.join(name, outbox).await;
                let _unless_gone = reply.send(answer);
            }
            ToRoom::Grab { who, reply } => {
                let answer = self.grab(who).await;
                let _unless_gone = reply.send(answer);
            }
            ToRoom::Leave { who } => self.leave(who).await,
            ToRoom::Refill => self.refill().await,
        }
    }

    /// Seats a player and tells everybody, the newcomer included.
    async fn join(&mut self, name: Name, outbox: mpsc::Sender<ToPlayer>) -> Result<Seat, Refusal> {
        if self.players.values().any(|player| player.name == name) {
            return Err(Refusal::NameTaken(name));
        }
        if self.players.len() == SEATS {
            return Err(Refusal::RoomFull);
        }
        self.seats += 1;
        let seat = Seat(self.seats);
        let player = Player {
            name: name.clone(),
            snacks: 0,
            outbox,
        };
        self.players.insert(seat, player);
        self.tell_everyone(News::Joined { name }).await;
        Ok(seat)
    }

    /// Takes a snack off the tray and tells everybody.
    async fn grab(&mut self, who: Seat) -> Result<(), Refusal> {
        let player = self.players.get_mut(&who).ok_or(Refusal::JoinFirst)?;
        let snack = self.tray.look().ok_or(Refusal::TrayEmpty)?;
        self.tray.take(snack);
        let name = player.eats();
        self.tell_everyone(News::Grabbed { name, snack }).await;
        Ok(())
    }

    /// Says goodbye to a player and tells everybody. Who has left already is not missed again.
    async fn leave(&mut self, who: Seat) {
        let Some(player) = self.players.get(&who) else {
            return;
        };
        let (name, snacks) = player.tab();
        self.tell_everyone(News::Left { name, snacks }).await;
        self.players.remove(&who);
    }

    /// Fills the tray again, and tells everybody if there was anything to fill.
    async fn refill(&mut self) {
        if self.tray.refill() > 0 {
            let snacks = self.tray.len();
            self.tell_everyone(News::Refilled { snacks }).await;
        }
    }

    /// One event, told to every player before the room hears another word: one order for all.
    async fn tell_everyone(&mut self, news: News) {
        self.events += 1;
        let number = self.events;
        let event = Event { number, news };
        for player in self.players.values() {
            // Whoever empties this outbox may be waiting, right now, to say something to the room.
            let told = player.outbox.send(ToPlayer::Event(event.clone()));
            let _unless_gone = told.await;
        }
    }
}

impl Player {
    /// One snack more, and whose it is.
    fn eats(&mut self) -> Name {
        self.snacks += 1;
        self.name.clone()
    }

    /// Who it is, and how many snacks it has had.
    fn tab(&self) -> (Name, u32) {
        (self.name.clone(), self.snacks)
    }
}

/// Empties an outbox at the pace of its phone, in a task of its own.
pub async fn write_to(
    who: Seat,
    mut socket: Socket,
    mut queue: mpsc::Receiver<ToPlayer>,
    room: mpsc::Sender<ToRoom>,
) {
    while let Some(told) = queue.recv().await {
        if within(PATIENCE, socket.write(&told)).await.is_err() {
            // The room may be waiting, right now, for a place in this very queue.
            let _unless_closed = room.send(ToRoom::Leave { who }).await;
            return;
        }
    }
}

impl fmt::Display for ToPlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ToPlayer::Event(event) => event.fmt(f),
            ToPlayer::Refused(refusal) => refusal.fmt(f),
        }
    }
}
