//! The other servers of the cluster, as of the last update from the backend.

use super::{ServerInfo, placement, ttl::SERVER_TTL};
use crate::sync::lock;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};
use web_server::public_url::origin_of;

/// Maximum number of URLs that are remembered, dead servers included: pages of a dead server are
/// still open on phones.
const MAX_REMEMBERED: usize = 1_024;

/// Maximum number of servers that a player is sent to.
const MAX_TARGETS: usize = 4;

/// What this server knows about its peers. The gateway and the rooms read it; only the cluster
/// client and the failure detector write to it. No method waits while it holds the lock.
#[derive(Debug)]
pub struct Peers {
    own_url: String,
    known: Mutex<Known>,
    backend_up: AtomicBool,
    /// Counts placements, to break ties between equally loaded servers.
    turn: AtomicU64,
}

#[derive(Debug, Default)]
struct Known {
    /// Peers of the last update.
    peers: Vec<ServerInfo>,
    updated_at: Option<Instant>,
    /// Ids by URL of all servers that were ever seen.
    remembered: BTreeMap<String, String>,
    /// Last reports of peers that were declared dead, and when. The backend repeats such a report
    /// until it expires.
    dead: Vec<(ServerInfo, Instant)>,
    /// Players on this server, including those who were sent here and have not arrived yet.
    expected_players: u32,
}

/// Difference between two updates.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PeerChanges {
    /// URLs of peers that are new.
    pub joined: Vec<String>,
    /// URLs of peers that are gone.
    pub left: Vec<String>,
}

impl Peers {
    /// Makes an empty list for the server with this URL.
    pub fn new(own_url: &str) -> Self {
        Self {
            own_url: own_url.to_owned(),
            known: Mutex::default(),
            backend_up: AtomicBool::new(true),
            turn: AtomicU64::new(0),
        }
    }

    /// Returns the URL of this server.
    pub fn own_url(&self) -> &str {
        &self.own_url
    }

    /// Replaces the peers by the servers that the backend reports, except this one, those with an
    /// invalid URL, and those that were declared dead and have not reported since.
    pub fn update(&self, servers: Vec<ServerInfo>, now: Instant) -> PeerChanges {
        let known = &mut *self.known();
        let before = urls(fresh(known, now));
        let others = servers
            .into_iter()
            .filter(|server| server.url != self.own_url && server.is_sound());
        known.peers = others.collect();
        known.updated_at = Some(now);
        known.expected_players = 0;
        for peer in &known.peers {
            if known.remembered.len() < MAX_REMEMBERED {
                known.remembered.insert(peer.url.clone(), peer.id.clone());
            }
        }
        // A peer is alive again if its report differs from its last one, or if it is still there
        // after the last one must have expired.
        known.dead.retain(|(last, since)| {
            now.saturating_duration_since(*since) <= SERVER_TTL && known.peers.contains(last)
        });
        let dead = &known.dead;
        known
            .peers
            .retain(|peer| dead.iter().all(|(last, _)| last != peer));
        self.backend_up.store(true, Ordering::Release);
        let after = urls(&known.peers);
        let only = |some: &BTreeSet<String>, others| some.difference(others).cloned().collect();
        PeerChanges {
            joined: only(&after, &before),
            left: only(&before, &after),
        }
    }

    /// Marks a peer as dead after its `last` report: no player is sent to it. Returns false if it
    /// was marked already.
    pub fn mark_dead(&self, last: ServerInfo, now: Instant) -> bool {
        self.remove(&last.url);
        let mut known = self.known();
        let is_new = known.dead.iter().all(|(dead, _)| *dead != last);
        if is_new {
            known.dead.push((last, now));
        }
        is_new
    }

    /// Removes a peer until the backend reports it again.
    pub fn remove(&self, url: &str) {
        self.known().peers.retain(|peer| peer.url != url);
    }

    /// Records that the backend is unreachable. The peers stay known until the last update is older
    /// than [`SERVER_TTL`].
    pub fn backend_lost(&self) {
        self.backend_up.store(false, Ordering::Release);
    }

    /// Returns true if the backend answered the last request.
    pub fn backend_is_up(&self) -> bool {
        self.backend_up.load(Ordering::Acquire)
    }

