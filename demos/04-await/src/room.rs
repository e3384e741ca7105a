//! The room: a tray of snacks, and the players who see every event around it.

use super::sync::{Mutex, Socket};
use snack::{Event, Name, News, Refusal, SEATS, Tray};
use std::collections::BTreeMap;

/// What the players' tasks share.
#[derive(Debug)]
pub struct Room {
    room: Mutex<State>,
}

/// What the room's lock guards: everything.
#[derive(Debug, Default)]
struct State {
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
    socket: Socket,
}

impl Room {
    /// An empty room with a full tray.
    pub fn open() -> Room {
        let room = Mutex::new("room", State::default());
        Room { room }
    }

    /// Gives a player a seat and tells every player, the new one included.
    ///
    /// # Errors
    /// The room is full, or another player has that name.
    pub async fn join(&self, name: Name, socket: Socket) -> Result<Seat, Refusal> {
        let mut room = self.room.lock();
        if room.players.values().any(|player| player.name == name) {
            return Err(Refusal::NameTaken(name));
        }
        if room.players.len() == SEATS {
            return Err(Refusal::RoomFull);
        }
        room.seats += 1;
        let seat = Seat(room.seats);
        let player = Player {
            name: name.clone(),
            snacks: 0,
            socket,
        };
        room.players.insert(seat, player);
        room.tell_everyone(News::Joined { name }).await;
        Ok(seat)
    }

    /// Takes a snack off the tray and tells every player.
    ///
    /// # Errors
    /// The tray is empty, or the player has no seat.
    pub async fn grab(&self, who: Seat) -> Result<(), Refusal> {
        let mut room = self.room.lock();
        let snack = room.tray.look().ok_or(Refusal::TrayEmpty)?;
        let player = room.players.get_mut(&who).ok_or(Refusal::JoinFirst)?;
        let name = player.eats();
        room.tray.take(snack);
        // While one phone is slow, this task sleeps here and keeps the room locked.
        room.tell_everyone(News::Grabbed { name, snack }).await;
        Ok(())
    }

    /// Tells every player that this one leaves, and removes it. Does nothing if it left before.
    pub async fn leave(&self, who: Seat) {
        let mut room = self.room.lock();
        let Some(player) = room.players.get(&who) else {
            return;
        };
        let (name, snacks) = player.tab();
        room.tell_everyone(News::Left { name, snacks }).await;
        room.players.remove(&who);
    }

    /// Refills the tray, and tells every player if any snack was missing.
    pub async fn refill(&self) {
        let mut room = self.room.lock();
        if room.tray.refill() > 0 {
            let snacks = room.tray.len();
            room.tell_everyone(News::Refilled { snacks }).await;
        }
    }

    /// Tells one player why its request failed.
    pub async fn refuse(&self, who: Seat, refusal: &Refusal) {
        let mut room = self.room.lock();
        if let Some(player) = room.players.get_mut(&who) {
            player.socket.tell(refusal).await;
        }
    }
}

impl State {
    /// Tells every player one event before the next one can happen: one order for all.
    async fn tell_everyone(&mut self, news: News) {
        self.events += 1;
        let number = self.events;
        let event = Event { number, news };
        for player in self.players.values_mut() {
            player.socket.tell(&event).await;
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
