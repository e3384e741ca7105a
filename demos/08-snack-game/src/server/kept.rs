//! A server that goes on from where a process before it was.

use super::Server;
use crate::{
    closing,
    house::House,
    kept::{Held, Kept},
    line::Line,
    options::Options,
    room::{Keeps, LineBefore},
    rooms::Rooms,
    store::{self, Store},
};
use bytes::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
};
use supervisor::{resume::Resume, tcp_info::Counters, worker::Inherited};
use tokio::net::{TcpListener, TcpStream};

impl Server {
    /// Looks at what a room wrote down: could this program go on from there?
    ///
    /// # Errors
    /// A sentence: it could not.
    pub fn can_go_on(name: &str, memory: OwnedFd) -> Result<(), String> {
        crate::room::look_at(memory)
            .map_err(|why| format!("cannot go on with the room {name}: {why}"))
    }

    /// Goes on with everything that the keeper holds.
    ///
    /// # Errors
    /// A sentence for whoever started it.
    pub async fn go_on(
        mut options: Options,
        kept: Arc<Kept>,
        given: Inherited,
    ) -> Result<Self, String> {
        let folder = options
            .data
            .clone()
            .map_or_else(store::default_folder, Ok)?;
        let listener = std::net::TcpListener::from(given.listener);
        let listener = listener
            .set_nonblocking(true)
            .and_then(|()| TcpListener::from_std(listener));
        let listener = listener.map_err(|error| format!("cannot listen: {error}"))?;
        let address = listener.local_addr();
        let address = address.map_err(|error| format!("cannot listen: {error}"))?;
        options.public.get_or_insert_with(|| super::own(address));
        options.data = Some(folder.clone());
        let backend = Self::backend(&options)?;
        let (store, thread) = match given.workers_before {
            0 => Store::open(&folder)?,
            _ => Store::go_on(&folder).map_err(|error| format!("cannot keep scores: {error}"))?,
        };
        let mut house = House::new(options, store);
        house.kept = Some(Arc::clone(&kept));
        let ids = given.snapshots.keys().chain(given.connections.keys());
        house.lines_up_to(ids.max().copied().unwrap_or(0));
        let house = Arc::new(house);
        let mut rooms = Rooms::new(Arc::clone(&house));
        let mut lines = Lines {
            house: Arc::clone(&house),
            kept: Arc::clone(&kept),
            left: given.connections,
        };
        if given.snapshots.is_empty() {
            // The keeper, too, may have ended in order, and was started again.
            closing::reopen(&folder, &house, &mut rooms);
        }
        let lost = lines.reopen(given.snapshots, &mut rooms);
        let seated = house.players();
        let fresh = lines.let_in(&lost, &mut rooms).await;
        let players = seated.max(house.players());
        if given.workers_before > 0 {
            tracing::info!(
                players,
                just_came = fresh,
                workers_before = given.workers_before,
                "goes on"
            );
        }
        Ok(Self::open(house, rooms, listener, address, thread, backend))
    }
}

/// The sockets that nobody has found yet.
struct Lines {
    house: Arc<House>,
    kept: Arc<Kept>,
    /// By their numbers, with the names of their rooms.
    left: BTreeMap<u64, (String, OwnedFd)>,
}

impl Lines {
    /// Opens the rooms that were written down, each with its lines. The names of those that cannot
    /// be read.
    fn reopen(
        &mut self,
        given: BTreeMap<u64, (String, OwnedFd)>,
        rooms: &mut Rooms,
    ) -> BTreeSet<String> {
        let house = Arc::clone(&self.house);
        let mut lost = BTreeSet::new();
        for (id, (name, memory)) in given {
            match Keeps::read(&self.kept, id, memory) {
                Ok(None) => {}
                Ok(Some((state, keeps))) => {
                    let (room, desk) = state.room(&house, Some(keeps), |before| self.find(before));
                    rooms.reopen(room, desk);
                }
                Err(why) => {
                    tracing::error!(name, why, "a room is lost: it begins anew");
                    lost.insert(name);
                }
            }
        }
        lost
    }

    /// Whoever is in no room's memory came in after it was written: nothing of what they said was
    /// heard. How many.
    async fn let_in(mut self, lost: &BTreeSet<String>, rooms: &mut Rooms) -> usize {
        let mut fresh = 0;
        for (id, (room, fd)) in mem::take(&mut self.left) {
            if lost.contains(&room) {
                self.kept.forget_connection(id);
                continue; // Nobody knows how far they were: they come back by themselves.
            }
            if let Some(line) = self.fresh(id, fd) {
                rooms.arrives(&room, Arc::new(line)).await;
                fresh += 1;
            }
        }
        fresh
    }

    /// A line that some room knows, and what is to be done for it before it goes on. `None`: it
    /// ended meanwhile.
    fn find(&mut self, before: &LineBefore) -> Option<(Line, Resume)> {
        let (id, mark) = (before.id, before.mark);
        let (_, fd) = self.left.remove(&id)?;
        let counts = self.kept.counters(fd.as_fd());
        let rest = counts.as_ref().ok().and_then(|counts| mark.resume(*counts));
        let Some(rest) = rest else {
            tracing::info!(
                line = id,
                ?counts,
                ?mark,
                "cannot go on: it ended meanwhile"
            );
            self.kept.forget_connection(id);
            return None;
        };
        let line = self.line(id, fd, Counters::default())?;
        Some((line.opened_before(before.age, before.silent), rest))
    }

    /// A line that no room has heard of yet. `None`: it ended meanwhile.
    fn fresh(&mut self, id: u64, fd: OwnedFd) -> Option<Line> {
        match self.kept.counters(fd.as_fd()) {
            Ok(counts) => self.line(id, fd, counts),
            Err(_over) => {
                self.kept.forget_connection(id);
                None
            }
        }
    }

    /// This socket as a line, which was there before this process was.
    fn line(&self, id: u64, fd: OwnedFd, base: Counters) -> Option<Line> {
        let held = Held::new(&self.kept, id, base, Bytes::new());
        let stream = std::net::TcpStream::from(fd);
        let stream = stream
            .set_nonblocking(true)
            .and_then(|()| TcpStream::from_std(stream))
            .ok()?;
        let peer = stream.peer_addr().ok()?.ip().to_canonical();
        let holds = self.house.options.kernel_holds;
        // It was let in by the process before: it is not counted among those who knock.
        Some(Line::new(id, peer, stream, None, holds).is_held(Some(held)))
    }
}
