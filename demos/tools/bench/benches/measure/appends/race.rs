//! The race of all appenders: they start together, append, and are timed from the first start to
//! the last end.

use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

/// The work of one appender on a thread.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// The work of one appender as a task.
pub(crate) type Errand = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// The vector. It is emptied when it is full, so that no measurement includes allocations.
#[derive(Debug)]
pub(crate) struct Log(Vec<u64>);

impl Log {
    pub(crate) fn new() -> Log {
        Log(Vec::with_capacity(1024))
    }

    pub(crate) fn append(&mut self, number: u64) {
        if self.0.len() == self.0.capacity() {
            black_box(&self.0);
            self.0.clear();
        }
        self.0.push(number);
    }
}

/// Runs a thread for each job.
pub(crate) fn threads(jobs: Vec<Job>) -> Duration {
    let start = Arc::new(Barrier::new(jobs.len()));
    let run = |job: Job| {
        let start = Arc::clone(&start);
        thread::spawn(move || {
            start.wait();
            let began = Instant::now();
            job();
            (began, Instant::now())
        })
    };
    let racers: Vec<_> = jobs.into_iter().map(run).collect();
    let times = racers
        .into_iter()
        .map(|racer| racer.join().expect("a racer does not panic"));
    span(times)
}

/// Runs a task for each job, on the current runtime.
pub(crate) async fn tasks(jobs: Vec<Errand>) -> Duration {
    let start = Arc::new(tokio::sync::Barrier::new(jobs.len()));
    let run = |job: Errand| {
        let start = Arc::clone(&start);
        tokio::spawn(async move {
            start.wait().await;
            let began = Instant::now();
            job.await;
            (began, Instant::now())
        })
    };
    let racers: Vec<_> = jobs.into_iter().map(run).collect();
    let mut times = Vec::new();
    for racer in racers {
        times.push(racer.await.expect("a racer does not panic"));
    }
    span(times)
}

/// The time from the first start to the last end. The clock of one appender would not do: the first
/// has no contention.
fn span(times: impl IntoIterator<Item = (Instant, Instant)>) -> Duration {
    let first = times
        .into_iter()
        .reduce(|(began, ended), (start, end)| (began.min(start), ended.max(end)));
    first.map_or(Duration::ZERO, |(began, ended)| ended - began)
}
