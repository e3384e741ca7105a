//! Waits with the next line until the last answer is there; hears only the end.
//! Red for: deaf.

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
    while let Some(line) = said.recv().await {
        let answering = Arc::clone(&phone);
        let mut answer = JoinSet::new();
        answer.spawn(async move { answering.send(format!("ok {line}")).await });
        if !matches!(answer.join_next().await, Some(Ok(Ok(())))) {
            return;
        }
    }
}
