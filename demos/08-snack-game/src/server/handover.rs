//! Handover: a server continues where an earlier process stopped, with the sockets and snapshots
//! that the supervisor holds.

use super::{
    CannotContinue, Server, StartError, continue_counts,
    shutdown::{STEP_TIMEOUT, wait_for_store},
};
use crate::{
    connection::Connection,
    handover::{SupervisedSocket, Supervisor},
    metrics::{CARRIER, Memory, carried::After},
    operator_token,
    options::Options,
    room::{Handover, SavedPosition, SnapshotMemory, check_snapshot},
    rooms::{Rooms, ToRooms},
    server_state::ServerState,
    snapshot_file,
    store::{self, Store},
};
use bytes::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    net::IpAddr,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
    thread,
    time::Duration,
};
use supervisor::{resume::Resume, tcp_info::Counters, worker::Inherited};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    sync::watch,
    time::{interval, timeout},
};

/// How often the counts of the metrics are saved: what a crash costs them at most.
const SAVE_EVERY: Duration = Duration::from_millis(100);

/// How long HTTP requests may still be answered after another process has taken over.
const HTTP_TIMEOUT: Duration = Duration::from_secs(2);

impl Server {
    /// Checks that this program could continue from a room's snapshot.
    ///
    /// # Errors
    /// It could not: why.
    pub fn check_snapshot(name: &str, memory: OwnedFd) -> Result<(), CannotContinue> {
        if name == CARRIER {
            return Ok(()); // Counts that cannot be read are no reason to refuse a replacement.
        }
        check_snapshot(memory).map_err(|error| CannotContinue {
            room: name.to_owned(),
            error,
        })
    }

    /// Stops after the next tick of every room and keeps all connections open: another process
    /// takes over. HTTP requests in progress are answered.
    pub async fn hand_over(self, supervisor: &Supervisor) {
        let state = Arc::clone(&self.gateway.state);
        state.admission.drain();
        let _ = self.shutdown.send(true); // Fails if the gateway has ended already.
        let handshakes = state.admission.stop_handshakes();
        if timeout(STEP_TIMEOUT, handshakes).await.is_err() {
            tracing::warn!("a handshake did not end in time");
        }
        // What is dropped from here on must not be forgotten by the supervisor: the next process
        // needs it.
        supervisor.go_silent();
        let _unless_gone = self.gateway.rooms.send(ToRooms::HandOver).await;
        let _ = self.rooms.await;
        self.peer_seats.abort();
        self.cluster_client.abort(); // Does not leave the cluster: the server stays in it.
        let _ = self.accepting.await;
        let _ = self.peer_seats.await;
        state.metrics.close(); // The next process reads the counts.
        supervisor.report_stopped();
        // The next process waits until this one closes its store. HTTP requests in progress keep
        // the state alive, but they do not need the store.
        close_store(state.store.clone(), self.store).await;
        let _ = timeout(HTTP_TIMEOUT, self.shutdown.closed()).await;
    }

