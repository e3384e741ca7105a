//! The directory in this process: what a server has that was told of no other.

use super::{
    SERVER_TTL, SeatKey, ServerInfo,
    backend::{ClusterView, DAYS, LastSeen, NAMES, Report, SeatRecord},
};
use crate::store::{BEST, Board, Score};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Shared by all who hold it.
#[derive(Clone, Debug, Default)]
pub struct MemoryBackend(Arc<Mutex<Written>>);

#[derive(Debug, Default)]
struct Written {
    servers: BTreeMap<String, (ServerInfo, Instant)>,
    seats: HashMap<SeatKey, (String, Instant)>,
    ever: Vec<Score>,
    days: BTreeMap<u64, Vec<Score>>,
}

impl MemoryBackend {
    pub(super) fn exchange(&self, word: &Report) -> ClusterView {
        let (mut written, now) = (self.written(), Instant::now());
        let id = &word.card.id;
        let until = now + word.life;
        written
            .servers
            .insert(id.clone(), (word.card.clone(), until));
        written.servers.retain(|_, (_, until)| *until > now);
        for mark in &word.held {
            written.seats.insert(*mark, (id.clone(), now + word.grace));
        }
        for mark in &word.freed {
            written.seats.remove(mark);
        }
        written.seats.retain(|_, (_, until)| *until > now);
        better(&mut written.ever, &word.board.ever);
        better(written.days.entry(word.day).or_default(), &word.board.today);
        written.days.retain(|day, _| day + DAYS > word.day);
        let top = |board: &[Score]| board.iter().take(BEST).cloned().collect();
        ClusterView {
            cards: written
                .servers
                .values()
                .map(|(card, _)| card.clone())
                .collect(),
            board: Board {
                today: top(&written.days[&word.day]),
                ever: top(&written.ever),
            },
        }
    }

    pub(super) fn find(&self, marks: &[SeatKey]) -> Vec<Option<SeatRecord>> {
        let (written, now) = (self.written(), Instant::now());
        let found = |mark| {
            let (id, until) = written.seats.get(mark)?;
            (now < *until).then(|| SeatRecord {
                id: id.clone(),
                said: written.said(id, now),
            })
        };
        marks.iter().map(found).collect()
    }

    pub(super) fn still_here(&self, id: &str, life: Duration) {
        let now = Instant::now();
        if let Some((_, until)) = self.written().servers.get_mut(id)
            && *until > now
        {
            *until = now + life;
        }
    }

    pub(super) fn last_word(&self, id: &str) -> Option<LastSeen> {
        self.written().said(id, Instant::now())
    }

    pub(super) fn leave(&self, id: &str) {
        self.written().servers.remove(id);
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Written {
    fn said(&self, id: &str, now: Instant) -> Option<LastSeen> {
        let (card, dies) = self.servers.get(id)?;
        let left = dies.saturating_duration_since(now);
        (!left.is_zero()).then(|| LastSeen {
            card: card.clone(),
            silent: SERVER_TTL.saturating_sub(left),
        })
    }
}

/// A name stands once, with its best.
fn better(board: &mut Vec<Score>, scores: &[Score]) {
    crate::store::better(board, scores);
    board.truncate(NAMES);
}
