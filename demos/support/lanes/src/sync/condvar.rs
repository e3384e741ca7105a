//! A condition variable.

use super::MutexGuard;
use crate::gate::Gate;
use crate::park::Parker;
use crate::record::{self, Act, How, Kind, ObjectId};
use crate::spurious;
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;

/// A named condition variable. Waiting lanes are notified in the order in which they began to wait.
/// A wait may also end although it was not notified: a spurious wake-up.
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
        let is_unasked = spurious::happens();
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
        // Other lanes may notify it before it wakes.
        let wakes = |waiting: &mut VecDeque<Arc<Parker>>| {
            record::finish_waiting(lane, ticket);
            let is_it = |other: &Arc<Parker>| Arc::ptr_eq(other, &parker);
            if let Some(place) = waiting.iter().position(is_it) {
                waiting.remove(place);
                record::step(Act::WakeUnasked, self.id, Some(at));
            }
        };
        if is_unasked {
            self.waiting.step(wakes);
        } else if parker.park_for_notification() {
            record::resume_as(lane);
            self.waiting.quietly(wakes);
        } else {
            record::resume_as(lane);
            record::finish_waiting(lane, ticket);
        }
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
