//! A lock's guard, with a record of its holder.

use crate::wait_graph::Held;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// Holds a lock until it is dropped: std's guard or tokio's, with the record of its holder.
#[must_use = "the lock is released when this is dropped"]
pub struct Guard<'a, G> {
    // Dropped first, so that the record is cleared while the lock is still held.
    #[expect(dead_code, reason = "it is kept to be dropped")]
    held: Held<'a>,
    guard: G,
}

impl<'a, G> Guard<'a, G> {
    /// The guard of a lock that was just taken, and the record of that.
    pub fn new(held: Held<'a>, guard: G) -> Self {
        Guard { held, guard }
    }
}

impl<G: Deref> Deref for Guard<'_, G> {
    type Target = G::Target;

    fn deref(&self) -> &G::Target {
        &self.guard
    }
}

impl<G: DerefMut> DerefMut for Guard<'_, G> {
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.guard
    }
}

impl<G: fmt::Debug> fmt::Debug for Guard<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.guard.fmt(f)
    }
}
