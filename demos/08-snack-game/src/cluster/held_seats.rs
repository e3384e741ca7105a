//! Whose seat is here: the tokens of all rooms, as marks. Rooms write it in passing; the clerk
//! reads it once a second.

use super::SeatKey;
use std::{
    collections::BTreeSet,
    mem,
    ops::Bound::{Excluded, Unbounded},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The marks of a server's seats. Nobody waits for anything while holding the lock.
#[derive(Debug, Default)]
pub struct HeldSeats(Mutex<Marks>);

#[derive(Debug, Default)]
struct Marks {
    all: BTreeSet<SeatKey>,
    /// Since the clerk looked.
    fresh: Vec<SeatKey>,
    freed: Vec<SeatKey>,
    /// How far the round of saying everything again has come.
    said: Option<SeatKey>,
}

/// What there is to say about seats.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Taken, or said again before the directory forgets them.
    pub held: Vec<SeatKey>,
    /// Given up.
    pub freed: Vec<SeatKey>,
}

impl HeldSeats {
    /// A seat was taken.
    pub fn take(&self, mark: SeatKey) {
        let mut marks = self.marks();
        if marks.all.insert(mark) {
            marks.fresh.push(mark);
        }
    }

    /// A seat was given up.
    pub fn free(&self, mark: SeatKey) {
        let mut marks = self.marks();
        if marks.all.remove(&mark) {
            marks.freed.push(mark);
        }
    }

    /// Whether that seat is here.
    pub fn has(&self, mark: &SeatKey) -> bool {
        self.marks().all.contains(mark)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.marks().all.len()
    }

    /// All of them.
    pub fn all(&self) -> Vec<SeatKey> {
        self.marks().all.iter().copied().collect()
    }

    /// What is new, and the next `1/parts` of all seats, so that each is said again once in so many
    /// beats.
    pub fn changes(&self, parts: u32) -> Changes {
        let mut marks = self.marks();
        let (mut held, freed) = (mem::take(&mut marks.fresh), mem::take(&mut marks.freed));
        let all = &marks.all;
        held.retain(|mark| all.contains(mark)); // Taken and given up since.
        let share = all.len().div_ceil(parts.max(1) as usize);
        let begin = marks.said.map_or(Unbounded, Excluded);
        let again: Vec<SeatKey> = all.range((begin, Unbounded)).take(share).copied().collect();
        // At the end it begins again.
        marks.said = match again.len() < share {
            true => None,
            false => again.last().copied(),
        };
        held.extend(again);
        Changes { held, freed }
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rush::wire::Token;

    fn mark(n: u8) -> SeatKey {
        SeatKey::of(&Token([n; 16]))
    }

    #[test]
    fn what_is_new_is_said_at_once_and_what_is_old_once_in_so_many_beats() {
        let held = HeldSeats::default();
        (0..10).for_each(|n| held.take(mark(n)));
        let first = held.changes(5);
        assert_eq!(first.held[..10], (0..10).map(mark).collect::<Vec<_>>());
        let mut said: BTreeSet<SeatKey> = first.held[10..].iter().copied().collect();
        for _ in 0..4 {
            let changes = held.changes(5);
            assert!(changes.held.len() <= 2, "{changes:?}");
            said.extend(changes.held);
        }
        assert_eq!(said.len(), 10, "a round says each");
    }

    #[test]
    fn all_seats_are_all_however_far_the_round_of_saying_them_has_come() {
        let held = HeldSeats::default();
        (0..10).for_each(|n| held.take(mark(n)));
        held.changes(5);
        held.changes(5);
        let all: BTreeSet<SeatKey> = held.all().into_iter().collect();
        assert_eq!(all, (0..10).map(mark).collect());
    }

    #[test]
    fn a_seat_that_was_given_up_is_said_to_be_and_no_more_said_to_be_held() {
        let held = HeldSeats::default();
        held.take(mark(1));
        held.take(mark(2));
        held.free(mark(1));
        held.free(mark(3));
        let changes = held.changes(1);
        assert_eq!(changes.freed, [mark(1)]);
        assert!(!changes.held.contains(&mark(1)));
        assert!(held.has(&mark(2)) && !held.has(&mark(1)));
        assert_eq!(held.count(), 1);
    }
}
