//! One phone in a tunnel.
//!
//! The room tells every event to every phone. When one phone stops reading, the room waits for it, and everybody else with
//! it. Cure it: a player sees every event at once, in order, or is shown out. Keep the names and signatures that are `pub`;
//! everything behind them is yours. Ask with `cargo run -p learn`.

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
    /// Seats a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        self.players.push(Player { phone });
    }

    /// Tells everybody. A player who does not read may miss it only by being shown out: then its phone is dropped (which
    /// hangs up) and it is counted no more.
    pub async fn tell_everyone(&mut self, event: &str) {
        for player in &self.players {
            // An error: the player has gone. That is for somebody else to notice.
            let _ = player.phone.send(event).await;
        }
    }

    /// How many players there are.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
