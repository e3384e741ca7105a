//! The room: a task that owns the tray and the players, and shares both by communicating.

use super::sync::{mpsc, oneshot};
use snack::{Event, Name, News, Refusal, SEATS, ToPlayer, Tray};
use std::collections::BTreeMap;

/// Capacity of the room's inbox. A sender waits while it is full.
pub const REQUESTS_WAITING: usize = 4;

/// Capacity of a player's outbox, in lines. A sender waits while it is full.
pub const LINES_BEHIND: usize = 64;

/// A message to the room. A question carries the channel for its answer.
pub enum ToRoom {
    /// A player wants a seat.
    Join {
        /// The player's name.
        name: Name,
        /// Where the room sends events to the player.
        outbox: mpsc::Sender<ToPlayer>,
        /// Receives the seat.
        reply: oneshot::Sender<Result<Seat, Refusal>>,
    },
    /// A player wants a snack.
    Grab {
        /// The player's seat.
        who: Seat,
        /// Receives whether the player got one.
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// A player has left.
    Leave {
        /// The player's seat.
        who: Seat,
    },
    /// A tick: the tray can be refilled.
    Refill,
}

/// What the room's task owns.
#[derive(Debug, Default)]
pub struct Room {
    tray: Tray,
    players: BTreeMap<Seat, Player>,
    seats: u64,
    events: u64,
}

/// A player's seat. Its number is never given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(u64);

/// What the room knows of a player.
#[derive(Debug)]
struct Player {
    name: Name,
    snacks: u32,
    outbox: mpsc::Sender<ToPlayer>,
}

impl Room {
    /// Handles one message after another. Returns when every sender is dropped.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<ToRoom>) {
        while let Some(message) = inbox.recv().await {
            self.apply(message).await;
        }
    }

    /// Handles one message.
    pub async fn apply(&mut self, message: ToRoom) {
        // Sending a reply fails if the asker is gone. Then the answer is not needed.
        match message {
            ToRoom::Join {
                name,
                outbox,
                reply,
            } => {
                let _unless_gone = reply.send(self.join(name, outbox).await);
            }
            ToRoom::Grab { who, reply } => {
                let _unless_gone = reply.send(self.grab(who).await);
            }
            ToRoom::Leave { who } => self.leave(who).await,
            ToRoom::Refill => self.refill().await,
        }
    }

    /// Gives a player a seat and tells every player, the new one included.
    ///
    /// # Errors
    /// The room is full, or another player has that name.
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

    /// Takes a snack off the tray and tells every player.
    ///
    /// # Errors
    /// The tray is empty, or the player has no seat.
    async fn grab(&mut self, who: Seat) -> Result<(), Refusal> {
        let player = self.players.get_mut(&who).ok_or(Refusal::JoinFirst)?;
        let snack = self.tray.look().ok_or(Refusal::TrayEmpty)?;
        self.tray.take(snack);
        let name = player.eats();
        self.tell_everyone(News::Grabbed { name, snack }).await;
        Ok(())
    }

    /// Tells every player that this one leaves, and removes it. Does nothing if it left before.
    async fn leave(&mut self, who: Seat) {
        let Some(player) = self.players.get(&who) else {
            return;
        };
        let (name, snacks) = player.tab();
        self.tell_everyone(News::Left { name, snacks }).await;
        self.players.remove(&who);
    }

    /// Refills the tray, and tells every player if any snack was missing.
    async fn refill(&mut self) {
        if self.tray.refill() > 0 {
            let snacks = self.tray.len();
            self.tell_everyone(News::Refilled { snacks }).await;
        }
    }

    /// Tells every player one event before the next one can happen: one order for all.
    async fn tell_everyone(&mut self, news: News) {
        self.events += 1;
        let number = self.events;
        let event = Event { number, news };
        for player in self.players.values() {
            // The writer that empties this outbox may itself be waiting to send to the room.
            let told = player.outbox.send(ToPlayer::Event(event.clone()));
            let _unless_gone = told.await;
        }
    }
}

impl Player {
    /// Counts one more snack. Returns the player's name.
    fn eats(&mut self) -> Name {
        self.snacks += 1;
        self.name.clone()
    }

    /// The player's name, and how many snacks it has had.
    fn tab(&self) -> (Name, u32) {
        (self.name.clone(), self.snacks)
    }
}
