//! A barrier.

use crate::gate::Gate;
use crate::park::Parker;
use crate::record::{self, Act, How, Kind, ObjectId};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

/// A named barrier: lanes wait there until all have come.
pub struct Barrier {
    id: ObjectId,
    all: usize,
    waiting: Gate<Vec<Arc<Parker>>>,
}

/// Says whether the lane came last.
#[derive(Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Whether the lane is the one that came last.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Barrier {
    /// Creates a barrier for this many lanes. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, all: usize) -> Self {
        Barrier {
            id: record::object(Kind::Barrier, name.into()),
            all,
            waiting: Gate::new(vec![]),
        }
    }

    /// Waits until all lanes have come.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let at = Location::caller();
        let parker = Parker::here();
        let wait = self.waiting.step(|waiting| {
            if waiting.len() + 1 >= self.all {
                record::step(Act::NotifyAll, self.id, Some(at));
                waiting.drain(..).for_each(|parker| parker.unpark());
                return None;
            }
            waiting.push(parker.clone());
            let lane = record::me();
            let ticket = record::waits(lane, Some(self.id), How::Notification, at, true);
            Some((lane, ticket))
        });
        if let Some((lane, ticket)) = wait {
            parker.park();
            record::resume_as(lane);
            record::finish_waiting(lane, ticket);
        }
        BarrierWaitResult(wait.is_none())
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}
