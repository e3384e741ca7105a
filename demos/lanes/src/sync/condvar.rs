//! Waiting until somebody says that something has changed.

use super::MutexGuard;
use crate::gate::Gate;
use crate::park::Parker;
use crate::record::{self, Act, How, Kind, ObjectId};
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;

/// A named condition variable. Whoever waits longest is notified first, nobody wakes without a notification, and no wait
/// times out.
pub struct Condvar {
    id: ObjectId,
    waiting: Gate<VecDeque<Arc<Parker>>>,
}

impl Condvar {
    /// Nobody waits at it. The name stands in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        Condvar {
            id: record::object(Kind::Condvar, name.into()),
            waiting: Gate::new(VecDeque::new()),
        }
    }

    /// Lets go of the lock, waits for a notification, and takes the lock again.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        let at = Location::caller();
        let parker = Parker::here();
        // In one step, so that no notification falls between letting go and waiting.
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

    /// Waits, again and again, while `condition` says so.
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

    /// Wakes whoever waits longest.
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

    /// Wakes everybody who waits.
    #[track_caller]
    pub fn notify_all(&self) {
        let at = Location::caller();
        self.waiting.step(|waiting| {
            record::step(Act::NotifyAll, self.id, Some(at));
            waiting.drain(..).for_each(|parker| parker.unpark());
        });
    }
}
