//! One player per name.
//! Red for: by-name.

use judge::clock::Phone;
use std::collections::HashMap;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: HashMap<String, Player>,
}

struct Player {
    outbox: mpsc::Sender<String>,
    _writer: JoinSet<()>,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let name = phone.name().to_owned();
        let (outbox, mut events) = mpsc::channel::<String>(64);
        let mut writer = JoinSet::new();
        writer.spawn(async move {
            while let Some(event) = events.recv().await {
                if phone.send(event).await.is_err() {
                    break;
                }
            }
        });
        self.players.insert(
            name,
            Player {
                outbox,
                _writer: writer,
            },
        );
    }

    /// Sends an event to all players.
    pub async fn tell_everyone(&mut self, event: &str) {
        self.players
            .retain(|_, player| player.outbox.try_send(event.to_owned()).is_ok());
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
