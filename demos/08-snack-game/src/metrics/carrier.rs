//! Where the counts are saved while the server runs.

use super::{Memory, Metrics, carried::Carried};
use crate::sync::lock;
use std::mem;

/// Where the counts are saved.
#[derive(Debug, Default)]
pub(super) enum Carrier {
    /// Nowhere: the next process begins at 0, unless this one shuts down gracefully.
    #[default]
    None,
    /// In memory that the supervisor holds.
    Memory(Memory),
    /// Another process continues with them.
    Closed,
}

impl Metrics {
    /// Saves all counts for the next worker. `false` if that one continues with them already.
    pub(crate) fn save(&self) -> bool {
        match &mut *lock(&self.carrier) {
            Carrier::None => {}
            Carrier::Memory(memory) => memory.write(&self.carried()),
            Carrier::Closed => return false,
        }
        true
    }

    /// Saves the counts in this memory from now on.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only Linux has a supervisor")
    )]
    pub(crate) fn save_in(&self, memory: Memory) {
        *lock(&self.carrier) = Carrier::Memory(memory);
        self.save();
    }

    /// The counts at the end of this process. They are saved, and nothing is shown any more.
    pub(crate) fn close(&self) -> Carried {
        let mut carrier = lock(&self.carrier);
        let last = self.carried().in_order();
        if let Carrier::Memory(mut memory) = mem::replace(&mut *carrier, Carrier::Closed) {
            memory.write(&last);
        }
        last
    }
}
