//! What all appenders do: set off together, append, and be timed from the first start to the last end.

use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

/// Something that one of the racers does.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// The same as a task.
pub(crate) type Errand = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// What is appended to. It is emptied when it is full, so that nobody measures how memory is got.
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

/// A thread for each job.
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

/// A task for each job, on the runtime that this is awaited on.
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

/// From the first start to the last end. Nobody's own clock would do: whoever is first has nobody to wait for.
fn span(times: impl IntoIterator<Item = (Instant, Instant)>) -> Duration {
    let first = times
        .into_iter()
        .reduce(|(began, ended), (start, end)| (began.min(start), ended.max(end)));
    first.map_or(Duration::ZERO, |(began, ended)| ended - began)
}
