//! Waits a second for each phone, at most.
//! Red for: timeout.

use judge::clock::Phone;
use std::time::Duration;
use tokio::time::timeout;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    phone: Phone,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        self.players.push(Player { phone });
    }

    /// Sends an event to all players. A player misses it only by being disconnected: then its phone
    /// is dropped, and the player is no longer counted.
    pub async fn tell_everyone(&mut self, event: &str) {
        for player in &self.players {
            // An error: the player has gone. Another part of the program removes it.
            let _ = timeout(Duration::from_secs(1), player.phone.send(event)).await;
        }
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
