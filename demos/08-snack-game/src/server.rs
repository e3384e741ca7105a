//! The server as a whole: who is born, who owns whom, and who goes last.

#[cfg(target_os = "linux")]
mod kept;

use crate::{
    audience, closing,
    directory::{self, Engine, Link, Memory, Question, clerk::Clerk},
    gateway::{self, Gateway},
    house::{self, House},
    net,
    options::Options,
    room::ToRoom,
    rooms::{QUESTIONS, Rooms, ToRooms},
    store::{self, Store},
};
use socket2::{Domain, Protocol, Socket, Type};
use std::{io, net::SocketAddr, sync::Arc, thread::JoinHandle as Thread, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::timeout,
};

/// Phones that may knock before anybody answers: a hall that scans one code, and a server's players coming back after a restart. Who finds
/// no place hears nothing and tries again a second later. Linux gives as many unless it is told otherwise, and the README has figures.
const BACKLOG: i32 = 4_096;

/// After the rooms have said goodbye, for the sockets to be read to their ends.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// After another process has taken over, for whoever is still answered by this one.
#[cfg(target_os = "linux")]
const HTTP: Duration = Duration::from_secs(2);

/// A running server.
#[derive(Debug)]
pub struct Server {
    gateway: Gateway,
    door: JoinHandle<()>,
    rooms: JoinHandle<()>,
    peers: JoinHandle<()>,
    clerk: JoinHandle<()>,
    store: Thread<()>,
    closing: watch::Sender<bool>,
}

impl Server {
    /// Opens the store and the door.
    ///
    /// # Errors
    /// A sentence for whoever started it.
    pub async fn start(options: Options) -> Result<Self, String> {
        let engine = Self::engine(&options)?;
        Self::start_in(options, engine).await
    }

    /// The directory that was asked for.
    fn engine(options: &Options) -> Result<Engine, String> {
        Ok(match &options.directory {
            Some(url) => Engine::Redis(Box::new(Link::to(url)?)),
            None => Engine::Here(Memory::default()),
        })
    }

    /// The same, with others in this directory.
    ///
    /// # Errors
    /// A sentence for whoever started it.
    pub async fn start_in(mut options: Options, engine: Engine) -> Result<Self, String> {
        let folder = options
            .data
            .clone()
            .map_or_else(store::default_folder, Ok)?;
        let listener = door(options.listen)?;
        let in_vain = |error| no_door(options.listen, &error);
        let address = listener.local_addr().map_err(in_vain)?;
        let listener = TcpListener::from_std(listener).map_err(in_vain)?;
        let (store, thread) = Store::open(&folder)?;
        options.public.get_or_insert_with(|| own(address));
        options.data = Some(folder.clone());
        let house = Arc::new(House::new(options, store));
        let mut rooms = Rooms::new(Arc::clone(&house));
        // The store is ours by now, and with it the folder: no other server writes there, or reads what is left there.
        closing::reopen(&folder, &house, &mut rooms);
        Ok(Self::open(house, rooms, listener, address, thread, engine))
    }

    /// Begins to serve.
    pub(crate) fn open(
        house: Arc<House>,
        rooms: Rooms,
        listener: impl Into<net::TcpListener> + Send + 'static,
        address: SocketAddr,
        store: Thread<()>,
        engine: Engine,
    ) -> Self {
        if house.options.directory.is_some() && address.ip().is_loopback() {
            tracing::info!(
                url = house.neighbours.own(),
                "the other servers send players there, which is this machine only"
            );
        }
        let (way, inbox) = mpsc::channel(QUESTIONS);
        let (closing, is_closing) = watch::channel(false);
        let rooms = tokio::spawn(rooms.run(inbox));
        let (directory, questions) = mpsc::channel(directory::QUESTIONS);
        let clerk = tokio::spawn(Clerk::new(Arc::clone(&house), engine).run(questions));
        let gateway = Gateway {
            house,
            rooms: way,
            directory,
            address,
        };
        let door = tokio::spawn(gateway::welcome(listener, gateway.clone(), is_closing));
        let peers = tokio::spawn(gateway::ask_peers(Arc::clone(&gateway.house)));
        Self {
            gateway,
            door,
            rooms,
            peers,
            clerk,
            store,
            closing,
        }
    }

