//! An event that does not fit is skipped.
//! Red for: gap.

use judge::clock::Phone;
use tokio::sync::mpsc;

/// A player this many events behind is shown out, not waited for.
const EVENTS_BEHIND: usize = 64;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    outbox: mpsc::Sender<String>,
}

impl Room {
    /// Seats a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let (outbox, mut events) = mpsc::channel::<String>(EVENTS_BEHIND);
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if phone.send(event).await.is_err() {
                    break;
                }
            }
        });
        self.players.push(Player { outbox });
    }

    /// Tells everybody. A player who does not read may miss it only by being shown out: then its phone is dropped (which
    /// hangs up) and it is counted no more.
    pub async fn tell_everyone(&mut self, event: &str) {
        for player in &self.players {
            let _ = player.outbox.try_send(event.to_owned());
        }
    }

    /// How many players there are.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
