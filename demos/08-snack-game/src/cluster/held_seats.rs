//! The seats that this server holds. Rooms record changes here without waiting; the cluster client
//! reads them once a second.

use super::SeatKey;
use crate::sync::lock;
use std::{
    collections::BTreeSet,
    mem,
    ops::Bound::{Excluded, Unbounded},
    sync::{Mutex, MutexGuard},
};

/// Keys of all taken seats of this server. No method waits while it holds the lock.
#[derive(Debug, Default)]
pub struct HeldSeats(Mutex<Seats>);

#[derive(Debug, Default)]
struct Seats {
    all: BTreeSet<SeatKey>,
    /// Taken since the last report.
    taken: Vec<SeatKey>,
    /// Freed since the last report.
    freed: Vec<SeatKey>,
    /// The last seat that was refreshed: the next refresh continues after it.
    refreshed: Option<SeatKey>,
}

/// Seats for the next report.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SeatChanges {
    /// Newly taken, or held and due to be refreshed before they expire in the backend.
    pub held: Vec<SeatKey>,
    /// No longer held.
    pub freed: Vec<SeatKey>,
}

impl HeldSeats {
    /// Records that a seat was taken.
    pub fn take(&self, key: SeatKey) {
        let mut seats = self.seats();
        if seats.all.insert(key) {
            seats.taken.push(key);
        }
    }

    /// Records that a seat was freed.
    pub fn free(&self, key: SeatKey) {
        let mut seats = self.seats();
        if seats.all.remove(&key) {
            seats.freed.push(key);
        }
    }

    /// Returns true if this server holds the seat.
    pub fn has(&self, key: &SeatKey) -> bool {
        self.seats().all.contains(key)
    }

    /// Returns the number of held seats.
    pub fn count(&self) -> usize {
        self.seats().all.len()
    }

    /// Returns all held seats.
    pub fn all(&self) -> Vec<SeatKey> {
        self.seats().all.iter().copied().collect()
    }

    /// Takes the changes since the last call, and adds the next `1/parts` of all seats, so that
    /// `parts` reports refresh every seat once.
    pub fn changes(&self, parts: u32) -> SeatChanges {
        let mut seats = self.seats();
        let (mut held, freed) = (mem::take(&mut seats.taken), mem::take(&mut seats.freed));
        let all = &seats.all;
        held.retain(|key| all.contains(key)); // A seat may be taken and freed in one second.
        let share = all.len().div_ceil(parts.max(1) as usize);
        let begin = seats.refreshed.map_or(Unbounded, Excluded);
        let refresh: Vec<SeatKey> = all.range((begin, Unbounded)).take(share).copied().collect();
        // After the last seat the next call begins with the first one.
        seats.refreshed = match refresh.len() < share {
            true => None,
            false => refresh.last().copied(),
        };
        held.extend(refresh);
        SeatChanges { held, freed }
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        lock(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rush::wire::Token;

    fn key(n: u8) -> SeatKey {
        SeatKey::of(&Token([n; 16]))
    }

    #[test]
    fn new_seats_are_reported_at_once_and_all_seats_once_in_parts_reports() {
        let held = HeldSeats::default();
        (0..10).for_each(|n| held.take(key(n)));
        let first = held.changes(5);
        assert_eq!(first.held[..10], (0..10).map(key).collect::<Vec<_>>());
        let mut refreshed: BTreeSet<SeatKey> = first.held[10..].iter().copied().collect();
        for _ in 0..4 {
            let changes = held.changes(5);
            assert!(changes.held.len() <= 2, "{changes:?}");
            refreshed.extend(changes.held);
        }
        assert_eq!(refreshed.len(), 10, "five reports refresh every seat");
    }

    #[test]
    fn all_returns_every_seat_while_a_refresh_is_half_done() {
        let held = HeldSeats::default();
        (0..10).for_each(|n| held.take(key(n)));
        held.changes(5);
        held.changes(5);
        let all: BTreeSet<SeatKey> = held.all().into_iter().collect();
        assert_eq!(all, (0..10).map(key).collect());
    }

    #[test]
    fn a_freed_seat_is_reported_as_freed_and_not_as_held() {
        let held = HeldSeats::default();
        held.take(key(1));
        held.take(key(2));
        held.free(key(1));
        held.free(key(3));
        let changes = held.changes(1);
        assert_eq!(changes.freed, [key(1)]);
        assert!(!changes.held.contains(&key(1)));
        assert!(held.has(&key(2)) && !held.has(&key(1)));
        assert_eq!(held.count(), 1);
    }
}
