//! A player's writer: the task that empties its outbox into its phone, and says the last word.

use super::{
    room::Parting,
    sync::{Socket, mpsc, oneshot, within},
};
use snack::{Refusal, ToPlayer};
use std::time::Duration;
use tokio::select;

/// How long a phone may take to accept one line. After that, its player has left.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// Writes an outbox to a phone, at the pace of the phone. When the room parts with the player, it
/// writes what is left in the outbox, and then why the player was disconnected.
pub async fn write_to(
    mut socket: Socket,
    mut queue: mpsc::Receiver<ToPlayer>,
    mut parting: oneshot::Receiver<Parting>,
) {
    let why = loop {
        select! {
            biased;
            told = queue.recv() => {
                let Some(told) = told else { break parting.await };
                if within(PATIENCE, socket.write(&told)).await.is_err() {
                    return;
                }
            }
            why = &mut parting => break why,
        }
    };
    // The room may have sent one more line after this loop found the queue empty, and then parted.
    queue.close();
    while let Some(told) = queue.recv().await {
        if within(PATIENCE, socket.write(&told)).await.is_err() {
            return;
        }
    }
    let last_word = match why {
        Ok(Parting::Left) => return,
        Ok(Parting::TooSlow) => Refusal::TooSlow,
        // The room is gone, and sent no reason.
        Err(_) => Refusal::RoomClosed,
    };
    let _unless_gone = within(PATIENCE, socket.write(&last_word)).await;
}
