//! Spurious events: a wait that ends although it was not notified, a weak exchange that fails
//! although it found the expected value.
//!
//! Loom explores orders, and has no such events. So a model in which one is possible is explored
//! again: once for each chance, with that event alone, and once with an event at the first chances
//! of every lane. The search without any comes first; a failure that it finds needs none.

use crate::record::{self, LaneId};
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};

/// How many chances of a lane are tried one by one. A loop has a new one in each round.
const CHANCES: usize = 8;

/// How many events in a row a lane meets if every lane meets some.
const IN_A_ROW: usize = 2;

/// Which of a model's chances for a spurious event become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Spurious {
    #[default]
    Never,
    /// One chance of one lane, counted from 0.
    Once { lane: LaneId, chance: usize },
    /// The first chances of every lane: this many.
    First(usize),
}

/// The largest number of chances that each lane had in one schedule.
pub(crate) type Chances = Vec<usize>;

thread_local! {
    static CHOSEN: Cell<Spurious> = const { Cell::new(Spurious::Never) };
    static CHANCES_SEEN: RefCell<Chances> = const { RefCell::new(vec![]) };
}

impl Spurious {
    /// Whether there is none at all.
    pub(crate) fn is_never(&self) -> bool {
        *self == Spurious::Never
    }

    /// What is explored after the search without such events, in which lanes had these chances.
    pub(crate) fn after(chances: &[usize]) -> Vec<Spurious> {
        let lanes = chances.iter().enumerate();
        let once = lanes.flat_map(|(lane, &chances)| {
            (0..chances.min(CHANCES)).map(move |chance| Spurious::Once { lane, chance })
        });
        let first = chances.iter().sum::<usize>() > 0;
        let first = first.then_some(Spurious::First(IN_A_ROW));
        once.chain(first).collect()
    }

    /// From now on these chances become events, on this operating system thread.
    pub(crate) fn choose(self) {
        CHOSEN.set(self);
        CHANCES_SEEN.take();
    }
}

/// The chances that lanes had since the last [`Spurious::choose`].
pub(crate) fn chances() -> Chances {
    CHANCES_SEEN.take()
}

/// Whether this chance of the running lane becomes an event.
#[track_caller]
pub(crate) fn happens() -> bool {
    let lane = record::me();
    let chance = record::next_chance(lane);
    CHANCES_SEEN.with_borrow_mut(|seen| {
        if seen.len() <= lane {
            seen.resize(lane + 1, 0);
        }
        seen[lane] = seen[lane].max(chance + 1);
    });
    match CHOSEN.get() {
        Spurious::Never => false,
        once @ Spurious::Once { .. } => once == Spurious::Once { lane, chance },
        Spurious::First(events) => chance < events,
    }
}
