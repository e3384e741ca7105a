//! A task that ends with its visit.
//!
//! **Why it works.** A `JoinSet` owns its tasks: when it is dropped, each of them is aborted,
//! wherever it waits. The set is a local variable of the visit, so it is dropped when the loop
//! ends, when the function returns early, and when the whole visit is dropped at one of its
//! `.await`s. No path can forget it. The task's half of the phone is dropped with the task, and the
//! phone is disconnected.
//!
//! **What else would work.** A struct with a `JoinHandle` whose `Drop` calls `abort`. Or no second
//! task: `tokio::select!` between a future that ticks and one that answers, both part of the visit,
//! and dropped with it.
//!
//! **What would not.** Dropping the handle (the task is detached). Aborting in the last line (it is
//! not always reached). A flag that the task checks each second (in the middle of a `send` to a
//! phone in a tunnel it checks nothing).

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// One player's visit. Each second it sends the phone the time; each line that the player sends is
/// answered at once. It is over when the player sends no more lines (`said` ends), or when the
/// server drops this future in the middle. Then it disconnects the phone, even if the phone does
/// not read.
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
        if phone.send(format!("ok {line}")).await.is_err() {
            return;
        }
    }
}
