//! One `JoinSet` in the room, and an `AbortHandle` for each player.

use judge::clock::Phone;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
    writers: JoinSet<()>,
}

struct Player {
    outbox: mpsc::Sender<String>,
    writer: AbortHandle,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let (outbox, mut events) = mpsc::channel::<String>(200);
        let writer = self.writers.spawn(async move {
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
        let (stay, leave): (Vec<_>, Vec<_>) = self
            .players
            .drain(..)
            .partition(|player| player.outbox.try_send(event.to_owned()).is_ok());
        self.players = stay;
        for player in leave {
            player.writer.abort();
        }
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