    /// Stops after the next tick of every room, with everybody in: another process goes on. Whoever is answered by HTTP just now is.
    #[cfg(target_os = "linux")]
    pub async fn hand_over(self, kept: &crate::kept::Kept) {
        self.gateway.house.drain();
        let _ = self.closing.send(true); // The door has gone already if nobody hears.
        let house = Arc::clone(&self.gateway.house);
        if timeout(LAST_WORDS, house.nobody_enters()).await.is_err() {
            tracing::warn!("somebody took too long to come in");
        }
        // What is dropped from here on goes on elsewhere: nothing of it is to be forgotten.
        kept.be_mute();
        let _unless_gone = self.gateway.rooms.send(ToRooms::HandOver).await;
        let _ = self.rooms.await;
        self.peers.abort();
        self.clerk.abort(); // Without a goodbye to the directory: the server goes on.
        let _ = self.door.await;
        let _ = self.peers.await;
        kept.done();
        // The next one goes on from here; its store waits until this one lets go. What keeps it open are the house's owners, and those who
        // are answered just now: they need no store.
        let store = self.store;
        let written = tokio::task::spawn_blocking(move || {
            house.store.close(); // Which waits, too, if the disk hangs and all places are taken.
            store.join()
        });
        if timeout(LAST_WORDS, written).await.is_err() {
            tracing::warn!("the disk took too long; what was told to be stored is");
        }
        let _ = timeout(HTTP, self.closing.closed()).await;
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

    /// Ends it well: nobody new, each round to its end or to the deadline, what was won is stored, everybody is told and read to the end, and
    /// what they come back to is written down for the next start.
    /// The door answers until the last room has closed, so that a page can ask what is going on.
    pub async fn drain(self) {
        let within = self.gateway.house.options.drain;
        self.gateway.house.drain();
        tracing::info!(
            seconds = within.as_secs(),
            players = self.gateway.house.players(),
            "draining"
        );
        let until = house::now() + within;
        let _unless_gone = self.gateway.rooms.send(ToRooms::Drain { until }).await;
        let patience = within + LAST_WORDS;
        if timeout(patience, self.rooms).await.is_err() {
            tracing::warn!("a room did not close in time");
        }
        self.peers.abort();
        leave_behind(&self.gateway.house).await;
        let _unless_gone = self.gateway.directory.try_send(Question::Leave);
        let _ = self.closing.send(true); // The door has gone already if nobody hears.
        let _ = timeout(LAST_WORDS, self.door).await;
        let _ = self.peers.await;
        let clerk = self.clerk.abort_handle();
        if timeout(directory::DEADLINE * 3, self.clerk).await.is_err() {
            clerk.abort(); // The others will learn of it within its TTL.
        }
        // What waits for the disk is written before the last one who could add to it is gone.
        drop(self.gateway);
        let store = self.store;
        let written = tokio::task::spawn_blocking(move || store.join());
        if timeout(LAST_WORDS, written).await.is_err() {
            tracing::warn!("the disk took too long; what was told to be stored is");
        }
    }
}

/// Writes down what the rooms are, for the next process on the same folder.
async fn leave_behind(house: &House) {
    let (Some(folder), rooms) = (house.options.data.clone(), house.left_behind()) else {
        return;
    };
    if rooms.is_empty() {
        return;
    }
    let when = house.store.wall().since_1970();
    let writing = tokio::task::spawn_blocking(move || closing::write(&folder, when, &rooms));
    let written = match timeout(LAST_WORDS, writing).await {
        Ok(Ok(written)) => written,
        _ => Err(io::ErrorKind::TimedOut.into()),
    };
    if let Err(error) = written {
        house.leave_nothing_behind();
        tracing::error!(%error, "cannot write down who sits where: after the restart everybody is a new player");
    }
}

/// The door, which nobody has come through yet.
///
/// # Errors
/// A sentence: it cannot be opened.
pub fn door(address: SocketAddr) -> Result<std::net::TcpListener, String> {
    listen(address).map_err(|error| no_door(address, &error))
}

fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // After a restart the old connections still linger; elsewhere than on Windows that is what this is for.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Where the others send players, unless told otherwise.
fn own(address: SocketAddr) -> String {
    audience::url(address).trim_end_matches('/').to_owned()
}

fn no_door(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{address} is taken: another program listens there. Choose another with --listen, such as --listen 127.0.0.1:0 for any that is free"
        ),
        io::ErrorKind::AddrNotAvailable => {
            format!("{address} is not an address of this machine. Choose another with --listen")
        }
        io::ErrorKind::PermissionDenied => format!(
            "{address} is not for everybody: ports below 1024 want privileges. Choose another with --listen"
        ),
        _ => format!("cannot listen on {address}: {error}"),
    }
}
