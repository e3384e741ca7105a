//! The room: a task that owns the tray and the players, and waits for none of them.

use super::sync::{Socket, mpsc, oneshot, within};
use snack::{Event, Name, News, Refusal, SEATS, Tray};
use std::{collections::BTreeMap, fmt, time::Duration};
use tokio::select;

/// Messages that may wait for the room. Who sends one more waits, too.
pub const REQUESTS_WAITING: usize = 4;

/// Lines that may wait for a phone. Who is further behind is shown out, not waited for.
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
        /// Where to tell why that was all.
        parting: oneshot::Sender<Parting>,
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

/// Why a player is told nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// It left.
    Left,
    /// It was too far behind.
    TooSlow,
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
    parting: oneshot::Sender<Parting>,
}

impl Room {
    /// Serves until nobody is left who could ask for anything.
    pub async fn run(mut self, inbox: &mut mpsc::Receiver<ToRoom>) {
        // The only line in which the room waits, and it waits for everybody at once.
        while let Some(message) = inbox.recv().await {
            self.apply(message);
        }
    }

    /// What one message does to the room. It is no `async fn`: it cannot wait.
    pub fn apply(&mut self, message: ToRoom) {
        // Who asked may have gone before it is answered: then nobody needs the answer.
        match message {
            ToRoom::Join {
                name,
                outbox,
                parting,
                reply,
            } => {
                let player = Player {
                    name,
                    snacks: 0,
                    outbox,
                    parting,
                };
                let _unless_gone = reply.send(self.join(player));
            }
            ToRoom::Grab { who, reply } => {
                let _unless_gone = reply.send(self.grab(who));
            }
            ToRoom::Leave { who } => self.leave(who),
            ToRoom::Refill => self.refill(),
        }
    }

    /// Seats a player and tells everybody, the newcomer included.
    fn join(&mut self, player: Player) -> Result<Seat, Refusal> {
        let name = player.name.clone();
        if self.players.values().any(|other| other.name == name) {
            return Err(Refusal::NameTaken(name));
        }
        if self.players.len() == SEATS {
            return Err(Refusal::RoomFull);
        }
        self.seats += 1;
        let seat = Seat(self.seats);
        self.players.insert(seat, player);
        self.tell_everyone(News::Joined { name });
        Ok(seat)
    }

    /// Takes a snack off the tray and tells everybody.
    fn grab(&mut self, who: Seat) -> Result<(), Refusal> {
        let player = self.players.get_mut(&who).ok_or(Refusal::JoinFirst)?;
        let snack = self.tray.look().ok_or(Refusal::TrayEmpty)?;
        self.tray.take(snack);
        let name = player.eats();
        self.tell_everyone(News::Grabbed { name, snack });
        Ok(())
    }

    /// Says goodbye to a player and tells everybody. Who has left already is not missed again.
    fn leave(&mut self, who: Seat) {
        let Some(player) = self.players.get(&who) else {
            return;
        };
        let (name, snacks) = player.tab();
        self.tell_everyone(News::Left { name, snacks });
        if let Some(player) = self.players.remove(&who) {
            let _unless_gone = player.parting.send(Parting::Left);
        }
    }

    /// Fills the tray again, and tells everybody if there was anything to fill.
    fn refill(&mut self) {
        if self.tray.refill() > 0 {
            let snacks = self.tray.len();
            self.tell_everyone(News::Refilled { snacks });
        }
    }

    /// One event, told to every player before the room hears another word: one order for all.
    fn tell_everyone(&mut self, news: News) {
        self.events += 1;
        let number = self.events;
        let event = Event { number, news };
        let mut behind = Vec::new();
        for (&seat, player) in &self.players {
            // An outbox that is full is too far behind; one that nobody empties any more is, too.
            let told = player.outbox.try_send(ToPlayer::Event(event.clone()));
            if told.is_err() {
                behind.push(seat);
            }
        }
        for seat in behind {
            self.show_out(seat);
        }
    }

    /// Lets a player go who is too far behind, tells it why, and then everybody else.
    fn show_out(&mut self, who: Seat) {
        if let Some(player) = self.players.remove(&who) {
            let (name, snacks) = player.tab();
            let _unless_gone = player.parting.send(Parting::TooSlow);
            self.tell_everyone(News::Left { name, snacks });
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

/// Empties an outbox at the pace of its phone, in a task of its own, and has the last word.
pub async fn write_to(
    mut socket: Socket,
    mut queue: mpsc::Receiver<ToPlayer>,
    mut parting: oneshot::Receiver<Parting>,
) {
    let why = loop {
        select! {
            biased;
            told = queue.recv() => {
                let Some(told) = told else { break parting.await };
                if within(PATIENCE, socket.write(&told)).await.is_err() {
                    return;
                }
            }
            why = &mut parting => break why,
        }
    };
    // The room may have told one thing more after the queue was looked at and before it parted.
    queue.close();
    while let Some(told) = queue.recv().await {
        if within(PATIENCE, socket.write(&told)).await.is_err() {
            return;
        }
    }
    let last_word = match why {
        Ok(Parting::Left) => return,
        Ok(Parting::TooSlow) => Refusal::TooSlow,
        // The room has gone, and had no time to say why.
        Err(_) => Refusal::RoomClosed,
    };
    let _unless_gone = within(PATIENCE, socket.write(&last_word)).await;
}

impl fmt::Display for ToPlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ToPlayer::Event(event) => event.fmt(f),
            ToPlayer::Refused(refusal) => refusal.fmt(f),
        }
    }
}
