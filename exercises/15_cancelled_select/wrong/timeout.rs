//! A slow phone must not delay the rest: one second at most for each event.
//! Red for: gives-up.

use judge::clock::Phone;
use std::time::Duration;
use tokio::select;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

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
            next = tell_next(&phone, &mut events) => match next {
                Some(()) => told += 1,
                None => return,
            },
            Some(question) = questions.recv() => {
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
            }
        }
    }
}

/// Waits for the next event and sends it. Returns `None` if there are no more events, or if the
/// player has gone.
async fn tell_next(phone: &Phone, events: &mut mpsc::Receiver<String>) -> Option<()> {
    let event = events.recv().await?;
    timeout(Duration::from_secs(1), phone.send(event))
        .await
        .map_or(Some(()), Result::ok)
}
