//! The `send` must not be dropped, so it becomes a task of its own.
//! Red for: miscounted.

use judge::clock::Phone;
use std::sync::Arc;
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
    let phone = Arc::new(phone);
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
async fn tell_next(phone: &Arc<Phone>, events: &mut mpsc::Receiver<String>) -> Option<()> {
    let event = events.recv().await?;
    let phone = Arc::clone(phone);
    tokio::spawn(async move { phone.send(event).await });
    Some(())
}
