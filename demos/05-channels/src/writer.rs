//! A player's writer: the task that empties its outbox into its phone.

use super::{
    room::{Seat, ToRoom},
    sync::{Socket, mpsc, within},
};
use snack::ToPlayer;
use std::time::Duration;

/// How long a phone may take to accept one line. After that, its player has left.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// Writes an outbox to a phone, at the pace of the phone, until the outbox is closed or the phone
/// is too slow.
pub async fn write_to(
    who: Seat,
    mut socket: Socket,
    mut queue: mpsc::Receiver<ToPlayer>,
    room: mpsc::Sender<ToRoom>,
) {
    while let Some(told) = queue.recv().await {
        if within(PATIENCE, socket.write(&told)).await.is_err() {
            // The room may itself be waiting for a free place in this queue.
            let _unless_closed = room.send(ToRoom::Leave { who }).await;
            return;
        }
    }
}
