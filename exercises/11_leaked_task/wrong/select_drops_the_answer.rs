//! Waits for the next line and for the phone at the same time.
//! Red for: given-up.

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// One player's visit.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let phone = Arc::new(phone);
    let ticking = Arc::clone(&phone);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        for second in 1.. {
            sleep(Duration::from_secs(1)).await;
            if ticking.send(format!("tick {second}")).await.is_err() {
                return;
            }
        }
    });
    let mut next = said.recv().await;
    while let Some(line) = next {
        tokio::select! {
            biased;
            sent = phone.send(format!("ok {line}")) => match sent {
                Ok(()) => next = said.recv().await,
                Err(_gone) => return,
            },
            another = said.recv() => next = another,
        }
    }
}
