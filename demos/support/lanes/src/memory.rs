//! How atomics are read and written in an exploration.
//!
//! Loom takes `SeqCst` for acquire and release, and does not order a plain store against a
//! read-modify-write of the same atomic. So it may find a failure that no processor can show. If a
//! failing schedule has a read that may be such a one, its model is explored again with atomics
//! that are stricter, and a failure of that search is possible in truth.

use crate::record::Doubt;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// How strict atomics are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Memory {
    /// As loom has them.
    #[default]
    Loom,
    /// A `SeqCst` load reads the latest store, and `SeqCst` stores have one order for all. This
    /// search proves nothing about a model that uses weaker orderings too: a weaker access does not
    /// order the `SeqCst` ones around it, so an old value may be right.
    SeqCst,
    /// Moreover, the stores of each atomic have the order in which they are run. Processors may
    /// order `Relaxed` and `Release` stores in other ways, so this search proves nothing if it
    /// finds no failure.
    Ordered,
}

/// The reason for which a model is refused if only a doubtful schedule fails.
pub(crate) const UNORDERED: &str = "loom finds a schedule that fails, but it may not exist: loom does not order a plain `store` \
     of an atomic against a `swap`, a `fetch_…` or an exchange of the same atomic. So this model cannot be judged. \
     Use `swap` in place of `store`, or a lock";

/// The reason for which a model that mixes orderings is refused if only a doubtful schedule fails.
pub(crate) const WEAKER: &str = "loom finds a schedule that fails, but it may not exist: loom takes `SeqCst` for acquire and release, \
     and cannot tell what `SeqCst` promises beside weaker orderings. So this model cannot be judged. Use `SeqCst` everywhere, \
     or `Release` and `Acquire` on the atomic on which the threads agree";

thread_local! {
    static MEMORY: Cell<Memory> = const { Cell::new(Memory::Loom) };
    static IS_WEAKER_USED: Cell<bool> = const { Cell::new(false) };
}

impl Memory {
    /// Whether atomics are as loom has them.
    pub(crate) fn is_looms(&self) -> bool {
        *self == Memory::Loom
    }

    /// From now on atomics are this strict, on this operating system thread.
    pub(crate) fn choose(self) {
        MEMORY.set(self);
        IS_WEAKER_USED.set(false);
    }

    /// What to explore after a failure with this doubt. `None` if the failure is possible.
    pub(crate) fn after(self, doubt: Doubt) -> Option<Memory> {
        match (self, doubt) {
            (Memory::Ordered, _) | (_, Doubt::None) => None,
            (Memory::Loom, Doubt::SeqCst) => Some(Memory::SeqCst),
            (Memory::Loom | Memory::SeqCst, _) => Some(Memory::Ordered),
        }
    }
}

/// Notes the ordering with which an atomic is used.
pub(crate) fn uses(order: Ordering) {
    if order != Ordering::SeqCst {
        IS_WEAKER_USED.set(true);
    }
}

/// Whether an atomic was used with an ordering that is weaker than `SeqCst` since the last
/// [`Memory::choose`].
pub(crate) fn is_weaker_used() -> bool {
    IS_WEAKER_USED.get()
}

/// Whether a load with this ordering reads the latest store. A reader who picks the schedule cannot
/// pick old values.
pub(crate) fn reads_latest(order: Ordering) -> bool {
    crate::directed::is_directed() || order == Ordering::SeqCst && !MEMORY.get().is_looms()
}

/// Whether a store with this ordering comes after all stores of the atomic that were run before.
pub(crate) fn stores_in_order(order: Ordering) -> bool {
    reads_latest(order) || MEMORY.get() == Memory::Ordered
}
