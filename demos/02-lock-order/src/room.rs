//! The room: a tray of snacks, and the players who see every event around it.

use super::sync::{Mutex, Socket};
use snack::{Event, Name, News, Refusal, SEATS, Tray};
use std::{collections::BTreeMap, sync::Arc};

/// What the players' threads share.
///
/// Lock order: the room, then a player. A thread takes both in this order, or a player's alone.
#[derive(Debug)]
pub struct Room {
    room: Mutex<State>,
}

/// What the room's lock guards.
#[derive(Debug, Default)]
struct State {
    tray: Tray,
    players: BTreeMap<Name, Seat>,
    events: u64,
}

/// A player, shared by its own thread and by every thread that tells it something.
pub type Seat = Arc<Mutex<Player>>;

/// What a player's lock guards.
#[derive(Debug)]
pub struct Player {
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
    pub fn join(&self, name: &Name, socket: Socket) -> Result<Seat, Refusal> {
        let mut room = self.room.lock();
        if room.players.contains_key(name) {
            return Err(Refusal::NameTaken(name.clone()));
        }
        if room.players.len() == SEATS {
            return Err(Refusal::RoomFull);
        }
        let player = Player {
            name: name.clone(),
            snacks: 0,
            socket,
        };
        let seat = Arc::new(Mutex::new(format!("player {name}"), player));
        room.players.insert(name.clone(), Arc::clone(&seat));
        room.tell_everyone(News::Joined { name: name.clone() });
        Ok(seat)
    }

    /// Takes a snack off the tray and tells every player.
    ///
    /// # Errors
    /// The tray is empty.
    pub fn grab(&self, seat: &Seat) -> Result<(), Refusal> {
        let mut room = self.room.lock();
        let snack = room.tray.look().ok_or(Refusal::TrayEmpty)?;
        room.tray.take(snack);
        let name = seat.lock().eats();
        room.tell_everyone(News::Grabbed { name, snack });
        Ok(())
    }

    /// Tells every player that this one leaves, and removes it.
    pub fn leave(&self, seat: &Seat) {
        let mut room = self.room.lock();
        let player = seat.lock();
        let (name, snacks) = player.tab();
        drop(player);
        room.tell_everyone(News::Left {
            name: name.clone(),
            snacks,
        });
        room.players.remove(&name);
    }

    /// Refills the tray, and tells every player if any snack was missing.
    pub fn refill(&self) {
        let mut room = self.room.lock();
        if room.tray.refill() > 0 {
            let snacks = room.tray.len();
            room.tell_everyone(News::Refilled { snacks });
        }
    }

    /// Tells one player why its request failed.
    pub fn refuse(&self, seat: &Seat, refusal: &Refusal) {
        seat.lock().socket.tell(refusal);
    }
}

impl State {
    /// Tells every player one event before the next one can happen: one order for all.
    fn tell_everyone(&mut self, news: News) {
        self.events += 1;
        let number = self.events;
        let event = Event { number, news };
        for player in self.players.values() {
            player.lock().socket.tell(&event);
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
