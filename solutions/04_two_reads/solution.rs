//! One read.
//!
//! **Why it works.** While a thread holds one guard and asks for no other, it waits for nothing, so
//! a thread that waits for this guard gets it in the end. And the best score and the players who
//! have it come from one guard: nothing was scored in between.
//!
//! **What else would work.** `let scores = self.scores.read().clone();` and everything else from
//! the copy: a longer read, and no guard while you work. A private function `fn best_of(scores:
//! &BTreeMap<String, u32>) -> u32` for both methods: it receives the scores, so it cannot lock.
//!
//! **What would not.** Two reads one after the other: they see two different boards. Writing
//! instead of reading: then screens wait for screens. Relying on what worked so far: each lock
//! decides for itself whether a waiting writer stops new readers. The standard library's
//! documentation says that `read` might deadlock (or panic) if the thread reads already, and which
//! of the two happens differs between systems. `parking_lot` has `read_recursive` for this, which
//! lets a reader pass a waiting writer; but if readers keep coming, the writer starves.

use lanes::sync::RwLock;
use std::collections::BTreeMap;

/// How many snacks each player has eaten. Many screens show it at the same time.
pub struct Board {
    pub scores: RwLock<BTreeMap<String, u32>>,
}

impl Board {
    /// Opens a board without players.
    pub fn open() -> Board {
        Board {
            scores: RwLock::new("scores", BTreeMap::new()),
        }
    }

    /// Adds `snacks` to this player's score.
    pub fn score(&self, name: &str, snacks: u32) {
        *self.scores.write().entry(name.to_owned()).or_default() += snacks;
    }

    /// Returns the highest score; 0 on an empty board.
    pub fn best(&self) -> u32 {
        self.scores.read().values().copied().max().unwrap_or(0)
    }

    /// Returns the names of all players with the highest score, and of no others, as they were at
    /// one moment. Empty only if the board is empty.
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
