//! A task that ends with its visit.
//!
//! **Why it works.** A `JoinSet` owns its tasks: when it is dropped, each of them is aborted, wherever it waits. The set is a local
//! variable of the visit, so it is dropped when the loop ends, when the function returns early, and when somebody drops the
//! whole visit at one of its `.await`s. Nobody has to remember it. With the task goes its half of the phone, which is hung up.
//!
//! **What else would work.** A struct with a `JoinHandle` whose `Drop` calls `abort`. Or no second task: `tokio::select!` between
//! a future that ticks and one that answers, both part of the visit, and dropped with it.
//!
//! **What would not.** To drop the handle (the task is detached). To abort in the last line (it is not always reached). A flag that the
//! task looks at each second (in the middle of a `send` to a phone in a tunnel it looks at nothing).

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// One player's visit. Each second the phone is told the time, and each line that the player says is answered at once. It is
/// over when the player says nothing more (`said` ends), or when the house drops this future in the middle of it.
/// Then the phone is hung up, also if it does not read.
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
