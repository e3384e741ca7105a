//! Takes a place for each player first, and an event only then; `Drop` aborts.

use judge::clock::Phone;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    outbox: mpsc::Sender<String>,
    writer: JoinHandle<()>,
}

impl Drop for Player {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let (outbox, mut events) = mpsc::channel::<String>(64);
        let writer = tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if phone.send(event).await.is_err() {
                    break;
                }
            }
        });
        self.players.push(Player { outbox, writer });
    }

    /// Sends an event to all players.
    pub async fn tell_everyone(&mut self, event: &str) {
        let event = event.to_owned();
        self.players
            .retain(|player| match player.outbox.try_reserve() {
                Ok(place) => {
                    place.send(event.clone());
                    true
                }
                Err(_slow_or_gone) => false,
            });
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
