//! The writer moves all events into a queue of its own, so that no event is in between.
//! Red for: hoards.

use judge::clock::Phone;
use std::collections::VecDeque;
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
    let mut kept = VecDeque::new();
    let mut is_open = true;
    while is_open || !kept.is_empty() {
        select! {
            event = events.recv(), if is_open => match event {
                Some(event) => kept.push_back(event),
                None => is_open = false,
            },
            sent = phone.send(kept.front().cloned().unwrap_or_default()), if !kept.is_empty() => {
                if sent.is_err() {
                    return;
                }
                kept.pop_front();
                told += 1;
            }
            Some(question) = questions.recv() => {
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
            }
        }
    }
}
