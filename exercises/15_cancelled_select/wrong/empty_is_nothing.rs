//! An empty line stands for no event.
//! Red for: changed.

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
    let mut held = String::new();
    loop {
        select! {
            event = events.recv(), if held.is_empty() => match event {
                Some(event) => held = event,
                None => return,
            },
            sent = phone.send(held.clone()), if !held.is_empty() => {
                if sent.is_err() {
                    return;
                }
                held.clear();
                told += 1;
            }
            Some(question) = questions.recv() => {
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
            }
        }
    }
}
