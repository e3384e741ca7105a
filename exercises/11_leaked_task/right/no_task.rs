//! No second task: one future ticks, one answers, one listens.

use judge::clock::Phone;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// One player's visit.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let ticks = async {
        for second in 1.. {
            sleep(Duration::from_secs(1)).await;
            if phone.send(format!("tick {second}")).await.is_err() {
                return;
            }
        }
    };
    let (answers, mut to_write) = mpsc::channel(64);
    let writes = async {
        while let Some(answer) = to_write.recv().await {
            if phone.send(answer).await.is_err() {
                return;
            }
        }
    };
    let listens = async {
        while let Some(line) = said.recv().await {
            if answers.try_send(format!("ok {line}")).is_err() {
                return;
            }
            // The answers come first: the other futures get their turn before the next line.
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        // What was answered is written before the next line is listened to, or the goodbye.
        biased;
        () = writes => (),
        () = ticks => (),
        () = listens => (),
    }
}
