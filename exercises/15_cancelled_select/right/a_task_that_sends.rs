//! A `JoinSet` with one task that sends; the count is a `watch`.

use judge::clock::Phone;
use tokio::select;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

/// The server asks: how many events has the phone been sent so far?
pub type Question = oneshot::Sender<usize>;

/// Sends every event to the phone, and answers each question at once.
pub async fn write_to(
    phone: Phone,
    mut events: mpsc::Receiver<String>,
    mut questions: mpsc::Receiver<Question>,
) {
    let (counts, told) = watch::channel(0);
    let mut sender = JoinSet::new();
    sender.spawn(async move {
        while let Some(event) = events.recv().await {
            if phone.send(event).await.is_err() {
                return;
            }
            counts.send_modify(|told| *told += 1);
        }
    });
    loop {
        select! {
            _ended = sender.join_next() => return,
            Some(question) = questions.recv() => {
                let _unless_gone = question.send(*told.borrow());
            }
        }
    }
}
