//! Failure detector: decides whether a peer is dead.
//!
//! A player who cannot reach a peer asks this server. The player's word is not evidence: the phone
//! may be in a tunnel, or the player may lie. It only makes this server check the peer itself: one
//! check for all players who ask, and at most one per [`VERDICT_TTL`] for each peer.
//!
//! | time since the peer's last heartbeat | connection refused | `/health` answers 200 | no answer |
//! |---|---|---|---|
//! | less than [`SUSPECT_AFTER`] | checked again when it is more | alive | alive |
//! | more | **dead** | alive | alive |
//! | more than [`SERVER_TTL`](super::SERVER_TTL) | **dead** | alive: it only cannot reach the backend | **dead** |
//! | unknown: the backend is unreachable | **dead** after [`RESTART_TTL`] | alive | **dead** after [`RESTART_TTL`] |
//!
//! While the backend is unreachable, this server cannot know whether the peer announced a restart,
//! so every peer gets the time of a restart. The player then names the server of the seat, and this
//! server probes it only if it is a known peer.
//!
//! A draining peer is not probed. It restarts, and its last report lives for [`RESTART_TTL`].
//!
//! So a death always has two witnesses. A peer that still sends heartbeats is not declared dead
//! because of a firewall between the two servers, and a peer that only lost the backend keeps its
//! players.

use super::{
    Peers, ServerInfo,
    missed_probes::MissedProbes,
    probe::{ProbeResult, probe},
    report::LastSeen,
    request::{ClusterRequest, SeatLocation, last_seen},
    ttl::RESTART_TTL,
};
use crate::{clock::now, sync::lock};
use prometheus_client::metrics::counter::Counter;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};

/// A peer whose last heartbeat is older than this is suspected. Heartbeats are due every 250 ms:
/// a suspect has missed two and is late with the third.
pub const SUSPECT_AFTER: Duration = Duration::from_millis(750);

/// A verdict is reused for this long; the next question after that starts a new check.
pub const VERDICT_TTL: Duration = Duration::from_millis(250);

/// Added to a wait for the backend's clock, which counts in milliseconds.
const CLOCK_MARGIN: Duration = Duration::from_millis(20);

/// Checks peers on behalf of players.
#[derive(Debug)]
pub struct FailureDetector {
    /// Checks in progress, and recent verdicts, by URL.
    checks: Mutex<BTreeMap<String, watch::Receiver<Option<Verdict>>>>,
    checker: Arc<Checker>,
}

#[derive(Clone, Copy, Debug)]
struct Verdict {
    alive: bool,
    at: Instant,
}

impl FailureDetector {
    /// Makes a failure detector that removes dead peers from `peers` and counts them in
    /// `declared_dead`.
    pub fn new(peers: Arc<Peers>, declared_dead: Counter) -> Self {
        Self {
            checks: Mutex::default(),
            checker: Arc::new(Checker {
                peers,
                missed_probes: MissedProbes::default(),
                declared_dead,
            }),
        }
    }

    /// Returns whether the server that holds a seat is alive. Takes [`SUSPECT_AFTER`] as a rule and
    /// a few seconds at most.
    pub async fn is_alive(
        &self,
        requests: &mpsc::Sender<ClusterRequest>,
        location: &SeatLocation,
    ) -> bool {
        let url = match location {
            SeatLocation::Server(last) => &last.server.url,
            SeatLocation::Expired(url) | SeatLocation::Claimed(url) => url,
            SeatLocation::Here | SeatLocation::Gone | SeatLocation::Unknown => return true,
        };
        let verdict = self.check_once(url, || {
            let (checker, requests) = (Arc::clone(&self.checker), requests.clone());
            let location = location.clone();
            async move { checker.check(requests, location).await }
        });
        wait_for(verdict).await
    }

    /// Joins the check of this peer that is in progress, reuses its recent verdict, or starts a
    /// check. A check is a task of its own, so it does not stop when the player who caused it
    /// disconnects.
    fn check_once<F: Future<Output = bool> + Send + 'static>(
        &self,
        url: &str,
        check: impl FnOnce() -> F,
    ) -> watch::Receiver<Option<Verdict>> {
        let mut checks = lock(&self.checks);
        let at = now();
        checks.retain(|_, verdict| is_current(verdict, at));
        if let Some(verdict) = checks.get(url) {
            return verdict.clone();
        }
        let (publish, verdict) = watch::channel(None);
        checks.insert(url.to_owned(), verdict.clone());
        let check = check();
        tokio::spawn(async move {
            let alive = check.await;
            publish.send_replace(Some(Verdict { alive, at: now() }));
        });
        verdict
    }
}

