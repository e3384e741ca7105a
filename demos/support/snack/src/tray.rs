//! The tray: the state that all players share.

use std::fmt;

use crate::TRAY;

/// One snack. Each is baked once and has a number of its own: 1, 2, 3…
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snack(pub u64);

impl fmt::Display for Snack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "snack {}", self.0)
    }
}

/// At most [`TRAY`] snacks, the lowest number in front.
///
/// A grab takes two calls, [`look`](Tray::look) and [`take`](Tray::take). The caller decides what
/// another player can do between them.
#[derive(Clone, Debug)]
pub struct Tray {
    /// Ascending.
    snacks: Vec<Snack>,
    baked: u64,
}

impl Tray {
    /// Creates a full tray.
    pub fn new() -> Self {
        let mut tray = Self {
            snacks: Vec::with_capacity(TRAY),
            baked: 0,
        };
        tray.refill();
        tray
    }

    /// Returns the snack in front, and leaves it there.
    pub fn look(&self) -> Option<Snack> {
        self.snacks.first().copied()
    }

    /// Takes `snack` off the tray. False if it was gone already.
    pub fn take(&mut self, snack: Snack) -> bool {
        let found = self.snacks.binary_search(&snack);
        if let Ok(place) = found {
            self.snacks.remove(place);
        }
        found.is_ok()
    }

    /// Adds snacks until the tray is full; returns how many were missing.
    pub fn refill(&mut self) -> usize {
        let missing = TRAY - self.snacks.len();
        for _ in 0..missing {
            self.baked += 1;
            self.snacks.push(Snack(self.baked));
        }
        missing
    }

    /// Snacks on the tray now.
    pub fn len(&self) -> usize {
        self.snacks.len()
    }

    /// Whether the tray has no snack.
    pub fn is_empty(&self) -> bool {
        self.snacks.is_empty()
    }

    /// The number of snacks made since the start: those on the tray, and all that were taken.
    pub fn baked(&self) -> u64 {
        self.baked
    }
}

impl Default for Tray {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_snack_that_is_gone_cannot_be_taken() {
        let mut tray = Tray::new();
        let snack = tray.look().expect("a new tray is full");
        assert!(tray.take(snack));
        assert!(!tray.take(snack), "gone");
        assert!(!tray.take(Snack(tray.baked() + 1)), "not baked yet");
        assert_eq!(tray.look(), Some(Snack(2)), "looking takes nothing");
        assert_eq!(tray.refill(), 1);
        assert_eq!(tray.refill(), 0, "full");
        assert!(!tray.take(snack), "refilled by another");
        assert_eq!(tray.baked(), TRAY as u64 + 1, "each has its own number");
    }

    #[derive(Clone, Debug)]
    enum Move {
        Grab,
        TakeUnseen(u64),
        Refill,
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let one = prop_oneof![4 => Just(Move::Grab), 1 => (0..60u64).prop_map(Move::TakeUnseen), 1 => Just(Move::Refill)];
        prop::collection::vec(one, 0..200)
    }

    proptest! {
        #[test]
        fn no_snack_is_given_twice(moves in moves()) {
            let mut tray = Tray::new();
            let mut given = BTreeSet::new();
            for each in moves {
                let snack = match each {
                    Move::Grab => tray.look(),
                    Move::TakeUnseen(number) => Some(Snack(number)),
                    Move::Refill => { tray.refill(); None }
                };
                let there = snack.is_some_and(|snack| (1..=tray.baked()).contains(&snack.0) && !given.contains(&snack));
                if let Some(snack) = snack {
                    prop_assert_eq!(tray.take(snack), there);
                    given.insert(snack);
                    prop_assert!(!tray.take(snack));
                    if !there && !(1..=tray.baked()).contains(&snack.0) { given.remove(&snack); }
                }
                prop_assert!(tray.len() <= TRAY);
                prop_assert_eq!(tray.is_empty(), tray.look().is_none());
                prop_assert_eq!(tray.baked(), (given.len() + tray.len()) as u64);
            }
        }
    }
}
