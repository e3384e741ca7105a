//! Nobody waits for a phone in a tunnel.
//!
//! **Why it works.** Each player has a task that waits for its phone, and a queue with a size between the room and that task. The
//! room fills queues with `try_send`, which never waits. A full queue means that this player is too far behind; it is shown
//! out, its task is aborted in the middle of whatever it does, and with the task the phone is dropped. So a slow player costs
//! 64 events of memory at most, and nobody else notices.
//!
//! **What else would work.** A task that does not only `recv`, but waits for a signal besides (`select!` with a `CancellationToken`
//! or a `oneshot`), if it is to say goodbye. Sending a player who is behind the whole state anew, instead of every event: then
//! nobody is shown out, and the queue has one place (`watch`).
//!
//! **What would not.** A timeout (everybody waits for it), an unbounded or huge queue (memory), dropping single events (screens that
//! lie), a task per event (no order), or dropping the queue alone (the task still waits in `send`).

use judge::clock::Phone;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A player this many events behind is shown out, not waited for.
const EVENTS_BEHIND: usize = 64;

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
    /// Seats a player, who sees every event from now on.
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

    /// Tells everybody. A player who does not read may miss it only by being shown out: then its phone is dropped (which
    /// hangs up) and it is counted no more.
    pub async fn tell_everyone(&mut self, event: &str) {
        self.players.retain(|player| {
            let has_room = player.outbox.try_send(event.to_owned()).is_ok();
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
