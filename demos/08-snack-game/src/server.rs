//! The server as a whole: who is born, who owns whom, and who goes last.

mod door;
mod ends;
#[cfg(target_os = "linux")]
mod kept;

pub use door::door;

use crate::{
    audience, closing,
    cluster::{self, Backend, MemoryBackend, RedisBackend, client::ClusterClient},
    gateway::{self, Gateway},
    house::House,
    net,
    options::Options,
    room::ToRoom,
    rooms::{QUESTIONS, Rooms, ToRooms},
    store::{self, Store},
};
use std::{net::SocketAddr, sync::Arc, thread::JoinHandle as Thread};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// Descriptors that are no connections: the store, the listener, the runtime, the log.
pub const FILES_BESIDES: u64 = 64;

/// A running server.
#[derive(Debug)]
pub struct Server {
    gateway: Gateway,
    door: JoinHandle<()>,
    rooms: JoinHandle<()>,
    peers: JoinHandle<()>,
    cluster_client: JoinHandle<()>,
    store: Thread<()>,
    closing: watch::Sender<bool>,
}

impl Server {
    /// Opens the store and the door.
    ///
    /// # Errors
    /// A sentence for whoever started it.
    pub async fn start(options: Options) -> Result<Self, String> {
        let backend = Self::backend(&options)?;
        Self::start_in(options, backend).await
    }

    /// The directory that was asked for.
    fn backend(options: &Options) -> Result<Backend, String> {
        Ok(match &options.directory {
            Some(url) => Backend::Redis(Box::new(RedisBackend::new(url)?)),
            None => Backend::Memory(MemoryBackend::default()),
        })
    }

    /// The same, with others in this directory.
    ///
    /// # Errors
    /// A sentence for whoever started it.
    pub async fn start_in(mut options: Options, backend: Backend) -> Result<Self, String> {
        let folder = options
            .data
            .clone()
            .map_or_else(store::default_folder, Ok)?;
        let listener = door(options.listen)?;
        let in_vain = |error| door::no_door(options.listen, &error);
        let address = listener.local_addr().map_err(in_vain)?;
        let listener = TcpListener::from_std(listener).map_err(in_vain)?;
        let (store, thread) = Store::open(&folder)?;
        options.public.get_or_insert_with(|| own(address));
        options.data = Some(folder.clone());
        let house = Arc::new(House::new(options, store));
        let mut rooms = Rooms::new(Arc::clone(&house));
        // The store is ours by now, and with it the folder: no other server writes there, or reads
        // what is left there.
        closing::reopen(&folder, &house, &mut rooms);
        Ok(Self::open(house, rooms, listener, address, thread, backend))
    }

    /// Begins to serve.
    pub(crate) fn open(
        house: Arc<House>,
        rooms: Rooms,
        listener: impl Into<net::TcpListener> + Send + 'static,
        address: SocketAddr,
        store: Thread<()>,
        backend: Backend,
    ) -> Self {
        if house.options.directory.is_some() && address.ip().is_loopback() {
            tracing::info!(
                url = house.peers.own_url(),
                "the other servers send players there, which is this machine only"
            );
        }
        let (way, inbox) = mpsc::channel(QUESTIONS);
        let (closing, is_closing) = watch::channel(false);
        let rooms = tokio::spawn(rooms.run(inbox));
        let (cluster, requests) = mpsc::channel(cluster::MAX_PENDING_REQUESTS);
        let cluster_client =
            tokio::spawn(ClusterClient::new(Arc::clone(&house), backend).run(requests));
        let gateway = Gateway {
            house,
            rooms: way,
            cluster,
            address,
        };
        let door = tokio::spawn(gateway::welcome(listener, gateway.clone(), is_closing));
        let peers = tokio::spawn(gateway::ask_peers(Arc::clone(&gateway.house)));
        Self {
            gateway,
            door,
            rooms,
            peers,
            cluster_client,
            store,
            closing,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.gateway.address
    }

    /// What all of it shares.
    pub fn house(&self) -> &Arc<House> {
        &self.gateway.house
    }

    /// For tests, and for a stage: this room panics.
    pub async fn make_fall(&self, room: &str) {
        let (reply, answer) = oneshot::channel();
        let room = room.to_owned();
        if self
            .gateway
            .rooms
            .send(ToRooms::Enter { room, reply })
            .await
            .is_ok()
            && let Ok(Some(way)) = answer.await
        {
            let _unless_closed = way.send(ToRoom::Fall).await;
        }
    }
}

/// Where the others send players, unless told otherwise.
fn own(address: SocketAddr) -> String {
    audience::url(address).trim_end_matches('/').to_owned()
}
