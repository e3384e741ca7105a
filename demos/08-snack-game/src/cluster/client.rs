//! The task that owns the connection to the backend. It is the only one that waits for the backend,
//! and never longer than [`BACKEND_TIMEOUT`].

use super::{
    Backend,
    report::{BackendError, ClusterView, LastSeen, Report, SeatRecord},
    request::{ClusterRequest, SeatLocation},
    ttl::{BACKEND_TIMEOUT, HEARTBEAT_INTERVAL, REPORT_INTERVAL, RESTART_TTL, SERVER_TTL},
};
use crate::server_state::ServerState;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::{mpsc, oneshot},
    time::{MissedTickBehavior, interval, timeout},
};

/// Heartbeat intervals between two reports.
const HEARTBEATS_PER_REPORT: u128 = REPORT_INTERVAL.as_millis() / HEARTBEAT_INTERVAL.as_millis();

/// Maximum number of requests that are answered with one request to the backend.
const BATCH: usize = 64;

/// Longest time between two attempts to reach the backend, in report intervals.
const MAX_BACKOFF: u32 = 4;

/// Minimum time to live of a seat, however short the grace is. Each seat is refreshed three times
/// within its time to live.
const MIN_SEAT_TTL: Duration = Duration::from_secs(3);

/// Reports to the backend, sends heartbeats, and answers requests.
#[derive(Debug)]
pub struct ClusterClient {
    state: Arc<ServerState>,
    backend: Backend,
    /// Id of this server.
    id: String,
    outage: Outage,
    /// After an outage: until then the backend may not know all seats yet.
    seats_incomplete_until: Option<Instant>,
}

/// Failed attempts to reach the backend.
#[derive(Debug, Default)]
struct Outage {
    /// Failed attempts in a row. Zero while the backend answers.
    failures: u32,
    /// Reports to skip before the next attempt.
    skip: u32,
}

impl ClusterClient {
    /// Makes a client for this server.
    pub fn new(state: Arc<ServerState>, backend: Backend) -> Self {
        let id = state.server_info().id;
        Self {
            state,
            backend,
            id,
            outage: Outage::default(),
            seats_incomplete_until: None,
        }
    }

