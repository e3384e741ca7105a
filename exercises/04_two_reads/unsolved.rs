//! Two reads and a writer in between.
//!
//! Reading never blocks reading, so nobody thought of it; and on busy evenings the score board stands still. Cure it: each
//! method must still do what its comment says. Keep the names and the types; ask with `cargo run -p learn`.

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
        let best = self.best();
        scores
            .iter()
            .filter(|(_, snacks)| **snacks == best)
            .map(|(name, _)| name.clone())
            .collect()
    }
}
