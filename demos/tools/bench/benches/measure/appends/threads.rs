//! Appends through channels, between threads: the receiver appends.

use super::race::{self, Job, Log};
use crossbeam_channel as crossbeam;
use std::sync::mpsc;
use std::time::Duration;

/// A sender.
pub(super) trait Sends<T>: Clone + Send + 'static {
    fn put(&self, message: T);
}

/// A receiver.
pub(super) trait Receives<T>: Send + 'static {
    fn take(&self) -> Option<T>;
}

/// All threads send, one more receives.
pub(super) fn shared<S: Sends<u64>, R: Receives<u64>>(
    (way_in, out): (S, R),
    appenders: u64,
    each: u64,
) -> Duration {
    let sender = |_| -> Job {
        let way_in = way_in.clone();
        Box::new(move || (0..each).for_each(|number| way_in.put(number)))
    };
    let mut jobs: Vec<Job> = (0..appenders).map(sender).collect();
    // The last sender ends the race, so no other clone may remain.
    drop(way_in);
    jobs.push(Box::new(move || {
        let mut log = Log::new();
        while let Some(number) = out.take() {
            log.append(number);
        }
    }));
    race::threads(jobs)
}

/// The same with `batch` numbers in each message.
pub(super) fn vectors<S: Sends<Vec<u64>>, R: Receives<Vec<u64>>>(
    (way_in, out): (S, R),
    appenders: u64,
    batch: u64,
    each: u64,
) -> Duration {
    let sender = |_| -> Job {
        let way_in = way_in.clone();
        Box::new(move || {
            let mut done = 0;
            while done < each {
                let until = each.min(done + batch);
                way_in.put((done..until).collect());
                done = until;
            }
        })
    };
    let mut jobs: Vec<Job> = (0..appenders).map(sender).collect();
    drop(way_in);
    jobs.push(Box::new(move || {
        let mut log = Log::new();
        while let Some(numbers) = out.take() {
            numbers.into_iter().for_each(|number| log.append(number));
        }
    }));
    race::threads(jobs)
}

/// Each thread has a channel of its own and both of its ends, so no thread ever waits.
pub(super) fn own<S: Sends<u64>, R: Receives<u64>>(
    channel: impl Fn() -> (S, R),
    appenders: u64,
    each: u64,
) -> Duration {
    let job = |_| -> Job {
        let (way_in, out) = channel();
        let mut log = Log::new();
        Box::new(move || {
            for number in 0..each {
                way_in.put(number);
                if let Some(number) = out.take() {
                    log.append(number);
                }
            }
        })
    };
    race::threads((0..appenders).map(job).collect())
}

impl<T: Send + 'static> Sends<T> for mpsc::Sender<T> {
    fn put(&self, message: T) {
        self.send(message).expect("the receiver is there");
    }
}

impl<T: Send + 'static> Sends<T> for mpsc::SyncSender<T> {
    fn put(&self, message: T) {
        self.send(message).expect("the receiver is there");
    }
}

impl<T: Send + 'static> Receives<T> for mpsc::Receiver<T> {
    fn take(&self) -> Option<T> {
        self.recv().ok()
    }
}

impl<T: Send + 'static> Sends<T> for crossbeam::Sender<T> {
    fn put(&self, message: T) {
        self.send(message).expect("the receiver is there");
    }
}

impl<T: Send + 'static> Receives<T> for crossbeam::Receiver<T> {
    fn take(&self) -> Option<T> {
        self.recv().ok()
    }
}
