//! The room never waits for a phone in a tunnel.
//!
//! **Why it works.** Each player has a task that waits for its phone, and a bounded queue between
//! the room and that task. The room fills queues with `try_send`, which never waits. A full queue
//! means that this player is too far behind; a closed one, that its task has ended because the
//! player has gone. Then the player is removed, and with it goes its `JoinSet`, which aborts the
//! task in the middle of whatever it does; the phone is dropped with the task. The same happens to
//! all players if the room is dropped. So a slow player costs 64 events of memory at most, and the
//! other players notice nothing.
//!
//! **What else would work.** A task that does not only `recv`, but also waits for a signal
//! (`select!` with a `CancellationToken` or a `oneshot`), if it has to say goodbye. Sending the
//! whole state again to a player who is behind, instead of every event: then no player is
//! disconnected, and the queue has one place (`watch`).
//!
//! **What would not.** A timeout (all players wait for it), an unbounded or huge queue (memory),
//! dropping single events (screens that are wrong), a task per event (no order), no queue (a burst
//! of two disconnects a player that reads), or dropping the queue alone (the task still waits in
//! `send`).

use judge::clock::Phone;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// A player this many events behind is disconnected; the room does not wait.
const EVENTS_BEHIND: usize = 64;

/// A room full of players.
#[derive(Default)]
pub struct Room {
    players: Vec<Player>,
}

struct Player {
    outbox: mpsc::Sender<String>,
    /// One task, which ends with this player.
    _writer: JoinSet<()>,
}

impl Room {
    /// Adds a player, who sees every event from now on.
    pub fn join(&mut self, phone: Phone) {
        let (outbox, mut events) = mpsc::channel::<String>(EVENTS_BEHIND);
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

    /// Sends an event to all players. A player misses it only by being disconnected: then its phone
    /// is dropped, and the player is no longer counted. A player that has gone is disconnected,
    /// too.
    pub async fn tell_everyone(&mut self, event: &str) {
        // An error: its queue is full, or the player has gone.
        self.players
            .retain(|player| player.outbox.try_send(event.to_owned()).is_ok());
    }

    /// Returns the number of players.
    pub fn players(&self) -> usize {
        self.players.len()
    }
}