    /// Runs until [`ClusterRequest::Leave`] arrives, or until all senders are gone.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<ClusterRequest>) {
        let mut heartbeats = interval(HEARTBEAT_INTERVAL);
        heartbeats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut until_report = 0;
        let mut requests = Vec::new();
        loop {
            select! {
                biased;
                _ = heartbeats.tick() => match until_report {
                    0 => {
                        until_report = HEARTBEATS_PER_REPORT - 1;
                        self.report().await;
                    }
                    _ => {
                        until_report -= 1;
                        self.heartbeat().await;
                    }
                },
                count = inbox.recv_many(&mut requests, BATCH) => {
                    let leaves = requests.iter().any(|it| matches!(it, ClusterRequest::Leave));
                    self.answer(std::mem::take(&mut requests)).await;
                    if count == 0 || leaves {
                        break;
                    }
                }
            }
        }
        if self.outage.failures == 0 {
            // If this fails, the peers notice when the last report expires.
            let _unless_unreachable = timeout(BACKEND_TIMEOUT, self.leave()).await;
        }
    }

    /// Tells the peers to send no more players here. If seats were saved for a restart, the backend
    /// keeps them, and this server's report, for [`RESTART_TTL`].
    async fn leave(&mut self) -> Result<(), BackendError> {
        if self.state.closed_rooms.all().is_empty() {
            return self.backend.leave(&self.id).await;
        }
        let mut report = self.next_report();
        report.ttl = RESTART_TTL;
        report.held = self.state.cluster.held_seats.all();
        self.backend.exchange(&report).await.map(drop)
    }

    async fn report(&mut self) {
        if self.outage.skip > 0 {
            self.outage.skip -= 1;
            return;
        }
        let report = self.next_report();
        let answer = timeout(BACKEND_TIMEOUT, self.backend.exchange(&report)).await;
        match answer.unwrap_or(Err(BackendError::Timeout)) {
            Ok(view) => self.backend_answered(view, report.day),
            Err(error) => self.backend_failed(&error),
        }
    }

    /// Sends nothing while the backend is unreachable: only a report may end an outage.
    async fn heartbeat(&mut self) {
        if self.outage.failures == 0 {
            let sent = timeout(
                BACKEND_TIMEOUT,
                self.backend.heartbeat(&self.id, SERVER_TTL),
            )
            .await;
            if let Err(error) = sent.unwrap_or(Err(BackendError::Timeout)) {
                self.backend_failed(&error);
            }
        }
    }

    fn next_report(&mut self) -> Report {
        let ServerState {
            options,
            cluster,
            store,
            ..
        } = &*self.state;
        let seat_ttl = options.grace.max(MIN_SEAT_TTL);
        let changes = cluster.held_seats.changes(reports_per_refresh(seat_ttl));
        Report {
            server: self.state.server_info(),
            ttl: SERVER_TTL,
            held: changes.held,
            seat_ttl,
            freed: changes.freed,
            day: store.wall().day(),
            board: store.board(None),
        }
    }

    fn backend_answered(&mut self, view: ClusterView, day: u64) {
        if self.outage.failures > 0 {
            tracing::info!("cluster backend reachable again");
            // Every peer reports all of its seats again: after its longest pause, within a refresh.
            let reports = MAX_BACKOFF + reports_per_refresh(self.state.options.grace);
            self.seats_incomplete_until = Some(Instant::now() + REPORT_INTERVAL * reports);
        }
        self.outage = Outage::default();
        let changes = self
            .state
            .cluster
            .peers
            .update(view.servers, Instant::now());
        for url in changes.joined {
            tracing::info!(%url, "peer joined the cluster");
        }
        for url in changes.left {
            tracing::info!(%url, "peer left the cluster");
        }
        // The scores of the peers are stored here as well, to be shown while the backend is
        // unreachable.
        self.state.store.merge(day, view.board);
    }

    /// Logs the first failure of an outage. The next attempts follow after 1, 2 and 4 reports, then
    /// after every fourth.
    fn backend_failed(&mut self, error: &BackendError) {
        if let Backend::Redis(redis) = &mut self.backend {
            redis.disconnect();
        }
        if self.outage.failures == 0 {
            let seconds = SERVER_TTL.as_secs();
            tracing::warn!(%error, peers_expire_after_seconds = seconds, "cluster backend unreachable, games continue");
        }
        self.outage.skip = (1 << self.outage.failures.min(8)).min(MAX_BACKOFF) - 1;
        self.outage.failures += 1;
        self.state.cluster.peers.backend_lost();
    }

    async fn answer(&mut self, requests: Vec<ClusterRequest>) {
        let (mut keys, mut replies) = (Vec::new(), Vec::new());
        for request in requests {
            match request {
                ClusterRequest::FindSeat { key, reply } => {
                    keys.push(key);
                    replies.push(reply);
                }
                ClusterRequest::LastSeen { id, reply } => self.answer_last_seen(&id, reply).await,
                ClusterRequest::Leave => {}
            }
        }
        if keys.is_empty() {
            return;
        }
        let records = match self.outage.failures {
            0 => timeout(BACKEND_TIMEOUT, self.backend.find_seats(&keys))
                .await
                .unwrap_or(Err(BackendError::Timeout)),
            _ => Err(BackendError::Timeout), // No attempt: callers must not wait for an outage.
        };
        let locations = match records {
            Ok(records) => records.into_iter().map(|it| self.locate(it)).collect(),
            Err(error) => {
                if self.outage.failures == 0 {
                    self.backend_failed(&error);
                }
                vec![SeatLocation::Unknown; keys.len()]
            }
        };
        for (reply, location) in replies.into_iter().zip(locations) {
            let _unless_gone = reply.send(location); // The caller may have timed out.
        }
    }

    fn locate(&self, record: Option<SeatRecord>) -> SeatLocation {
        match record {
            // The caller looked for the seat here first, so it has been freed since.
            Some(record) if record.server_id == self.id => SeatLocation::Gone,
            Some(SeatRecord {
                last_seen: Some(last),
                ..
            }) if last.server.is_sound() => SeatLocation::Server(last),
            Some(SeatRecord {
                server_id,
                last_seen: None,
            }) => {
                let url = self.state.cluster.peers.url_of(&server_id);
                url.map_or(SeatLocation::Gone, SeatLocation::Expired)
            }
            None if self
                .seats_incomplete_until
                .is_some_and(|until| Instant::now() < until) =>
            {
                SeatLocation::Unknown
            }
            _ => SeatLocation::Gone,
        }
    }

    async fn answer_last_seen(&mut self, id: &str, reply: oneshot::Sender<Option<LastSeen>>) {
        if self.outage.failures > 0 {
            return; // Callers must not wait for an outage.
        }
        let last_seen = timeout(BACKEND_TIMEOUT, self.backend.last_seen(id)).await;
        match last_seen.unwrap_or(Err(BackendError::Timeout)) {
            Ok(last_seen) => {
                let _unless_gone = reply.send(last_seen);
            }
            Err(error) => self.backend_failed(&error),
        }
    }
}

/// Returns the number of reports that refresh every seat once: a third of a seat's time to live.
fn reports_per_refresh(grace: Duration) -> u32 {
    let reports = grace.max(MIN_SEAT_TTL).as_secs() / REPORT_INTERVAL.as_secs() / 3;
    reports.max(1) as u32
}

#[cfg(test)]
mod tests;
