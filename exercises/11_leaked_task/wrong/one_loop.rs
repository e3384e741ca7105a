//! One task does both, one after the other.
//! Red for: stuck.

use judge::clock::Phone;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at};

/// One player's visit.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let second = Duration::from_secs(1);
    let mut clock = interval_at(Instant::now() + second, second);
    let mut ticks = 0;
    loop {
        let line = tokio::select! {
            _ = clock.tick() => {
                ticks += 1;
                format!("tick {ticks}")
            }
            line = said.recv() => match line {
                Some(line) => format!("ok {line}"),
                None => return,
            },
        };
        if phone.send(line).await.is_err() {
            return;
        }
    }
}