/// Waits for a verdict. If the check ends without one, because it panicked or the server shuts
/// down, the peer counts as alive.
async fn wait_for(mut verdict: watch::Receiver<Option<Verdict>>) -> bool {
    let verdict = verdict.wait_for(Option::is_some).await;
    verdict.map_or(true, |it| it.is_none_or(|verdict| verdict.alive))
}

/// Returns true if the check is in progress, or its verdict is recent.
fn is_current(verdict: &watch::Receiver<Option<Verdict>>, now: Instant) -> bool {
    match *verdict.borrow() {
        Some(verdict) => now.saturating_duration_since(verdict.at) < VERDICT_TTL,
        None => verdict.has_changed().is_ok(), // An error means that the check panicked.
    }
}

/// What a check needs.
#[derive(Debug)]
struct Checker {
    peers: Arc<Peers>,
    missed_probes: MissedProbes,
    declared_dead: Counter,
}

impl Checker {
    /// Returns whether the server at a location is alive.
    async fn check(&self, requests: mpsc::Sender<ClusterRequest>, location: SeatLocation) -> bool {
        match location {
            SeatLocation::Server(last) => self.check_reported(&requests, last).await,
            SeatLocation::Expired(url) => {
                let alive = probe(&url).await == ProbeResult::Healthy;
                if !alive {
                    // The last update may have come just before the report expired.
                    self.peers.remove(&url);
                }
                alive
            }
            SeatLocation::Claimed(url) => self.check_without_backend(&url).await,
            SeatLocation::Here | SeatLocation::Gone | SeatLocation::Unknown => true,
        }
    }

    /// Checks a peer whose report has not expired: it is dead if it refuses connections and has
    /// missed its heartbeats.
    async fn check_reported(
        &self,
        requests: &mpsc::Sender<ClusterRequest>,
        last: LastSeen,
    ) -> bool {
        // A draining peer may restart at any moment, and has until its report expires.
        if last.server.draining || probe(&last.server.url).await != ProbeResult::Refused {
            return true;
        }
        let mut server = last.server;
        if last.silent_for < SUSPECT_AFTER {
            sleep(SUSPECT_AFTER - last.silent_for + CLOCK_MARGIN).await;
            match last_seen(requests, &server.id).await {
                Some(Some(newest)) if newest.silent_for >= SUSPECT_AFTER => server = newest.server,
                Some(None) => {}
                // It has sent a heartbeat since, or the backend is unreachable.
                _ => return true,
            }
            // It may have been restarted in the meantime.
            if probe(&server.url).await != ProbeResult::Refused {
                return true;
            }
        }
        self.declare_dead(server);
        false
    }

    fn declare_dead(&self, server: ServerInfo) {
        let url = server.url.clone();
        if self.peers.mark_dead(server, now()) {
            self.declared_dead.inc();
            tracing::warn!(%url, "peer declared dead: connection refused and no heartbeat");
        }
    }

    /// Checks a peer while the backend is unreachable: it is dead if its probes have failed for
    /// longer than a restart may take.
    async fn check_without_backend(&self, url: &str) -> bool {
        let result = probe(url).await;
        if matches!(result, ProbeResult::Healthy | ProbeResult::AcceptedTls) {
            self.missed_probes.clear(url);
            return true;
        }
        let [before, failing_for] = self.missed_probes.record(url, now());
        if failing_for < RESTART_TTL {
            return true;
        }
        if before < RESTART_TTL {
            let seconds = failing_for.as_secs();
            tracing::warn!(%url, seconds, "peer declared dead: health probes failed while the cluster backend is unreachable");
        }
        self.peers.remove(url);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn panics() -> bool {
        panic!("a check that panics, on purpose")
    }

    /// Time stands, so no verdict expires.
    #[tokio::test(start_paused = true)]
    async fn a_check_that_panics_declares_no_peer_dead() {
        let peers = Arc::new(Peers::new("http://127.0.0.1:1"));
        let all = FailureDetector::new(peers, Counter::default());
        let verdict = all.check_once("http://a", panics);
        assert!(wait_for(verdict).await, "no verdict means alive");
        let verdict = all.check_once("http://a", async || false);
        assert!(!wait_for(verdict).await, "a new check starts");
        let verdict = all.check_once("http://a", panics);
        assert!(!wait_for(verdict).await, "its verdict is reused");
    }
}