    /// Returns the peers that are alive as of the last update.
    pub fn alive(&self, now: Instant) -> Vec<ServerInfo> {
        fresh(&mut self.known(), now).to_vec()
    }

    /// Returns the URLs of peers for a new player who finds no seat here, the best first, and
    /// counts the player at the first one.
    pub fn redirect_newcomer(&self, now: Instant) -> Vec<String> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known();
        let peers = fresh(&mut known, now);
        let best = placement::with_free_seats(peers, turn)
            .into_iter()
            .take(MAX_TARGETS);
        let best = best.map(|at| peers[at].url.clone()).collect();
        placement::place_one(peers, turn);
        best
    }

    /// Returns the URLs of servers for a player whose server is dead, the least loaded first, and
    /// counts the player at the first one. The list may contain this server, described by `own`.
    pub fn relocate_player(&self, own: ServerInfo, now: Instant) -> Vec<String> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known();
        let mut servers = fresh(&mut known, now).to_vec();
        let others = servers.len();
        known.expected_players = known.expected_players.max(own.players);
        servers.push(ServerInfo {
            players: known.expected_players,
            ..own
        });
        let best = placement::with_free_seats(&servers, turn)
            .into_iter()
            .take(MAX_TARGETS);
        let best = best.map(|at| servers[at].url.clone()).collect();
        match placement::least_loaded(&servers, turn) {
            Some(at) if at < others => known.peers[at].players += 1,
            Some(_) => known.expected_players += 1,
            None => {}
        }
        best
    }

    /// Returns true if pages of this origin belong to the cluster: to this server, or to a peer
    /// that was seen at any time.
    pub fn is_member_origin(&self, origin: &str) -> bool {
        let known = self.known();
        // The URLs of an origin begin with it, so they follow it in the map.
        let from = known.remembered.range(origin.to_owned()..);
        let mut urls = from
            .map(|(url, _)| &**url)
            .take_while(|url| url.starts_with(origin));
        origin == origin_of(&self.own_url) || urls.any(|url| origin == origin_of(url))
    }

    /// Returns true if `url` is the URL of a peer that was seen at any time.
    pub fn knows(&self, url: &str) -> bool {
        url != self.own_url && self.known().remembered.contains_key(url)
    }

    /// Returns the URL of a peer that was seen at any time.
    pub fn url_of(&self, id: &str) -> Option<String> {
        let known = self.known();
        let mut all = known.remembered.iter();
        all.find_map(|(url, it)| (it == id).then(|| url.clone()))
    }

    /// Returns the URLs that a page remembers as alternatives to this server: the peers that are
    /// alive, or, while the backend is unreachable, all peers of the last update.
    pub fn urls_for_pages(&self, now: Instant) -> Vec<String> {
        let mut known = self.known();
        let peers = match self.backend_is_up() {
            true => fresh(&mut known, now),
            false => &mut known.peers,
        };
        peers.iter().map(|peer| peer.url.clone()).collect()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        lock(&self.known)
    }
}

fn urls(servers: &[ServerInfo]) -> BTreeSet<String> {
    servers.iter().map(|server| server.url.clone()).collect()
}

