//! One task writes: the answers wait for the next tick.
//! Red for: late-answer.

use judge::clock::Phone;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at};

/// One player's visit.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let mut lines: Vec<String> = Vec::new();
    let mut second = 1;
    let mut clock = interval_at(
        Instant::now() + Duration::from_secs(1),
        Duration::from_secs(1),
    );
    loop {
        tokio::select! {
            _ = clock.tick() => {
                lines.push(format!("tick {second}"));
                second += 1;
                for line in lines.drain(..) {
                    if phone.send(line).await.is_err() {
                        return;
                    }
                }
            }
            line = said.recv() => match line {
                Some(line) => lines.push(format!("ok {line}")),
                None => return,
            },
        }
    }
}
