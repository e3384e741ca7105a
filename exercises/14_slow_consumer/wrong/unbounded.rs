//! A queue without an end a player.
//! Red for: unbounded.

use judge::clock::Phone;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    outbox: mpsc::UnboundedSender<String>,
    writer: JoinHandle<()>,
}

impl Room {
    /// Seats a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let (outbox, mut events) = mpsc::unbounded_channel::<String>();
        let writer = tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if phone.send(event).await.is_err() {
                    break;
                }
            }
        });
        self.players.push(Player { outbox, writer });
    }

    /// Tells everybody. A player who does not read may miss it only by being shown out: then its phone is dropped (which
    /// hangs up) and it is counted no more.
    pub async fn tell_everyone(&mut self, event: &str) {
        self.players.retain(|player| {
            let has_room = player.outbox.send(event.to_owned()).is_ok();
            if !has_room {
                // It may be in the middle of a `send` that never ends.
                player.writer.abort();
            }
            has_room
        });
    }

    /// How many players there are.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
