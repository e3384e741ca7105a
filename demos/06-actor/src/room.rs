//! The room: a task that owns the tray and the players, and never waits for a player.

use super::sync::{mpsc, oneshot};
use snack::{Event, Name, News, Refusal, SEATS, ToPlayer, Tray};
use std::collections::BTreeMap;

/// Capacity of the room's inbox. A sender waits while it is full.
pub const REQUESTS_WAITING: usize = 4;

/// Capacity of a player's outbox, in lines. New: a player whose outbox is full is disconnected.
pub const LINES_BEHIND: usize = 64;

/// A message to the room. A question carries the channel for its answer.
pub enum ToRoom {
    /// A player wants a seat.
    Join {
        /// The player's name.
        name: Name,
        /// Where the room sends events to the player.
        outbox: mpsc::Sender<ToPlayer>,
        /// Receives why the room sends this player nothing more.
        parting: oneshot::Sender<Parting>,
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

/// Why the room sends a player nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// The player left.
    Left,
    /// The player's outbox was full.
    TooSlow,
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
    parting: oneshot::Sender<Parting>,
}

impl Room {
    /// Handles one message after another. Returns when every sender is dropped.
    pub async fn run(mut self, inbox: &mut mpsc::Receiver<ToRoom>) {
        // The only line in which the room waits: for a message from any sender.
        while let Some(message) = inbox.recv().await {
            self.apply(message);
        }
    }

    /// Handles one message. New: it is not an `async fn`, so it cannot wait.
    pub fn apply(&mut self, message: ToRoom) {
        // Sending a reply fails if the asker is gone. Then the answer is not needed.
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

    /// Gives a player a seat and tells every player, the new one included.
    ///
    /// # Errors
    /// The room is full, or another player has that name.
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

    /// Takes a snack off the tray and tells every player.
    ///
    /// # Errors
    /// The tray is empty, or the player has no seat.
    fn grab(&mut self, who: Seat) -> Result<(), Refusal> {
        let player = self.players.get_mut(&who).ok_or(Refusal::JoinFirst)?;
        let snack = self.tray.look().ok_or(Refusal::TrayEmpty)?;
        self.tray.take(snack);
        let name = player.eats();
        self.tell_everyone(News::Grabbed { name, snack });
        Ok(())
    }

    /// Tells every player that this one leaves, and removes it. Does nothing if it left before.
    fn leave(&mut self, who: Seat) {
        let Some(player) = self.players.remove(&who) else {
            return;
        };
        let (name, snacks) = player.tab();
        let news = News::Left { name, snacks };
        // It is off the list before it is told: if its outbox is full, it does not leave once more.
        let number = self.events + 1;
        let last = ToPlayer::Event(Event {
            number,
            news: news.clone(),
        });
        let _unless_full = player.outbox.try_send(last);
        let _unless_gone = player.parting.send(Parting::Left);
        self.tell_everyone(news);
    }

    /// Refills the tray, and tells every player if any snack was missing.
    fn refill(&mut self) {
        if self.tray.refill() > 0 {
            let snacks = self.tray.len();
            self.tell_everyone(News::Refilled { snacks });
        }
    }

    /// Tells every player one event before the next one can happen: one order for all.
    fn tell_everyone(&mut self, news: News) {
        self.events += 1;
        let number = self.events;
        let event = Event { number, news };
        let mut behind = Vec::new();
        for (&seat, player) in &self.players {
            // It fails if the outbox is full, and also if its receiver is dropped.
            let told = player.outbox.try_send(ToPlayer::Event(event.clone()));
            if told.is_err() {
                behind.push(seat);
            }
        }
        // All lose their seats first: one that reads again would get later events without this one.
        let slow = behind.iter().filter_map(|seat| self.players.remove(seat));
        for player in slow.collect::<Vec<_>>() {
            self.disconnect(player);
        }
    }

    /// Sends the reason to a player that was too far behind, and tells all players with a seat.
    fn disconnect(&mut self, player: Player) {
        let (name, snacks) = player.tab();
        let _unless_gone = player.parting.send(Parting::TooSlow);
        self.tell_everyone(News::Left { name, snacks });
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
