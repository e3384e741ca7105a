//! Appending by tokio's channel, between tasks: whoever receives appends.

use super::race::{self, Errand, Log};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// Runs tasks to their end, and tells how long they took.
pub(super) type Run = fn(Vec<Errand>) -> Duration;

/// As many threads as there are cores, as tokio does by itself.
pub(super) fn on_all_cores(jobs: Vec<Errand>) -> Duration {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_multi_thread().build().expect("threads"));
    RUNTIME.block_on(race::tasks(jobs))
}

/// One thread for all, as the rooms of steps 4 to 6 have it: handing over is no business of the kernel's.
pub(super) fn on_one_thread(jobs: Vec<Errand>) -> Duration {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(race::tasks(jobs))
}

/// Everybody sends through room for `size`, one task receives up to `batch` at once.
pub(super) fn bounded(run: Run, size: usize, appenders: u64, batch: usize, each: u64) -> Duration {
    let (sender, mut receiver) = mpsc::channel(size);
    let send = |_| -> Errand {
        let sender = sender.clone();
        Box::pin(async move {
            for number in 0..each {
                sender.send(number).await.expect("somebody receives");
            }
        })
    };
    let mut jobs: Vec<Errand> = (0..appenders).map(send).collect();
    // The last sender ends the race: nobody else may keep one.
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

/// The same without a limit.
pub(super) fn unbounded(run: Run, appenders: u64, batch: usize, each: u64) -> Duration {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let send = |_| -> Errand {
        let sender = sender.clone();
        Box::pin(async move {
            for number in 0..each {
                sender.send(number).expect("somebody receives");
                // It never waits, and nobody else would run on its thread: like every task, it has to let others go on.
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

/// Through room for `size` messages, each of `batch` numbers.
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
                    .expect("somebody receives");
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

/// Everybody has a channel of its own, and is at both of its ends: nobody ever waits.
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
