//! A task for each event: the room never waits.
//! Red for: tasks.

use judge::clock::Phone;
use std::sync::Arc;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    phone: Arc<Phone>,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        self.players.push(Player {
            phone: Arc::new(phone),
        });
    }

    /// Sends an event to all players. A player misses it only by being disconnected: then its phone
    /// is dropped, and the player is no longer counted.
    pub async fn tell_everyone(&mut self, event: &str) {
        for player in &self.players {
            let (phone, event) = (Arc::clone(&player.phone), event.to_owned());
            tokio::spawn(async move { phone.send(event).await });
        }
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