    /// Takes over everything that the supervisor holds, and serves.
    ///
    /// # Errors
    /// Why it cannot start.
    pub async fn take_over(
        mut options: Options,
        supervisor: Arc<Supervisor>,
        mut inherited: Inherited,
    ) -> Result<Self, StartError> {
        let folder = options
            .data
            .clone()
            .map_or_else(store::default_folder, Ok)?;
        let listener = std::net::TcpListener::from(inherited.listener);
        let listener = listener
            .set_nonblocking(true)
            .and_then(|()| TcpListener::from_std(listener));
        let listener = listener.map_err(StartError::Inherited)?;
        let address = listener.local_addr().map_err(StartError::Inherited)?;
        options.data = Some(folder.clone());
        let backend = Self::backend(&options)?;
        let (store, thread) = match inherited.workers_before {
            0 => Store::open(&folder)?,
            _ => Store::take_over(&folder).map_err(StartError::StoreThread)?,
        };
        // The folder is this server's own by now: no other one writes its token at the same time.
        operator_token::settle(&mut options, &folder);
        let mut state = ServerState::new(options, address, store);
        state.supervisor = Some(Arc::clone(&supervisor));
        let counts = take_counts(&mut inherited.snapshots);
        let ids = inherited
            .snapshots
            .keys()
            .chain(inherited.connections.keys());
        let last = ids.max().copied().unwrap_or(0);
        let last = counts.as_ref().map_or(last, |(id, _)| last.max(*id));
        state.admission.skip_connection_ids(last);
        let state = Arc::new(state);
        let mut rooms = Rooms::new(Arc::clone(&state));
        let mut sockets = Sockets {
            supervisor,
            send_buffer: state.options.send_buffer,
            left: inherited.connections,
        };
        if inherited.snapshots.is_empty() {
            // The supervisor may have been shut down gracefully, too, and started again.
            snapshot_file::restore(&folder, &state, &mut rooms);
        }
        if inherited.workers_before == 0 {
            continue_counts(&state, &folder);
        }
        let lost = sockets.resume_rooms(&state, inherited.snapshots, &mut rooms);
        let seated = state.admission.players();
        let new = sockets.connect_others(&lost, &mut rooms).await;
        let players = seated.max(state.admission.players());
        if inherited.workers_before > 0 {
            tracing::info!(
                players,
                new_connections = new,
                workers_before = inherited.workers_before,
                "took over from the worker before"
            );
        }
        state.metrics.set_generation(inherited.workers_before + 1);
        save_counts_in(&state, counts);
        let server = Self::serve(state, rooms, listener, address, thread, backend);
        tokio::spawn(save_counts(
            Arc::clone(server.state()),
            server.shutdown.subscribe(),
        ));
        Ok(server)
    }
}

/// Takes the memory with the counts of the metrics out of the snapshots, with its number.
fn take_counts(snapshots: &mut BTreeMap<u64, (String, OwnedFd)>) -> Option<(u64, OwnedFd)> {
    let (id, _) = snapshots.iter().find(|(_, (name, _))| name == CARRIER)?;
    let id = *id;
    snapshots.remove(&id).map(|(_, memory)| (id, memory))
}

/// Continues with the counts of the worker before, and saves them in the same memory; in new memory
/// if there is none that can be read.
fn save_counts_in(state: &ServerState, before: Option<(u64, OwnedFd)>) {
    let Some(supervisor) = &state.supervisor else {
        return;
    };
    let before = before.map(|(id, memory)| (id, Memory::take_over(memory)));
    let memory = match before {
        Some((_, Some((memory, counts)))) => {
            state.metrics.continue_from(&counts, After::Worker);
            Some(memory)
        }
        Some((id, None)) => {
            supervisor.forget_snapshot(id);
            Memory::new(supervisor, &state.admission)
        }
        None => Memory::new(supervisor, &state.admission),
    };
    if let Some(memory) = memory {
        state.metrics.save_in(memory);
    }
}

/// Saves the counts in every tick, until the server shuts down.
async fn save_counts(state: Arc<ServerState>, mut shutdown: watch::Receiver<bool>) {
    let mut ticks = interval(SAVE_EVERY);
    loop {
        select! {
            _ = shutdown.wait_for(|shutdown| *shutdown) => return,
            _ = ticks.tick() => drop(state.metrics.save()),
        }
    }
}

/// The sockets from the supervisor that are in no room yet.
struct Sockets {
    supervisor: Arc<Supervisor>,
    send_buffer: usize,
    /// By connection number, with the names of their rooms.
    left: BTreeMap<u64, (String, OwnedFd)>,
}

impl Sockets {
    /// Opens the rooms with a snapshot, each with its connections. Returns the names of those whose
    /// snapshot cannot be read.
    fn resume_rooms(
        &mut self,
        state: &Arc<ServerState>,
        given: BTreeMap<u64, (String, OwnedFd)>,
        rooms: &mut Rooms,
    ) -> BTreeSet<String> {
        let mut lost = BTreeSet::new();
        for (id, (name, memory)) in given {
            match SnapshotMemory::read(&self.supervisor, id, memory) {
                Ok(None) => {}
                Ok(Some((snapshot, memory))) => {
                    let (room, stats) = snapshot.resume(
                        state,
                        Handover {
                            snapshots: Some(memory),
                            find: &mut |position| self.find(position),
                        },
                    );
                    rooms.reopen(room, stats);
                }
                Err(error) => {
                    tracing::error!(name, %error, "room lost: it starts empty");
                    lost.insert(name);
                }
            }
        }
        lost
    }

