//! The room: a tray of snacks, and the players who see everything that happens around it.

use super::sync::{Mutex, Socket};
use snack::{Event, Name, News, Refusal, SEATS, Tray};
use std::collections::BTreeMap;

/// What the players' tasks share.
pub struct Room {
    room: Mutex<State>,
}

/// What the room's lock guards: everything.
#[derive(Default)]
struct State {
    tray: Tray,
    players: BTreeMap<Name, Player>,
    events: u64,
}

/// A player is known by its name.
pub type Seat = Name;

/// What the room knows of a player.
struct Player {
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
    pub async fn join(&self, name: &Name, socket: Socket) -> Result<Seat, Refusal> {
        let mut room = self.room.lock();
        if room.players.contains_key(name) {
            return Err(Refusal::NameTaken(name.clone()));
        }
        if room.players.len() == SEATS {
            return Err(Refusal::RoomFull);
        }
        let player = Player { snacks: 0, socket };
        room.players.insert(name.clone(), player);
        room.tell_everyone(News::Joined { name: name.clone() })
            .await;
        Ok(name.clone())
    }

    /// Takes a snack off the tray and tells everybody.
    ///
    /// # Errors
    /// The tray is empty.
    pub async fn grab(&self, seat: &Seat) -> Result<(), Refusal> {
        let mut room = self.room.lock();
        let snack = room.tray.look().ok_or(Refusal::TrayEmpty)?;
        room.tray.take(snack);
        let name = room.eats(seat);
        // While one phone is slow this task sleeps here, and takes the room's lock to bed.
        room.tell_everyone(News::Grabbed { name, snack }).await;
        Ok(())
    }

    /// Says goodbye to a player and tells everybody.
    pub async fn leave(&self, seat: &Seat) {
        let mut room = self.room.lock();
        let (name, snacks) = room.tab(seat);
        room.tell_everyone(News::Left { name, snacks }).await;
        room.players.remove(seat);
    }

    /// Fills the tray again, and tells everybody if there was anything to fill.
    pub async fn refill(&self) {
        let mut room = self.room.lock();
        if room.tray.refill() > 0 {
            let snacks = room.tray.len();
            room.tell_everyone(News::Refilled { snacks }).await;
        }
    }

    /// Tells one player what it asked for and cannot have.
    pub async fn refuse(&self, seat: &Seat, refusal: &Refusal) {
        let mut room = self.room.lock();
        if let Some(player) = room.players.get_mut(seat) {
            player.socket.tell(refusal).await;
        }
    }
}

impl State {
    /// One event, told to every player while the room's lock is held: one order for all.
    async fn tell_everyone(&mut self, news: News) {
        self.events += 1;
        let number = self.events;
        let event = Event { number, news };
        for player in self.players.values_mut() {
            player.socket.tell(&event).await;
        }
    }

    /// One snack more, and whose it is.
    fn eats(&mut self, seat: &Seat) -> Name {
        if let Some(player) = self.players.get_mut(seat) {
            player.snacks += 1;
        }
        seat.clone()
    }

    /// Who it is, and how many snacks it has had.
    fn tab(&self, seat: &Seat) -> (Name, u32) {
        let snacks = self.players.get(seat).map_or(0, |player| player.snacks);
        (seat.clone(), snacks)
    }
}
