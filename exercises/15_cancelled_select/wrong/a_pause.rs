//! The question came too early: the writer gets a moment to finish.
//! Red for: rarer.

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
            next = tell_next(&phone, &mut events) => match next {
                Some(()) => told += 1,
                None => return,
            },
            Some(question) = ask_later(&mut questions) => {
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
            }
        }
    }
}

/// Waits a moment, and then for the next question.
async fn ask_later(questions: &mut mpsc::Receiver<Question>) -> Option<Question> {
    tokio::task::yield_now().await;
    questions.recv().await
}

/// Waits for the next event and sends it. Returns `None` if there are no more events, or if the
/// player has gone.
async fn tell_next(phone: &Phone, events: &mut mpsc::Receiver<String>) -> Option<()> {
    let event = events.recv().await?;
    phone.send(event).await.ok()
}
