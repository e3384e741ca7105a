//! A task writes the answers, and gets a second to finish when the player has said goodbye.

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

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
    let (answers, mut to_write) = mpsc::channel(64);
    let mut writer = JoinSet::new();
    writer.spawn(async move {
        while let Some(answer) = to_write.recv().await {
            if phone.send(answer).await.is_err() {
                return;
            }
        }
    });
    while let Some(line) = said.recv().await {
        if answers.try_send(format!("ok {line}")).is_err() {
            return;
        }
    }
    drop(answers);
    let _unless_in_a_tunnel = timeout(Duration::from_secs(1), writer.join_next()).await;
}
