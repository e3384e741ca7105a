//! A barrier.

use crate::gate::Gate;
use crate::park::{NotificationWait, Parker};
use crate::record::{self, Act, Kind, ObjectId};
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
            Some(NotificationWait::begin(record::me(), self.id, at))
        });
        let is_leader = wait.is_none();
        if let Some(wait) = wait {
            wait.until_notified(&parker);
        }
        BarrierWaitResult(is_leader)
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}
