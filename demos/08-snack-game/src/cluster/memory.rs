//! The backend in memory, for a server that was started without `--directory`.

use super::{
    SeatKey, ServerInfo,
    report::{BOARD_DAYS, BOARD_SIZE, ClusterView, LastSeen, Report, SeatRecord},
    ttl::SERVER_TTL,
};
use crate::{
    store::{BEST, Board, Score},
    sync::lock,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

/// A backend in memory. Clones share one state.
#[derive(Clone, Debug, Default)]
pub struct MemoryBackend(Arc<Mutex<Records>>);

/// Records with the time at which each one expires.
#[derive(Debug, Default)]
struct Records {
    servers: BTreeMap<String, (ServerInfo, Instant)>,
    seats: HashMap<SeatKey, (String, Instant)>,
    ever: Vec<Score>,
    days: BTreeMap<u64, Vec<Score>>,
}

impl MemoryBackend {
    pub(super) fn exchange(&self, report: &Report) -> ClusterView {
        let (mut records, now) = (self.records(), Instant::now());
        let id = &report.server.id;
        let expires = now + report.ttl;
        records
            .servers
            .insert(id.clone(), (report.server.clone(), expires));
        records.servers.retain(|_, (_, expires)| *expires > now);
        for key in &report.held {
            records
                .seats
                .insert(*key, (id.clone(), now + report.seat_ttl));
        }
        for key in &report.freed {
            records.seats.remove(key);
        }
        records.seats.retain(|_, (_, expires)| *expires > now);
        merge(&mut records.ever, &report.board.ever);
        merge(
            records.days.entry(report.day).or_default(),
            &report.board.today,
        );
        records.days.retain(|day, _| day + BOARD_DAYS > report.day);
        let top = |board: &[Score]| board.iter().take(BEST).cloned().collect();
        ClusterView {
            servers: records
                .servers
                .values()
                .map(|(server, _)| server.clone())
                .collect(),
            board: Board {
                today: top(&records.days[&report.day]),
                ever: top(&records.ever),
            },
        }
    }

    pub(super) fn find_seats(&self, keys: &[SeatKey]) -> Vec<Option<SeatRecord>> {
        let (records, now) = (self.records(), Instant::now());
        let find = |key| {
            let (id, expires) = records.seats.get(key)?;
            (now < *expires).then(|| SeatRecord {
                server_id: id.clone(),
                last_seen: records.last_seen(id, now),
            })
        };
        keys.iter().map(find).collect()
    }

    pub(super) fn heartbeat(&self, id: &str, ttl: Duration) {
        let now = Instant::now();
        if let Some((_, expires)) = self.records().servers.get_mut(id)
            && *expires > now
        {
            *expires = now + ttl;
        }
    }

    pub(super) fn last_seen(&self, id: &str) -> Option<LastSeen> {
        self.records().last_seen(id, Instant::now())
    }

    pub(super) fn leave(&self, id: &str) {
        self.records().servers.remove(id);
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        lock(&self.0)
    }
}

impl Records {
    fn last_seen(&self, id: &str, now: Instant) -> Option<LastSeen> {
        let (server, expires) = self.servers.get(id)?;
        let left = expires.saturating_duration_since(now);
        (!left.is_zero()).then(|| LastSeen {
            server: server.clone(),
            silent_for: SERVER_TTL.saturating_sub(left),
        })
    }
}

/// Merges scores into a board, keeping each name once, with its best score.
fn merge(board: &mut Vec<Score>, scores: &[Score]) {
    crate::store::better(board, scores);
    board.truncate(BOARD_SIZE);
}
