//! One read.
//!
//! **Why it works.** A thread that holds one guard and asks for none waits for nobody while it holds it, so whoever waits for that
//! guard gets it. And the best and those who have it come out of one guard: nobody has scored in between.
//!
//! **What else would work.** `let scores = self.scores.read().clone();` and everything from the copy: a longer read, and no guard while you
//! work. A private function `fn best_of(scores: &BTreeMap<String, u32>) -> u32` for both methods: it is shown the scores, so it cannot lock.
//!
//! **What would not.** Two reads one after the other: they see two boards. To write instead of to read: then screens wait for screens.
//! To trust that it went well so far: whether a waiting writer stops new readers is the lock's own business. The standard library's
//! documentation says that `read` might deadlock (or panic) if the thread reads already, and which of them happens differs between
//! systems. `parking_lot` has `read_recursive` for this, which lets readers in before a writer that waits, and the writer starves if
//! they keep coming.

use lanes::sync::RwLock;
use std::collections::BTreeMap;

/// Who has eaten how many snacks. Many screens show it at once.
pub struct Board {
    pub scores: RwLock<BTreeMap<String, u32>>,
}

impl Board {
    /// A board without players.
    pub fn open() -> Board {
        Board {
            scores: RwLock::new("scores", BTreeMap::new()),
        }
    }

    /// So many snacks more for this player.
    pub fn score(&self, name: &str, snacks: u32) {
        *self.scores.write().entry(name.to_owned()).or_default() += snacks;
    }

    /// The most snacks that anybody has eaten.
    pub fn best(&self) -> u32 {
        self.scores.read().values().copied().max().unwrap_or(0)
    }

    /// Who has eaten the most, by name: nobody else, and nobody left out, at one moment. Only an empty board has none.
    pub fn leaders(&self) -> Vec<String> {
        let scores = self.scores.read();
        let best = scores.values().copied().max().unwrap_or(0);
        scores
            .iter()
            .filter(|(_, snacks)| **snacks == best)
            .map(|(name, _)| name.clone())
            .collect()
    }
}