/// Returns the peers of the last update, or none if it is older than [`SERVER_TTL`].
fn fresh(known: &mut Known, now: Instant) -> &mut [ServerInfo] {
    let is_old = |updated_at| now.saturating_duration_since(updated_at) > SERVER_TTL;
    match known.updated_at.is_none_or(is_old) {
        true => &mut [],
        false => &mut known.peers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn without_an_update_peers_expire_after_the_ttl() {
        let (all, now) = (Peers::new("http://a"), Instant::now());
        let servers = ["http://a", "http://b", "http://c; x"].map(|url| ServerInfo::new(url, 9));
        all.update(servers.to_vec(), now);
        assert_eq!(
            all.redirect_newcomer(now),
            ["http://b"],
            "neither itself nor an invalid URL"
        );
        all.backend_lost();
        assert!(!all.backend_is_up());
        assert_eq!(all.alive(now + SERVER_TTL).len(), 1);
        let later = now + SERVER_TTL + Duration::from_millis(1);
        assert_eq!(all.alive(later), []);
        assert_eq!(
            all.urls_for_pages(later),
            ["http://b"],
            "a page that is loaded now may need it"
        );
        assert!(all.knows("http://b") && !all.knows("http://a"));
        assert!(all.is_member_origin("http://b"), "its pages are still open");
        assert!(!all.is_member_origin("http://evil"));
        assert!(!all.is_member_origin("http://") && !all.is_member_origin(""));
        let (path_peers, path) = (Peers::new("https://play/a"), "https://play.example/b");
        path_peers.update(
            vec![ServerInfo::new("http://b", 9), ServerInfo::new(path, 9)],
            now,
        );
        for (origin, belongs) in [
            ("https://play", true),
            ("https://play.example", true),
            ("https://play.example/b", false),
            ("https://play.exam", false),
            ("http://b", true),
        ] {
            assert_eq!(path_peers.is_member_origin(origin), belongs, "{origin}");
        }
        let id = ServerInfo::new("http://b", 9).id;
        assert_eq!(all.url_of(&id).as_deref(), Some("http://b"));
        assert_eq!(all.url_of("evil"), None);
    }

    #[test]
    fn a_dead_peer_gets_no_players_until_it_reports_again() {
        let (all, now) = (Peers::new("http://a"), Instant::now());
        let changes = |joined: &[&str], left: &[&str]| {
            let owned = |urls: &[&str]| urls.iter().map(|&url| url.to_owned()).collect();
            PeerChanges {
                joined: owned(joined),
                left: owned(left),
            }
        };
        let last = ServerInfo {
            players: 3,
            ..ServerInfo::new("http://b", 9)
        };
        let seen = all.update(vec![last.clone(), ServerInfo::new("http://c", 9)], now);
        assert_eq!(seen, changes(&["http://b", "http://c"], &[]));
        assert!(all.mark_dead(last.clone(), now) && !all.mark_dead(last.clone(), now));
        assert_eq!(all.redirect_newcomer(now), ["http://c"]);
        let seen = all.update(vec![last.clone()], now);
        assert_eq!(seen, changes(&[], &["http://c"]));
        assert_eq!(all.alive(now), [], "the backend repeats the last report");
        let again = ServerInfo {
            players: 0,
            ..last.clone()
        };
        all.update(vec![again, ServerInfo::new("http://c", 9)], now);
        assert_eq!(all.alive(now).len(), 2, "it was restarted");
        assert!(all.known().dead.is_empty());

        // A restarted peer may report exactly what it reported last. The backend repeats an old
        // report for at most its time to live, so after that the report must be new.
        assert!(all.mark_dead(last.clone(), now));
        all.update(vec![last.clone()], now + SERVER_TTL);
        assert_eq!(all.alive(now + SERVER_TTL), []);
        let later = now + SERVER_TTL + Duration::from_millis(1);
        all.update(vec![last], later);
        assert_eq!(all.alive(later).len(), 1);
    }

    #[test]
    fn players_of_a_dead_peer_are_spread_by_load_and_counted_before_they_arrive() {
        let (all, now) = (Peers::new("http://a"), Instant::now());
        let server = |url: &str, players| ServerInfo {
            players,
            ..ServerInfo::new(url, 100)
        };
        all.update(vec![server("http://b", 40), server("http://c", 10)], now);
        let own = server("http://a", 40);
        let mut sent = BTreeMap::new();
        for _ in 0..60 {
            let best = all.relocate_player(own.clone(), now);
            assert_eq!(best.len(), 3, "with alternatives if the first one is full");
            *sent.entry(best[0].clone()).or_insert(0) += 1;
        }
        let sent = ["http://a", "http://b", "http://c"].map(|url| sent[url]);
        assert_eq!(sent, [10, 10, 40], "50 players on each in the end");
        // A player who has arrived is not counted twice.
        all.relocate_player(server("http://a", 50), now);
        assert!(all.known().expected_players <= 51);
        // Peers without a recent update are left out: all players stay here.
        let (later, before) = (now + SERVER_TTL * 2, all.known().expected_players);
        assert_eq!(all.relocate_player(own, later), ["http://a"]);
        assert_eq!(all.known().expected_players, before + 1);
        let full = server("http://a", 100);
        all.update(vec![server("http://b", 100)], now);
        assert_eq!(all.relocate_player(full, now), Vec::<String>::new());
    }
}
