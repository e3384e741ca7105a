//! Appends under a lock.

use super::race::{self, Errand, Job, Log};
use super::tasks;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// All threads take one lock for each `batch` of appends.
pub(super) fn std_shared(appenders: u64, batch: u64, each: u64) -> Duration {
    let log = Arc::new(Mutex::new(Log::new()));
    let job = |_| std_job(Arc::clone(&log), batch, each);
    race::threads((0..appenders).map(job).collect())
}

/// Each thread has a lock of its own.
pub(super) fn std_own(appenders: u64, each: u64) -> Duration {
    let job = |_| std_job(Arc::new(Mutex::new(Log::new())), 1, each);
    race::threads((0..appenders).map(job).collect())
}

fn std_job(log: Arc<Mutex<Log>>, batch: u64, each: u64) -> Job {
    Box::new(move || {
        let mut done = 0;
        while done < each {
            let until = each.min(done + batch);
            let mut log = log.lock().expect("no thread panics with the lock");
            (done..until).for_each(|number| log.append(number));
            done = until;
        }
    })
}

/// All threads take one lock for each append.
pub(super) fn parking_lot_shared(appenders: u64, each: u64) -> Duration {
    let log = Arc::new(parking_lot::Mutex::new(Log::new()));
    let job = |_| parking_lot_job(Arc::clone(&log), each);
    race::threads((0..appenders).map(job).collect())
}

/// Each thread has a lock of its own.
pub(super) fn parking_lot_own(appenders: u64, each: u64) -> Duration {
    let job = |_| parking_lot_job(Arc::new(parking_lot::Mutex::new(Log::new())), each);
    race::threads((0..appenders).map(job).collect())
}

fn parking_lot_job(log: Arc<parking_lot::Mutex<Log>>, each: u64) -> Job {
    Box::new(move || (0..each).for_each(|number| log.lock().append(number)))
}

/// Tasks on all cores take one lock for each append.
pub(super) fn tokio_shared(appenders: u64, each: u64) -> Duration {
    let log = Arc::new(tokio::sync::Mutex::new(Log::new()));
    let job = |_| tokio_job(Arc::clone(&log), each);
    tasks::on_all_cores((0..appenders).map(job).collect())
}

/// Tasks on all cores, each with a lock of its own.
pub(super) fn tokio_own(appenders: u64, each: u64) -> Duration {
    let job = |_| tokio_job(Arc::new(tokio::sync::Mutex::new(Log::new())), each);
    tasks::on_all_cores((0..appenders).map(job).collect())
}

fn tokio_job(log: Arc<tokio::sync::Mutex<Log>>, each: u64) -> Errand {
    Box::pin(async move {
        for number in 0..each {
            log.lock().await.append(number);
        }
    })
}
