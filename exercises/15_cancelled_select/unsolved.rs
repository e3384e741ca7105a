//! One event is missing.
//!
//! A writer tells a player's phone every event; and the house asks it, now and then, how many it has told. Once in a while the
//! phone misses an event, and nobody knows where it went. Cure it. Keep the name and the signature of `write_to`; everything
//! else is yours. Ask with `cargo run -p learn`.

use judge::clock::Phone;
use tokio::select;
use tokio::sync::{mpsc, oneshot};

/// The house asks: how many events has the phone been sent so far?
pub type Question = oneshot::Sender<usize>;

/// Tells the phone every event, once, in order, until there are no more or the player has gone. Meanwhile it answers each
/// question at once, also while the phone does not read.
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
                // An error: the house does not want to know any more.
                let _ = question.send(told);
            }
        }
    }
}

/// Waits for the next event and sends it. Nothing: there are no more, or the player has gone.
async fn tell_next(phone: &Phone, events: &mut mpsc::Receiver<String>) -> Option<()> {
    let event = events.recv().await?;
    phone.send(event).await.ok()
}
