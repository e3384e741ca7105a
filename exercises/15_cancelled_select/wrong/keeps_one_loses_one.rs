//! Keeps the event in a variable; a new event takes its place.
//! Red for: cancelled.

use judge::clock::Phone;
use tokio::select;
use tokio::sync::{mpsc, oneshot};

/// The server asks: how many events has the phone been sent so far?
pub type Question = oneshot::Sender<usize>;

/// Sends every event to the phone, and answers each question at once.
pub async fn write_to(
    phone: Phone,
    mut events: mpsc::Receiver<String>,
    mut questions: mpsc::Receiver<Question>,
) {
    let mut told = 0;
    let mut held: Option<String> = None;
    loop {
        select! {
            event = events.recv() => match event {
                Some(event) => held = Some(event),
                None => return,
            },
            sent = phone.send(held.clone().unwrap_or_default()), if held.is_some() => {
                if sent.is_err() {
                    return;
                }
                held = None;
                told += 1;
            }
            Some(question) = questions.recv() => {
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
            }
        }
    }
}
