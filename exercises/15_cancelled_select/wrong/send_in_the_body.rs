//! The event is received in the `select!`, and sent where nothing is dropped.
//! Red for: deaf.

use judge::clock::Phone;
use tokio::select;
use tokio::sync::{mpsc, oneshot};

/// The server asks: how many events has the phone been sent so far?
pub type Question = oneshot::Sender<usize>;

/// Sends every event to the phone, once, in sequence, until there are no more or the player has
/// gone. Meanwhile it answers each question at once, even while the phone does not read.
pub async fn write_to(
    phone: Phone,
    mut events: mpsc::Receiver<String>,
    mut questions: mpsc::Receiver<Question>,
) {
    let mut told = 0;
    loop {
        select! {
            event = events.recv() => {
                let Some(event) = event else { return };
                if phone.send(event).await.is_err() {
                    return;
                }
                told += 1;
            }
            Some(question) = questions.recv() => {
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
            }
        }
    }
}
