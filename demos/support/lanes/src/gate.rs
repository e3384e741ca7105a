//! A gate in front of shared state that loom cannot see: each operation on the state is one step of
//! the schedule.

use crate::director;
use crate::record;
use crate::waiting::Why;
use loom::sync::Mutex;

/// Shared state. Each use of it is one step, which loom orders against all other uses.
pub(crate) struct Gate<T>(Mutex<T>);

impl<T> Gate<T> {
    pub(crate) fn new(state: T) -> Self {
        Gate(Mutex::new(state))
    }

    /// Does one operation. Other lanes may run before it, but not during it, so it must not wait.
    #[track_caller]
    pub(crate) fn step<R>(&self, operation: impl FnOnce(&mut T) -> R) -> R {
        director::turn();
        self.quietly(operation)
    }

    /// Makes one attempt at an operation that may have to wait.
    #[track_caller]
    pub(crate) fn attempt<R>(&self, why: Why, operation: impl FnOnce(&mut T) -> R) -> R {
        match why.stops_thread {
            true => director::turn_when_possible(why),
            false => director::turn_if(|| record::is_possible(why.id, why.how)),
        }
        self.quietly(operation)
    }

    /// Does one operation that other lanes could not notice, so that it needs no turn of its own.
    #[track_caller]
    pub(crate) fn quietly<R>(&self, operation: impl FnOnce(&mut T) -> R) -> R {
        let lane = record::me();
        let mut state = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        record::resume_as(lane);
        record::enter_gate();
        let result = operation(&mut state);
        record::leave_gate();
        result
    }

    /// Does one operation from a destructor. While loom takes a failed model down, it does nothing.
    pub(crate) fn last_step(&self, operation: impl FnOnce(&mut T)) {
        if !std::thread::panicking() && record::exploring() {
            self.quietly(operation);
        }
    }
}
