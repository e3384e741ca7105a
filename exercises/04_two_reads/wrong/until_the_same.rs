//! Asks for the best score before and after, until both are the same.
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
        loop {
            let best = self.best();
            let leaders: Vec<String> = self
                .scores
                .read()
                .iter()
                .filter(|(_, n)| **n == best)
                .map(|(name, _)| name.clone())
                .collect();
            if !leaders.is_empty() || best == 0 {
                return leaders;
            }
        }
    }
}
