//! Whether a script picks the schedule on this operating system thread: a flag of its own, because
//! the record asks for it while the director changes its state.

use std::cell::Cell;

thread_local! {
    static IS_DIRECTED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a script decides here.
pub(crate) fn is_directed() -> bool {
    IS_DIRECTED.get()
}

/// From now on a script decides here, or none does.
pub(crate) fn set(is_directed: bool) {
    IS_DIRECTED.set(is_directed);
}
