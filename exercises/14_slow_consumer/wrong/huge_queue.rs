//! A queue so large that it is never full.
//! Red for: huge.

use judge::clock::Phone;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A player this many events behind is disconnected; the room does not wait.
const EVENTS_BEHIND: usize = 1_000_000;

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
        let (outbox, mut events) = mpsc::channel::<String>(EVENTS_BEHIND);
        let writer = tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if phone.send(event).await.is_err() {
                    break;
                }
            }
        });
        self.players.push(Player { outbox, writer });
    }

    /// Sends an event to all players. A player misses it only by being disconnected: then its phone
    /// is dropped, and the player is no longer counted.
    pub async fn tell_everyone(&mut self, event: &str) {
        self.players.retain(|player| {
            let has_room = player.outbox.try_send(event.to_owned()).is_ok();
            if !has_room {
                // The task may be in the middle of a `send` that never ends.
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
