//! A task for each event: nobody waits.
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
    /// Seats a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        self.players.push(Player {
            phone: Arc::new(phone),
        });
    }

    /// Tells everybody. A player who does not read may miss it only by being shown out: then its phone is dropped (which
    /// hangs up) and it is counted no more.
    pub async fn tell_everyone(&mut self, event: &str) {
        for player in &self.players {
            let (phone, event) = (Arc::clone(&player.phone), event.to_owned());
            tokio::spawn(async move { phone.send(event).await });
        }
    }

    /// How many players there are.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