    /// Connects the sockets that are in no snapshot: their clients came after it was written, and
    /// nothing that they sent was applied. Returns their number.
    async fn connect_others(mut self, lost: &BTreeSet<String>, rooms: &mut Rooms) -> usize {
        let mut new = 0;
        for (id, (room, fd)) in mem::take(&mut self.left) {
            if lost.contains(&room) {
                self.supervisor.forget_connection(id);
                continue; // What was applied is unknown. The client reconnects.
            }
            if let Some(connection) = self.new_connection(id, fd) {
                rooms.connect(&room, Arc::new(connection)).await;
                new += 1;
            }
        }
        new
    }

    /// The connection in a snapshot, and what the kernel did with it after the snapshot. `None` if
    /// it has ended.
    fn find(&mut self, saved: &SavedPosition) -> Option<(Connection, Resume)> {
        let (id, checkpoint) = (saved.id, saved.checkpoint);
        let (_, fd) = self.left.remove(&id)?;
        let counters = self.supervisor.counters(fd.as_fd());
        let done = counters.as_ref().ok().and_then(|it| checkpoint.resume(*it));
        let Some(done) = done else {
            tracing::info!(
                id,
                ?counters,
                ?checkpoint,
                "connection ended during the handover"
            );
            self.supervisor.forget_connection(id);
            return None;
        };
        let connection = self.connection(id, fd, saved.client, Counters::default())?;
        Some((connection.opened_before(saved.age, saved.silent), done))
    }

    /// A connection that is in no snapshot. `None` if it has ended.
    fn new_connection(&mut self, id: u64, fd: OwnedFd) -> Option<Connection> {
        match self.supervisor.counters(fd.as_fd()) {
            Ok(counters) => self.connection(id, fd, None, counters),
            Err(_over) => {
                self.supervisor.forget_connection(id);
                None
            }
        }
    }

    /// A connection that an earlier process accepted. `client` is its IP address if the socket does
    /// not tell, because a proxy is at its other end.
    fn connection(
        &self,
        id: u64,
        fd: OwnedFd,
        client: Option<IpAddr>,
        base: Counters,
    ) -> Option<Connection> {
        let socket = SupervisedSocket::new(&self.supervisor, id, base, Bytes::new());
        let stream = std::net::TcpStream::from(fd);
        let stream = stream
            .set_nonblocking(true)
            .and_then(|()| TcpStream::from_std(stream))
            .ok()?;
        let peer = stream.peer_addr().ok()?.ip().to_canonical();
        let peer = client.unwrap_or(peer);
        // An earlier process accepted it: it does not count for the limit of its IP address.
        let connection = Connection::new(id, peer, stream, None, self.send_buffer);
        Some(connection.with_supervisor(Some(socket)))
    }
}

/// Writes the results that wait, and closes the store, so that another process can open it. HTTP
/// requests are answered meanwhile.
async fn close_store(store: Store, thread: thread::JoinHandle<()>) {
    wait_for_store(move || {
        store.close(); // Blocks if the disk hangs and the queue is full.
        thread.join()
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{folder::Folder, store::Score};
    use std::time::Instant;

    #[tokio::test]
    async fn closing_a_store_with_a_full_queue_does_not_block_the_runtime() {
        let folder = Folder::new();
        let hall: Arc<str> = "hall".into();
        let (before, its_thread) = Store::open(folder.path()).expect("a new store");
        // It waits until the store before is closed, and takes nothing out of its queue meanwhile.
        let (store, thread) = Store::take_over(folder.path()).expect("a thread");
        let ann = Score {
            name: "ann".to_owned(),
            team: 0,
            points: 5,
        };
        assert!(store.keep_scores(&hall, store.wall().day(), vec![ann]));
        while store.keep_round(&hall, 1, Bytes::new()) {}
        // One thread runs both. If closing blocked it, the store before would never be closed, and
        // this one would give up waiting for it.
        let others = async {
            before.close();
            its_thread.join().expect("it was closed");
        };
        tokio::join!(close_store(store.clone(), thread), others);
        let until = Instant::now() + Duration::from_secs(60);
        while store.counts().0 == 0 {
            assert!(Instant::now() < until, "{:?}", store.counts());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(store.board(None).ever.len(), 1, "{:?}", store.counts());
    }
}
