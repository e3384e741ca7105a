//! One door to a shared state that loom knows nothing about: each operation on it is one step of the schedule.

use crate::record;
use loom::sync::Mutex;

/// A state whose every use is one step that loom orders against all other uses.
pub(crate) struct Gate<T>(Mutex<T>);

impl<T> Gate<T> {
    pub(crate) fn new(state: T) -> Self {
        Gate(Mutex::new(state))
    }

    /// Does one operation. Other lanes may run before it, none while it lasts: it must not wait.
    #[track_caller]
    pub(crate) fn step<R>(&self, operation: impl FnOnce(&mut T) -> R) -> R {
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

    /// The same from a destructor: while a model is taken down there is nothing left to do.
    pub(crate) fn last_step(&self, operation: impl FnOnce(&mut T)) {
        if !std::thread::panicking() && record::exploring() {
            self.step(operation);
        }
    }
}
