//! No second task: two futures, and both end together.
//! Red for: deaf.

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
    let answers = async {
        while let Some(line) = said.recv().await {
            if phone.send(format!("ok {line}")).await.is_err() {
                return;
            }
        }
    };
    tokio::select! { () = ticks => (), () = answers => () }
}
