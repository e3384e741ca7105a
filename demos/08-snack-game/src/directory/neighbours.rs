//! The other servers, as they were said to be a second ago.

use super::{Card, LIFE, placing};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

/// Addresses of servers that are remembered, also of those that are dead: their pages are still open on phones.
const REMEMBERED: usize = 1_024;

/// As many addresses are told to somebody who finds no seat.
const TOLD: usize = 4;

/// What a server knows of the others. Read by its door and its rooms, written by its clerk alone.
#[derive(Debug)]
pub struct Neighbours {
    /// This server's own address.
    own: String,
    known: Mutex<Known>,
    up: AtomicBool,
    turn: AtomicU64,
}

#[derive(Debug, Default)]
struct Known {
    cards: Vec<Card>,
    heard: Option<Instant>,
    origins: BTreeSet<String>,
}

impl Neighbours {
    /// Nobody is known, to a server of this address.
    pub fn of(own: &str) -> Self {
        Self {
            own: own.to_owned(),
            known: Mutex::default(),
            up: AtomicBool::new(true),
            turn: AtomicU64::new(0),
        }
    }

    /// This server's own address.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// The newest word of everybody, this server among them.
    pub fn hear(&self, cards: Vec<Card>, now: Instant) {
        let mut known = self.known();
        let others = cards
            .into_iter()
            .filter(|card| card.url != self.own && card.is_sound());
        known.cards = others.collect();
        known.heard = Some(now);
        for card in known.cards.clone() {
            if known.origins.len() < REMEMBERED {
                known.origins.insert(card.url);
            }
        }
        self.up.store(true, Ordering::Release);
    }

    /// The directory is gone. What was heard last holds until it is too old.
    pub fn hear_nothing(&self) {
        self.up.store(false, Ordering::Release);
    }

    /// Whether the directory answers.
    pub fn is_up(&self) -> bool {
        self.up.load(Ordering::Acquire)
    }

    /// The others that live, as far as is known.
    pub fn alive(&self, now: Instant) -> Vec<Card> {
        fresh(&mut self.known(), now).to_vec()
    }

    /// Where somebody goes who finds no seat here, the best first; they are counted there.
    pub fn elsewhere(&self, now: Instant) -> Vec<String> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known();
        let cards = fresh(&mut known, now);
        let best = placing::with_room(cards, turn).into_iter().take(TOLD);
        let best = best.map(|at| cards[at].url.clone()).collect();
        placing::send_one(cards, turn);
        best
    }

    /// Whether a page from there is a page of one of us.
    pub fn is_ours(&self, origin: &str) -> bool {
        origin == self.own || self.known().origins.contains(origin)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known and not too old.
fn fresh(known: &mut Known, now: Instant) -> &mut [Card] {
    let old = |heard| now.saturating_duration_since(heard) > LIFE;
    if known.heard.is_none_or(old) {
        known.cards.clear();
    }
    &mut known.cards
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_was_heard_holds_for_a_while_and_then_a_server_knows_itself_alone() {
        let (all, now) = (Neighbours::of("http://a"), Instant::now());
        let cards = ["http://a", "http://b", "http://c; x"].map(|url| Card::new(url, 9));
        all.hear(cards.to_vec(), now);
        assert_eq!(
            all.elsewhere(now),
            ["http://b"],
            "neither itself nor what is no address"
        );
        all.hear_nothing();
        assert!(!all.is_up());
        assert_eq!(all.alive(now + LIFE).len(), 1);
        assert_eq!(all.alive(now + LIFE + Duration::from_millis(1)), []);
        assert!(all.is_ours("http://b"), "its pages are still open");
        assert!(!all.is_ours("http://evil"));
    }
}
