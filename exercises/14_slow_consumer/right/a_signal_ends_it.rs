//! The task waits for a signal as well: dropping a sender ends it in the middle of a `send`.

use judge::clock::Phone;
use tokio::sync::{mpsc, oneshot};

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    outbox: mpsc::Sender<String>,
    _stop: oneshot::Sender<()>,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let (outbox, mut events) = mpsc::channel::<String>(64);
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let writes = async {
                while let Some(event) = events.recv().await {
                    if phone.send(event).await.is_err() {
                        break;
                    }
                }
            };
            tokio::select! { () = writes => (), _dropped = stopped => () }
        });
        self.players.push(Player {
            outbox,
            _stop: stop,
        });
    }

    /// Sends an event to all players.
    pub async fn tell_everyone(&mut self, event: &str) {
        self.players
            .retain(|player| player.outbox.try_send(event.to_owned()).is_ok());
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
