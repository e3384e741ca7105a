//! Aborts the task of a player who is too far behind; the room itself is dropped without a word.
//! Red for: outlives.

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
        self.players.retain(|player| {
            let has_room = player.outbox.try_send(event.to_owned()).is_ok();
            if !has_room {
                player.writer.abort();
            }
            has_room
        });
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
