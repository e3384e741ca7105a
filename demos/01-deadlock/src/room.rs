//! The room: a tray of snacks, and the players who see everything that happens around it.

use super::sync::{Mutex, Socket};
use snack::{Event, Name, News, Refusal, SEATS, Tray};
use std::{collections::BTreeMap, sync::Arc};

/// What the players' threads share.
pub struct Room {
    room: Mutex<State>,
}

/// What the room's lock guards.
#[derive(Default)]
struct State {
    tray: Tray,
    players: BTreeMap<Name, Seat>,
    events: u64,
}

/// A player, shared by its own thread and everybody who tells it something.
pub type Seat = Arc<Mutex<Player>>;

/// What a player's lock guards.
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

    /// Seats a player and tells everybody, the newcomer included.
    ///
    /// # Errors
    /// The room is full, or somebody has that name already.
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

    /// Takes a snack off the tray and tells everybody.
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

    /// Says goodbye to a player and tells everybody.
    pub fn leave(&self, seat: &Seat) {
        let player = seat.lock();
        // Somebody may hold the room right now, and wait to tell this very player.
        let mut room = self.room.lock();
        let (name, snacks) = player.tab();
        drop(player);
        room.tell_everyone(News::Left {
            name: name.clone(),
            snacks,
        });
        room.players.remove(&name);
    }

    /// Fills the tray again, and tells everybody if there was anything to fill.
    pub fn refill(&self) {
        let mut room = self.room.lock();
        if room.tray.refill() > 0 {
            let snacks = room.tray.len();
            room.tell_everyone(News::Refilled { snacks });
        }
    }

    /// Tells one player what it asked for and cannot have.
    pub fn refuse(&self, seat: &Seat, refusal: &Refusal) {
        seat.lock().socket.tell(refusal);
    }
}

impl State {
    /// One event, told to every player while the room's lock is held: one order for all.
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
