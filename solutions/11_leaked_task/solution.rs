//! A task that ends with its visit, and a visit that always listens.
//!
//! **Why it works.** A `JoinSet` owns its tasks: when it is dropped, each of them is aborted,
//! wherever it waits. The set is a local variable of the visit, so it is dropped when the loop
//! ends, when the function returns early, and when the whole visit is dropped at one of its
//! `.await`s. No path can forget it. The task's half of the phone is dropped with the task, and the
//! phone is disconnected.
//!
//! That is enough for the task, but not for the visit itself: if it waits in `send` for a phone in
//! a tunnel, it does not hear that the player has said goodbye. So it waits for both at the same
//! time. The `send` comes first (`biased`), so a line is answered before the goodbye behind it is
//! read. The answer stays in a queue until the phone has taken it: a `send` that is dropped halfway
//! sends nothing. The queue has a bound, and a player who is further behind is disconnected.
//!
//! **What else would work.** A struct with a `JoinHandle` whose `Drop` calls `abort`. No second
//! task: `tokio::select!` between a future that ticks and one that answers. A second task that
//! writes the answers, and has one more second to finish when the player has said goodbye.
//!
//! **What would not.** Dropping the handle (the task is detached). Aborting in the last line (it is
//! not always reached). A flag that the task checks each second (in the middle of a `send` to a
//! phone in a tunnel it checks nothing).

use judge::clock::Phone;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::select;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// A player who leaves this many answers unread is disconnected.
const ANSWERS_BEHIND: usize = 64;

/// One player's visit. Each second it sends the phone the time; each line that the player sends is
/// answered at once, in sequence; a phone that does not read for a while gets its answers later.
/// The visit is over when the player sends no more lines (`said` ends), or when the server drops
/// this future in the middle. Then it disconnects the phone, even if the phone does not read and an
/// answer still waits for it.
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
    let mut answers = VecDeque::new();
    loop {
        // The answer is sent first, and stays in its queue until the phone has taken it.
        let answer: String = answers.front().cloned().unwrap_or_default();
        select! {
            biased;
            sent = phone.send(answer), if !answers.is_empty() => match sent {
                Ok(()) => drop(answers.pop_front()),
                Err(_gone) => return,
            },
            line = said.recv() => match line {
                Some(line) if answers.len() < ANSWERS_BEHIND => {
                    answers.push_back(format!("ok {line}"));
                }
                _ => return,
            },
        }
    }
}
