//! Removes each slow player from the list.
//! Red for: another-slow.

use judge::clock::Phone;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    outbox: mpsc::Sender<String>,
    _writer: JoinSet<()>,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let (outbox, mut events) = mpsc::channel::<String>(64);
        let mut writer = JoinSet::new();
        writer.spawn(async move {
            while let Some(event) = events.recv().await {
                if phone.send(event).await.is_err() {
                    break;
                }
            }
        });
        self.players.push(Player {
            outbox,
            _writer: writer,
        });
    }

    /// Sends an event to all players.
    pub async fn tell_everyone(&mut self, event: &str) {
        let mut index = 0;
        while index < self.players.len() {
            if self.players[index]
                .outbox
                .try_send(event.to_owned())
                .is_err()
            {
                self.players.remove(index);
            }
            index += 1;
        }
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
