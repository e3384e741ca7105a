//! One phone in a tunnel.
//!
//! The room sends every event to every phone. When one phone stops reading, the room waits for it,
//! and all other players wait with it. Fix it: a player sees every event at once, in sequence, or
//! is disconnected; and a room that is dropped leaves nothing behind. Keep the names and signatures
//! that are `pub`; you may change everything behind them. To have your answer judged:
//! `cargo run -p learn`.

use judge::clock::Phone;

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
    /// is dropped, and the player is no longer counted. A player that has gone is disconnected,
    /// too.
    pub async fn tell_everyone(&mut self, event: &str) {
        for player in &self.players {
            // An error: the player has gone. Another part of the program removes it.
            let _ = player.phone.send(event).await;
        }
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
