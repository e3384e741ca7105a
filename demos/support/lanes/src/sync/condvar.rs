//! A condition variable.

use super::MutexGuard;
use crate::gate::Gate;
use crate::park::Parker;
use crate::record::{self, Act, How, Kind, ObjectId};
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;

/// A named condition variable. Waiting lanes are notified in the order in which they began to wait.
/// There are no spurious wake-ups, and no wait times out.
pub struct Condvar {
    id: ObjectId,
    waiting: Gate<VecDeque<Arc<Parker>>>,
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
        // One step, so that no notification can come between the release and the wait.
        let (mutex, lane, ticket) = self.waiting.step(|waiting| {
            let lane = record::me();
            waiting.push_back(parker.clone());
            let mutex = guard.release();
            (
                mutex,
                lane,
                record::waits(lane, Some(self.id), How::Notification, at, true),
            )
        });
        parker.park();
        record::resume_as(lane);
        record::finish_waiting(lane, ticket);
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
