//! Keeps the best score in an atomic of its own.
//! Red for: gap.

use lanes::sync::RwLock;
use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::collections::BTreeMap;

/// How many snacks each player has eaten. Many screens show it at the same time.
pub struct Board {
    pub scores: RwLock<BTreeMap<String, u32>>,
    top: AtomicU32,
}

impl Board {
    /// Opens a board without players.
    pub fn open() -> Board {
        Board {
            scores: RwLock::new("scores", BTreeMap::new()),
            top: AtomicU32::new("best", 0),
        }
    }

    /// Adds `snacks` to this player's score.
    pub fn score(&self, name: &str, snacks: u32) {
        let now = {
            let mut scores = self.scores.write();
            let score = scores.entry(name.to_owned()).or_default();
            *score += snacks;
            *score
        };
        self.top.fetch_max(now, SeqCst);
    }

    /// Returns the highest score; 0 on an empty board.
    pub fn best(&self) -> u32 {
        self.top.load(SeqCst)
    }

    /// Returns the names of all players with the highest score, and of no others, as they were at
    /// one moment. Empty only if the board is empty.
    pub fn leaders(&self) -> Vec<String> {
        let scores = self.scores.read();
        let best = self.best();
        scores
            .iter()
            .filter(|(_, snacks)| **snacks == best)
            .map(|(name, _)| name.clone())
            .collect()
    }
}
