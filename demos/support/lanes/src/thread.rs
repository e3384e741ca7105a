//! Threads of a model.

use crate::director;
use crate::record::{self, Act, How};
use std::panic::Location;
use std::time::Duration;

/// A handle to join a thread of the model.
pub struct JoinHandle<T> {
    inner: loom::thread::JoinHandle<T>,
    lane: usize,
}

/// Starts a thread of this name: a lane of the drawing. A model can have four threads beside its
/// own, `main`.
#[track_caller]
pub fn spawn<T: 'static>(
    name: impl Into<String>,
    body: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    let lane = record::child(name.into(), Location::caller());
    director::starts(lane);
    let inner = loom::thread::spawn(move || {
        record::thread_starts(lane);
        let result = body();
        record::ended(lane);
        director::ends(lane, &record::joiners(lane));
        result
    });
    JoinHandle { inner, lane }
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended.
    ///
    /// # Errors
    /// Never: a thread of a model that panics ends the model. The signature is that of the standard
    /// library.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        let at = Location::caller();
        let lane = record::me();
        let ticket = record::waits(lane, None, How::End(self.lane), at, true);
        if !record::has_ended(self.lane) {
            director::waits(record::host(lane), None);
        }
        let result = self.inner.join();
        record::finish_waiting(lane, ticket);
        record::joined(lane, self.lane, at);
        result
    }
}

/// Gives the running thread another name in drawings: a model's own first thread is called `main`.
#[track_caller]
pub fn rename(name: impl Into<String>) {
    record::rename(record::me(), name.into());
}

/// Lets other threads run first. A loop that waits for a value to change must call this.
#[track_caller]
pub fn yield_now() {
    let lane = record::me();
    loom::thread::yield_now();
    record::resume_as(lane);
}

/// Sleeps. The sleep is drawn but orders nothing, because a model has no time: what can happen
/// before a sleep can happen after it, and other threads need not run meanwhile.
#[track_caller]
pub fn sleep(duration: Duration) {
    record::alone(Act::Sleep(duration), Location::caller());
}
