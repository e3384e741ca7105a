//! One after the other: first all events, then the questions.
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
    while tell_next(&phone, &mut events).await.is_some() {
        told += 1;
    }
    while let Some(question) = questions.recv().await {
        // An error: the server no longer waits for the answer.
        let _ = question.send(told);
    }
}

/// Waits for the next event and sends it. Returns `None` if there are no more events, or if the
/// player has gone.
async fn tell_next(phone: &Phone, events: &mut mpsc::Receiver<String>) -> Option<()> {
    let event = events.recv().await?;
    phone.send(event).await.ok()
}
