//! A phone that is slow must not hold up the rest: a second at most for each event.
//! Red for: gives-up.

use judge::clock::Phone;
use std::time::Duration;
use tokio::select;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

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
    timeout(Duration::from_secs(1), phone.send(event))
        .await
        .map_or(Some(()), Result::ok)
}
