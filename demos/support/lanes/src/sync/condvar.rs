//! A condition variable.

use super::MutexGuard;
use crate::gate::Gate;
use crate::park::{NotificationWait, Parker};
use crate::record::{self, Act, Kind, ObjectId};
use crate::spurious;
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

/// A named condition variable. Waiting lanes are notified in the order in which they began to wait.
/// A wait may also end although it was not notified: a spurious wake-up.
pub struct Condvar {
    id: ObjectId,
    waiting: Gate<VecDeque<Arc<Parker>>>,
}

/// Says whether a wait ended because its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether the time was over.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// Creates a condition variable. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        Condvar {
            id: record::object(Kind::Condvar, name.into()),
            waiting: Gate::new(VecDeque::new()),
        }
    }

    /// Releases the lock, waits for a notification, and takes the lock again.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        let at = Location::caller();
        let parker = Parker::here();
        let is_unasked = spurious::happens();
        // One step, so that no notification can come between the release and the wait.
        let (mutex, wait) = self.waiting.step(|waiting| {
            let lane = record::me();
            waiting.push_back(parker.clone());
            let mutex = guard.release();
            (mutex, NotificationWait::begin(lane, self.id, at))
        });
        wait.until_notified_or_unasked(&parker, &self.waiting, is_unasked, |waiting| {
            leave(waiting, &parker)
        });
        mutex.lock_at(at)
    }

    /// Waits for notifications until `condition` returns false.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while condition(&mut guard) {
            guard = self.wait(guard);
        }
        guard
    }

    /// Releases the lock, waits for a notification or for the end of some time, and takes the lock
    /// again. A model has no time: the time may be over at any moment. So that a loop ends, other
    /// lanes have a turn before, unless this is one of the lane's few chances for a spurious event.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _time: Duration,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        let at = Location::caller();
        let parker = Parker::here();
        let is_at_once = spurious::happens();
        let (mutex, lane) = self.waiting.step(|waiting| {
            waiting.push_back(parker.clone());
            record::step(Act::WaitAWhile, self.id, Some(at));
            (guard.release(), record::me())
        });
        if !is_at_once {
            loom::thread::yield_now();
            record::resume_as(lane);
        }
        let timed_out = self.waiting.step(|waiting| {
            let timed_out = leave(waiting, &parker);
            if timed_out {
                record::step(Act::TimeOut, self.id, Some(at));
            }
            timed_out
        });
        (mutex.lock_at(at), WaitTimeoutResult(timed_out))
    }

    /// Waits for notifications until `condition` returns false, or until some time is over.
    #[track_caller]
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        time: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        while condition(&mut guard) {
            let timed_out;
            (guard, timed_out) = self.wait_timeout(guard, time);
            if timed_out.timed_out() {
                let is_over = condition(&mut guard);
                return (guard, WaitTimeoutResult(is_over));
            }
        }
        (guard, WaitTimeoutResult(false))
    }

    /// Notifies the lane that has waited longest.
    #[track_caller]
    pub fn notify_one(&self) {
        let at = Location::caller();
        self.waiting.step(|waiting| {
            record::step(Act::NotifyOne, self.id, Some(at));
            if let Some(parker) = waiting.pop_front() {
                parker.unpark();
            }
        });
    }

    /// Notifies all waiting lanes.
    #[track_caller]
    pub fn notify_all(&self) {
        let at = Location::caller();
        self.waiting.step(|waiting| {
            record::step(Act::NotifyAll, self.id, Some(at));
            waiting.drain(..).for_each(|parker| parker.unpark());
        });
    }
}

/// Removes a lane from those that wait. Returns false if it is not there, because it was notified.
fn leave(waiting: &mut VecDeque<Arc<Parker>>, parker: &Arc<Parker>) -> bool {
    let is_it = |other: &Arc<Parker>| Arc::ptr_eq(other, parker);
    let place = waiting.iter().position(is_it);
    place.and_then(|place| waiting.remove(place)).is_some()
}
