//! The snacks that were given already.

use snack::Snack;

/// The number of remembered snacks: the highest number that was given, and those below it.
///
/// Snack numbers are consecutive and a bot reads the answer to a grab within moments, so the window
/// is wide: minutes of snacks. A number below the window cannot be judged, and is counted
/// separately ([`Stats::unjudged`](crate::Stats::unjudged)).
pub const WINDOW: u64 = 65_536;

/// One bit per snack in a ring of [`WINDOW`] bits: 8 kB, however long the crowd plays.
#[derive(Debug)]
pub(crate) struct Duplicates {
    ring: Box<[u64]>,
    /// The lowest remembered number.
    floor: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Giving {
    First,
    Again,
    /// The number is below the window.
    Unjudged,
}

impl Duplicates {
    pub(crate) fn new() -> Self {
        Self {
            ring: vec![0; (WINDOW / 64) as usize].into(),
            floor: 0,
        }
    }

    /// Records that `snack` was given.
    pub(crate) fn note(&mut self, Snack(number): Snack) -> Giving {
        if number < self.floor {
            return Giving::Unjudged;
        }
        if number - self.floor >= WINDOW {
            self.rise(number - WINDOW + 1);
        }
        let (word, bit) = place(number);
        let again = self.ring[word] & bit != 0;
        self.ring[word] |= bit;
        if again { Giving::Again } else { Giving::First }
    }

    /// Forgets the numbers below `floor`; their bits are used for the new numbers at the top.
    fn rise(&mut self, floor: u64) {
        for number in self.floor..floor.min(self.floor.saturating_add(WINDOW)) {
            let (word, bit) = place(number);
            self.ring[word] &= !bit;
        }
        self.floor = floor;
    }
}

fn place(number: u64) -> (usize, u64) {
    let place = number % WINDOW;
    ((place / 64) as usize, 1 << (place % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Giving::{Again, First, Unjudged};

    #[test]
    fn a_snack_that_is_given_twice_is_noticed() {
        let mut given = Duplicates::new();
        assert_eq!(
            [3, 1, 2, 1, 3, 0].map(|number| given.note(Snack(number))),
            [First, First, First, Again, Again, First]
        );
    }

    #[test]
    fn a_long_run_of_new_snacks_has_none_twice() {
        let mut given = Duplicates::new();
        for number in 1..=3 * WINDOW {
            // Adjacent numbers arrive in either order: two bots, two sockets.
            assert_eq!(given.note(Snack(number ^ 1)), First, "{number}");
        }
        assert_eq!(given.note(Snack(3 * WINDOW - 5)), Again);
        assert_eq!(
            given.note(Snack(2 * WINDOW + 100)),
            Again,
            "the floor is just below"
        );
        assert_eq!(given.note(Snack(WINDOW)), Unjudged);
    }

    #[test]
    fn a_very_high_number_moves_the_window_and_breaks_nothing() {
        let mut given = Duplicates::new();
        assert_eq!(
            [1, u64::MAX, 1, u64::MAX, u64::MAX - 1].map(|number| given.note(Snack(number))),
            [First, First, Unjudged, Again, First]
        );
    }
}
