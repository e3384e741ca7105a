//! Counts an event when it has left the queue.
//! Red for: miscounted.

use judge::clock::Phone;
use std::pin::pin;
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
        let event = select! {
            event = events.recv() => event,
            Some(question) = questions.recv() => {
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
                continue;
            }
        };
        let Some(event) = event else { return };
        // Made here and only borrowed below, so a question does not drop it.
        told += 1;
        let mut sending = pin!(phone.send(event));
        let sent = loop {
            select! {
                sent = &mut sending => break sent,
                Some(question) = questions.recv() => {
                    let _ = question.send(told);
                }
            }
        };
        if sent.is_err() {
            return;
        }
    }
}
