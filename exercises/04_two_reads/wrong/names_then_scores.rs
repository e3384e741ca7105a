//! Reads the names, and then each score.
//! Red for: gap.

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
        let names: Vec<String> = self.scores.read().keys().cloned().collect();
        let all: Vec<(String, u32)> = names
            .into_iter()
            .map(|name| {
                let n = self.scores.read()[&name];
                (name, n)
            })
            .collect();
        let best = all.iter().map(|(_, n)| *n).max().unwrap_or(0);
        all.into_iter()
            .filter(|(_, n)| *n == best)
            .map(|(name, _)| name)
            .collect()
    }
}
