//! One write, no entry.
//! Red for: panic.

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
        self.scores.write().insert(name.to_owned(), snacks);
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
            .filter(|(_, n)| **n == best)
            .map(|(name, _)| name.clone())
            .collect()
    }
}
