//! The whole visit is a task, so it cannot be dropped in the middle.
//! Red for: not-reached.

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// One player's visit.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let visit = tokio::spawn(async move {
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
        loop {
            let Some(line) = said.recv().await else {
                return;
            };
            let mut sending = std::pin::pin!(phone.send(format!("ok {line}")));
            tokio::select! { biased; sent = &mut sending => if sent.is_err() { return }, () = said_ends(&mut said) => return }
        }
    });
    let _panicked = visit.await;
}

async fn said_ends(said: &mut mpsc::Receiver<String>) {
    while !said.is_closed() {
        sleep(Duration::from_secs(1)).await;
    }
}
