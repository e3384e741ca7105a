//! The whole visit is a task, so it cannot be dropped in the middle.
//! Red for: not-reached.

use judge::clock::Phone;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at};

const SECOND: Duration = Duration::from_secs(1);

/// One player's visit.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let visit = tokio::spawn(async move {
        let mut ticks = interval_at(Instant::now() + SECOND, SECOND);
        let mut second = 0;
        let mut lines = VecDeque::new();
        loop {
            let line: String = lines.front().cloned().unwrap_or_default();
            tokio::select! {
                biased;
                sent = phone.send(line), if !lines.is_empty() => match sent {
                    Ok(()) => drop(lines.pop_front()),
                    Err(_gone) => return,
                },
                _ = ticks.tick() => {
                    second += 1;
                    lines.push_back(format!("tick {second}"));
                }
                line = said.recv() => match line {
                    Some(line) => lines.push_back(format!("ok {line}")),
                    None => return,
                },
            }
        }
    });
    let _panicked = visit.await;
}
