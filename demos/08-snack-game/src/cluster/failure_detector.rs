//! Whether a server is dead of which somebody says that it does not answer.
//!
//! Nobody's word is taken for it: a phone may be in a tunnel, or lie. What is said only makes this
//! server look for itself, once for all who ask, and no more often than [`HOLDS`] allows.
//!
//! | its last sign of life in the directory | nobody listens there | it says that it is well | nothing is heard |
//! |---|---|---|---|
//! | younger than [`QUIET`] | waited for until it is not | lives | lives |
//! | older | **dead** | lives | lives |
//! | older than [`SERVER_TTL`](super::SERVER_TTL) | **dead** | lives: it is only cut off from the directory | **dead** |
//! | not known: the directory does not answer | **dead** after [`RESTART_TTL`] | lives | **dead** after [`RESTART_TTL`] |
//!
//! Without a directory nobody tells whether it said goodbye, and is to be waited for: so each is
//! waited for as long. Whoever asks says where their seat was, and this server looks only where it
//! has heard of a server.
//!
//! Whoever said that it drains is not looked for: it restarts, and says for how long it is to be
//! waited for.
//!
//! So every death has two witnesses. Whoever goes on talking to the directory is not buried by a
//! firewall between the two, and whoever is only cut off from the directory is let play on.

use super::{
    BACKEND_TIMEOUT, ClusterRequest, RESTART_TTL, SeatLocation,
    backend::LastSeen,
    missed_probes::MissedProbes,
    probe::{self, ProbeResult},
};
use crate::house::{self, House};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{sleep, timeout},
};

/// A sign of life is due four times a second; who has missed two of them and is late for the third,
/// and is not there, is dead.
pub const QUIET: Duration = Duration::from_millis(750);

/// What was found out holds for so long; then it is looked again, if anybody asks.
pub const HOLDS: Duration = Duration::from_millis(250);

/// The directory counts in milliseconds, and from when it heard.
const JUST: Duration = Duration::from_millis(20);

/// What is being found out, by addresses.
#[derive(Debug, Default)]
pub struct FailureDetector {
    open: Mutex<BTreeMap<String, watch::Receiver<Option<Verdict>>>>,
    absent: MissedProbes,
}

#[derive(Clone, Copy, Debug)]
struct Verdict {
    lives: bool,
    at: Instant,
}

impl FailureDetector {
    /// Whether the server at which a seat was found lives. Bounded: a few seconds at most,
    /// [`QUIET`] as a rule.
    pub async fn lives(
        &self,
        house: &Arc<House>,
        directory: &mpsc::Sender<ClusterRequest>,
        place: &SeatLocation,
    ) -> bool {
        let url = match place {
            SeatLocation::Server(said) => &said.card.url,
            SeatLocation::Expired(url) | SeatLocation::Claimed(url) => url,
            SeatLocation::Here | SeatLocation::Gone | SeatLocation::Unknown => return true,
        };
        let told = self.told(url, || {
            inquire(Arc::clone(house), directory.clone(), place.clone())
        });
        outcome(told).await
    }

    /// What is found out about that server: by whoever is at it, or else by a task of its own, so
    /// that an asker who goes away changes nothing.
    fn told<F: Future<Output = bool> + Send + 'static>(
        &self,
        url: &str,
        inquire: impl FnOnce() -> F,
    ) -> watch::Receiver<Option<Verdict>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = house::now();
        open.retain(|_, told| holds(told, now));
        if let Some(told) = open.get(url) {
            return told.clone();
        }
        let (tell, told) = watch::channel(None);
        open.insert(url.to_owned(), told.clone());
        let inquiry = inquire();
        tokio::spawn(async move {
            let lives = inquiry.await;
            let at = house::now();
            tell.send_replace(Some(Verdict { lives, at }));
        });
        told
    }
}

/// Waits for the verdict.
async fn outcome(mut told: watch::Receiver<Option<Verdict>>) -> bool {
    let verdict = told.wait_for(Option::is_some).await;
    // No verdict: this server ends, or whoever was at it has fallen, and nobody is dead for that.
    verdict.map_or(true, |it| it.is_none_or(|verdict| verdict.lives))
}

/// It is being found out, or was a moment ago.
fn holds(told: &watch::Receiver<Option<Verdict>>, now: Instant) -> bool {
    match *told.borrow() {
        Some(verdict) => now.saturating_duration_since(verdict.at) < HOLDS,
        None => told.has_changed().is_ok(), // Else whoever was at it has fallen.
    }
}

async fn inquire(
    house: Arc<House>,
    directory: mpsc::Sender<ClusterRequest>,
    place: SeatLocation,
) -> bool {
    let said = match place {
        SeatLocation::Server(said) => said,
        SeatLocation::Expired(url) => {
            let lives = probe::at(&url).await == ProbeResult::Well;
            if !lives {
                house.peers.remove(&url); // We may have heard of it a moment before it was forgotten.
            }
            return lives;
        }
        SeatLocation::Claimed(url) => return may_live(&house, &url).await,
        SeatLocation::Here | SeatLocation::Gone | SeatLocation::Unknown => return true,
    };
    let url = &said.card.url;
    // Who has said goodbye may be back any moment, and is believed in for as long as the directory
    // keeps its last word.
    if said.card.draining || probe::at(url).await != ProbeResult::Nobody {
        return true;
    }
    let mut last = said.card.clone();
    if said.silent < QUIET {
        sleep(QUIET - said.silent + JUST).await;
        match last_word(&directory, &said.card.id).await {
            Some(Some(now)) if now.silent >= QUIET => last = now.card,
            Some(None) => {}
            // It has spoken since, or there is nobody to tell whether it has.
            _ => return true,
        }
        // It may have been started again meanwhile.
        if probe::at(url).await != ProbeResult::Nobody {
            return true;
        }
    }
    if house.peers.mark_dead(last, house::now()) {
        house.seen.buried.inc();
        tracing::warn!(%url, "a server is dead: nobody listens there, and the directory hears nothing of it");
    }
    false
}

/// Without a word of the directory: for as long as a restart may take.
async fn may_live(house: &House, url: &str) -> bool {
    let absent = &house.failure_detector.absent;
    if matches!(
        probe::at(url).await,
        ProbeResult::Well | ProbeResult::Sealed
    ) {
        absent.is_there(url);
        return true;
    }
    let [before, now] = absent.missed(url, house::now());
    if now < RESTART_TTL {
        return true;
    }
    if before < RESTART_TTL {
        tracing::warn!(%url, "a server is dead, as far as can be known without the directory: for 10 s it has not been well");
    }
    house.peers.remove(url);
    false
}

/// `None`: the directory does not answer.
async fn last_word(directory: &mpsc::Sender<ClusterRequest>, id: &str) -> Option<Option<LastSeen>> {
    let (reply, answer) = oneshot::channel();
    let id = id.to_owned();
    directory
        .try_send(ClusterRequest::LastSeen { id, reply })
        .ok()?;
    // The clerk may wait for the directory once before this question, and once for it.
    timeout(BACKEND_TIMEOUT * 2, answer).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn falls() -> bool {
        panic!("somebody wanted to see it fall")
    }

    #[tokio::test]
    async fn nobody_is_dead_because_an_inquiry_fell() {
        let all = FailureDetector::default();
        assert!(outcome(all.told("http://a", falls)).await, "no verdict");
        let again = all.told("http://a", async || false);
        assert!(!outcome(again).await, "it is looked at again");
        assert!(!outcome(all.told("http://a", falls)).await, "which holds");
    }
}
