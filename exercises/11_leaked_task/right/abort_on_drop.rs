//! A struct whose `Drop` aborts the task; the visit keeps its answer while it listens.

use judge::clock::Phone;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// One player's visit.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let phone = Arc::new(phone);
    let ticking = Arc::clone(&phone);
    let _ticks = AbortOnDrop(tokio::spawn(async move {
        for second in 1.. {
            sleep(Duration::from_secs(1)).await;
            if ticking.send(format!("tick {second}")).await.is_err() {
                return;
            }
        }
    }));
    let mut kept = VecDeque::new();
    while let Some(line) = said.recv().await {
        kept.push_back(format!("ok {line}"));
        while let Some(answer) = kept.pop_front() {
            let mut sending = pin!(phone.send(answer));
            let sent = loop {
                tokio::select! {
                    biased;
                    sent = &mut sending => break sent,
                    line = said.recv() => match line {
                        Some(line) => kept.push_back(format!("ok {line}")),
                        None => return,
                    },
                }
            };
            if sent.is_err() {
                return;
            }
        }
    }
}

/// A task that is aborted with its owner.
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
