//! The server as a whole: which tasks start, who owns which, and in which order they end.

mod error;
#[cfg(target_os = "linux")]
mod handover;
mod listener;
mod shutdown;

#[cfg(target_os = "linux")]
pub use error::CannotContinue;
pub use error::StartError;
pub use listener::{ListenError, listen};

use crate::{
    cluster::{self, Backend, MemoryBackend, NotARedisUrl, RedisBackend, client::ClusterClient},
    gateway::{self, Gateway},
    metrics::carried::{After, Carried},
    net, operator_token,
    options::Options,
    room::ToRoom,
    rooms::{QUESTIONS, Rooms, ToRooms},
    server_state::ServerState,
    snapshot_file,
    store::{self, Store},
};
use std::{net::SocketAddr, path::Path, sync::Arc, thread::JoinHandle as Thread};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// File descriptors that are not connections: the store, the listener, the runtime, the log.
pub const OTHER_DESCRIPTORS: u64 = 64;

/// A running server.
#[derive(Debug)]
pub struct Server {
    gateway: Gateway,
    accepting: JoinHandle<()>,
    rooms: JoinHandle<()>,
    peer_seats: JoinHandle<()>,
    cluster_client: JoinHandle<()>,
    store: Thread<()>,
    /// `true` stops the gateway.
    shutdown: watch::Sender<bool>,
}

impl Server {
    /// Opens the store and the listener, restores the rooms of the last shutdown, and serves.
    ///
    /// # Errors
    /// Why it cannot start.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let backend = Self::backend(&options)?;
        Self::start_in(options, backend).await
    }

    /// The cluster backend that the options name.
    fn backend(options: &Options) -> Result<Backend, NotARedisUrl> {
        Ok(match &options.directory {
            Some(url) => Backend::Redis(Box::new(RedisBackend::new(url)?)),
            None => Backend::Memory(MemoryBackend::default()),
        })
    }

    /// Like [`start`](Self::start), with a cluster backend that other servers share.
    ///
    /// # Errors
    /// Why it cannot start.
    pub async fn start_in(mut options: Options, backend: Backend) -> Result<Self, StartError> {
        let folder = options
            .data
            .clone()
            .map_or_else(store::default_folder, Ok)?;
        let listener = listen(options.listen)?;
        let failed = |error| ListenError::new(options.listen, error);
        let address = listener.local_addr().map_err(failed)?;
        let listener = TcpListener::from_std(listener).map_err(failed)?;
        let (store, thread) = Store::open(&folder)?;
        options.data = Some(folder.clone());
        operator_token::settle(&mut options, &folder);
        let state = Arc::new(ServerState::new(options, address, store));
        continue_counts(&state, &folder);
        let mut rooms = Rooms::new(Arc::clone(&state));
        // The store is locked by now, and with it the folder: no other server writes or reads the
        // restart file.
        snapshot_file::restore(&folder, &state, &mut rooms);
        Ok(Self::serve(
            state, rooms, listener, address, thread, backend,
        ))
    }

    /// Starts all tasks.
    pub(crate) fn serve(
        state: Arc<ServerState>,
        rooms: Rooms,
        listener: impl Into<net::TcpListener> + Send + 'static,
        address: SocketAddr,
        store: Thread<()>,
        backend: Backend,
    ) -> Self {
        if state.options.directory.is_some() && address.ip().is_loopback() {
            tracing::info!(
                url = state.cluster.peers.own_url(),
                "the other servers send players to this URL, which only this machine can open"
            );
        }
        let (to_rooms, inbox) = mpsc::channel(QUESTIONS);
        let (shutdown, is_shutdown) = watch::channel(false);
        let rooms = tokio::spawn(rooms.run(inbox));
        let (cluster, requests) = mpsc::channel(cluster::MAX_PENDING_REQUESTS);
        let cluster_client =
            tokio::spawn(ClusterClient::new(Arc::clone(&state), backend).run(requests));
        let gateway = Gateway {
            state,
            rooms: to_rooms,
            cluster,
            address,
            proxies: Arc::default(),
        };
        let accepting = gateway::accept(listener, gateway.clone(), is_shutdown);
        let accepting = tokio::spawn(accepting);
        let peer_seats = tokio::spawn(gateway::watch_peers(Arc::clone(&gateway.state)));
        Self {
            gateway,
            accepting,
            rooms,
            peer_seats,
            cluster_client,
            store,
            shutdown,
        }
    }

    /// The address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.gateway.address
    }

    /// The state that the server's tasks share.
    pub fn state(&self) -> &Arc<ServerState> {
        &self.gateway.state
    }

    /// Makes a room panic, for tests and for the stage.
    pub async fn make_room_panic(&self, room: &str) {
        let (reply, answer) = oneshot::channel();
        let room = room.to_owned();
        if self
            .gateway
            .rooms
            .send(ToRooms::Enter {
                room,
                from: None,
                reply,
            })
            .await
            .is_ok()
            && let Ok(Ok(inbox)) = answer.await
        {
            let _unless_closed = inbox.send(ToRoom::Panic).await;
        }
    }
}

/// Continues with the counts of the last graceful shutdown on this folder.
fn continue_counts(state: &ServerState, folder: &Path) {
    if let Some(counts) = Carried::take(folder) {
        state.metrics.continue_from(&counts, After::Shutdown);
    }
}
