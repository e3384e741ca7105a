//! One future sends and one answers, with the count between them; no `select!` in a loop.

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
    let (now_told, told) = tokio::sync::watch::channel(0);
    let sends = async {
        while let Some(event) = events.recv().await {
            if phone.send(event).await.is_err() {
                return;
            }
            now_told.send_modify(|told| *told += 1);
        }
    };
    let answers = async {
        while let Some(question) = questions.recv().await {
            let told = *told.borrow();
            let _unless_gone = question.send(told);
        }
        std::future::pending::<()>().await;
    };
    select! { () = sends => (), () = answers => () }
}
