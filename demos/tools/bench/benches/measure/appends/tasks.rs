//! Appends through tokio's channels, between tasks: the receiver appends.

use super::race::{self, Errand, Log};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// Runs tasks to their end, and returns how long they took.
pub(super) type Run = fn(Vec<Errand>) -> Duration;

/// Runs them on as many threads as there are cores, which is tokio's default.
pub(super) fn on_all_cores(jobs: Vec<Errand>) -> Duration {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_multi_thread().build().expect("threads"));
    RUNTIME.block_on(race::tasks(jobs))
}

/// Runs all on one thread, as steps 4 to 6 do: then the kernel has no part in passing a message.
pub(super) fn on_one_thread(jobs: Vec<Errand>) -> Duration {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(race::tasks(jobs))
}

/// All send through a channel of capacity `size`; one task receives up to `batch` at once.
pub(super) fn bounded(run: Run, size: usize, appenders: u64, batch: usize, each: u64) -> Duration {
    let (sender, mut receiver) = mpsc::channel(size);
    let send = |_| -> Errand {
        let sender = sender.clone();
        Box::pin(async move {
            for number in 0..each {
                sender.send(number).await.expect("the receiver is there");
            }
        })
    };
    let mut jobs: Vec<Errand> = (0..appenders).map(send).collect();
    // The last sender ends the race, so no other clone may remain.
    drop(sender);
    jobs.push(Box::pin(async move {
        let (mut log, mut taken) = (Log::new(), Vec::with_capacity(batch));
        if batch == 1 {
            while let Some(number) = receiver.recv().await {
                log.append(number);
            }
        }
        while receiver.recv_many(&mut taken, batch).await > 0 {
            taken.drain(..).for_each(|number| log.append(number));
        }
    }));
    run(jobs)
}

/// The same with an unbounded channel.
pub(super) fn unbounded(run: Run, appenders: u64, batch: usize, each: u64) -> Duration {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let send = |_| -> Errand {
        let sender = sender.clone();
        Box::pin(async move {
            for number in 0..each {
                sender.send(number).expect("the receiver is there");
                // This send never waits, so no other task would run on this thread: a task has to
                // yield from time to time.
                tokio::task::coop::consume_budget().await;
            }
        })
    };
    let mut jobs: Vec<Errand> = (0..appenders).map(send).collect();
    drop(sender);
    jobs.push(Box::pin(async move {
        let (mut log, mut taken) = (Log::new(), Vec::with_capacity(batch));
        if batch == 1 {
            while let Some(number) = receiver.recv().await {
                log.append(number);
            }
        }
        while receiver.recv_many(&mut taken, batch).await > 0 {
            taken.drain(..).for_each(|number| log.append(number));
        }
    }));
    run(jobs)
}

/// Through a channel for `size` messages, each of `batch` numbers.
pub(super) fn vectors(run: Run, size: usize, appenders: u64, batch: u64, each: u64) -> Duration {
    let (sender, mut receiver) = mpsc::channel::<Vec<u64>>(size);
    let send = |_| -> Errand {
        let sender = sender.clone();
        Box::pin(async move {
            let mut done = 0;
            while done < each {
                let until = each.min(done + batch);
                sender
                    .send((done..until).collect())
                    .await
                    .expect("the receiver is there");
                done = until;
            }
        })
    };
    let mut jobs: Vec<Errand> = (0..appenders).map(send).collect();
    drop(sender);
    jobs.push(Box::pin(async move {
        let mut log = Log::new();
        while let Some(numbers) = receiver.recv().await {
            numbers.into_iter().for_each(|number| log.append(number));
        }
    }));
    run(jobs)
}

/// Each task has a channel of its own and both of its ends, so no task ever waits.
pub(super) fn own(size: usize, appenders: u64, each: u64) -> Duration {
    let job = |_| -> Errand {
        let (sender, mut receiver) = mpsc::channel(size);
        let mut log = Log::new();
        Box::pin(async move {
            for number in 0..each {
                sender.send(number).await.expect("it is at both ends");
                if let Some(number) = receiver.recv().await {
                    log.append(number);
                }
            }
        })
    };
    on_all_cores((0..appenders).map(job).collect())
}
