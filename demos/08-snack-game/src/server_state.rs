//! State that the rooms, the gateway and the cluster client of one server share.

use crate::{
    admission::Admission,
    clock::now,
    cluster::{FailureDetector, HeldSeats, Peers, ServerInfo},
    handover::Supervisor,
    metrics::Metrics,
    options::Options,
    store::Store,
    sync::lock,
};
use bytes::Bytes;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Instant,
};
use web_server::join;

/// What the tasks of one server share. Only counters and short lists change in here; every decision
/// belongs to one task.
#[derive(Debug)]
pub struct ServerState {
    /// The command-line options.
    pub options: Options,
    /// Counters for Prometheus.
    pub metrics: Metrics,
    /// Where scores and rounds are stored.
    pub store: Store,
    /// When the server was started.
    pub started: Instant,
    /// The process that holds sockets and snapshots while this one is replaced. `None`: when this
    /// process ends, every client has to reconnect.
    pub supervisor: Option<Arc<Supervisor>>,
    /// Seats and handshakes.
    pub admission: Admission,
    /// The other servers.
    pub cluster: ClusterState,
    /// Snapshots of closed rooms.
    pub closed_rooms: ClosedRooms,
}

/// What this server knows about the others.
#[derive(Debug)]
pub struct ClusterState {
    /// The servers of the cluster.
    pub peers: Arc<Peers>,
    /// Seats that this server holds.
    pub held_seats: HeldSeats,
    /// Which peers may be dead.
    pub failure_detector: FailureDetector,
    /// Servers named with `--peers` that have a free seat.
    open_named: Mutex<Arc<[String]>>,
}

/// Snapshots of the rooms that have closed, for the process that is started next.
#[derive(Debug, Default)]
pub struct ClosedRooms(Mutex<Vec<Bytes>>);

impl ServerState {
    /// The state of a server without players that listens on this address.
    pub fn new(options: Options, listens: SocketAddr, store: Store) -> Self {
        let own = options
            .public
            .as_ref()
            .map(|public| public.base().to_owned());
        let own = own.unwrap_or_else(|| join::url(listens).trim_end_matches('/').to_owned());
        let metrics = Metrics::new(&store);
        Self {
            cluster: ClusterState::new(&own, &metrics),
            metrics,
            store,
            started: now(),
            supervisor: None,
            admission: Admission::new(options.max_players),
            closed_rooms: ClosedRooms::default(),
            options,
        }
    }

    /// The URL that a phone opens: that of `--public`, or the one of this machine's network at this
    /// moment.
    pub fn join_url(&self, listens: SocketAddr) -> String {
        let public = self.options.public.as_ref();
        public.map_or_else(|| join::url(listens), |it| format!("{}/", it.base()))
    }

    /// What this server tells the others about itself.
    pub fn server_info(&self) -> ServerInfo {
        ServerInfo {
            players: self.admission.players(),
            draining: self.admission.is_draining(),
            ..ServerInfo::new(self.cluster.peers.own_url(), self.options.max_players)
        }
    }

    /// Microseconds since 1970, as the wire protocol sends them.
    pub fn unix_micros(&self) -> u64 {
        self.store.wall().since_1970().as_micros() as u64
    }
}

impl ClusterState {
    fn new(own_url: &str, metrics: &Metrics) -> Self {
        let peers = Arc::new(Peers::new(own_url));
        let found_dead = metrics.servers_found_dead.clone();
        Self {
            failure_detector: FailureDetector::new(Arc::clone(&peers), found_dead),
            peers,
            held_seats: HeldSeats::default(),
            open_named: Mutex::default(),
        }
    }

    /// URLs of other servers that had a free seat a moment ago: those of the cluster first, the
    /// least loaded before the others, then those named with `--peers`.
    pub fn servers_with_free_seats(&self) -> Vec<String> {
        let mut all = self.peers.redirect_newcomer(now());
        let named = Arc::clone(&lock(&self.open_named));
        for url in named.iter() {
            if !all.contains(url) {
                all.push(url.clone());
            }
        }
        all
    }

    /// Replaces the list of `--peers` that have a free seat.
    pub fn set_open_named(&self, urls: Vec<String>) {
        *lock(&self.open_named) = urls.into();
    }
}

impl ClosedRooms {
    /// Adds the snapshot of a room that has closed.
    pub(crate) fn push(&self, snapshot: Bytes) {
        lock(&self.0).push(snapshot);
    }

    /// All snapshots.
    pub(crate) fn all(&self) -> Vec<Bytes> {
        lock(&self.0).clone()
    }

    /// Forgets all snapshots: they could not be written.
    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}
