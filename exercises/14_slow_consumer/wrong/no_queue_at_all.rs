//! No queue, no memory: what the phone does not take at once disconnects it.
//! Red for: burst.

use judge::clock::Phone;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Phone>,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        self.players.push(phone);
    }

    /// Sends an event to all players.
    pub async fn tell_everyone(&mut self, event: &str) {
        let mut stay = vec![];
        for phone in self.players.drain(..) {
            let took = tokio::select! {
                biased;
                sent = phone.send(event) => sent.is_ok(),
                () = std::future::ready(()) => false,
            };
            if took {
                stay.push(phone);
            }
        }
        self.players = stay;
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
