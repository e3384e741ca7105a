//! The worker's side: what it tells its supervisor, and what it gets from it.

use crate::{
    error::InheritError,
    ipc::{Channel, Kind, Message},
    tcp_info::{Counters, SockDiag},
};
use lock::lock;
use std::{
    collections::BTreeMap,
    io,
    net::TcpStream,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// The descriptors that a worker gets when it starts to serve.
#[derive(Debug)]
pub struct Inherited {
    /// The listening socket.
    pub listener: OwnedFd,
    /// For each room its name and its snapshot, by number.
    pub snapshots: BTreeMap<u64, (String, OwnedFd)>,
    /// For each player the room's name and the socket, by number.
    pub connections: BTreeMap<u64, (String, OwnedFd)>,
    /// How many workers there were before this one.
    pub workers_before: u64,
}

/// The worker's connection to its supervisor. Several tasks use it at the same time.
#[derive(Debug)]
pub struct SupervisorHandle {
    channel: Mutex<Channel>,
    sock_diag: Mutex<SockDiag>,
    /// Nothing is sent any more: the supervisor is gone, or another worker serves.
    silent: AtomicBool,
}

/// What the supervisor asks of a worker that serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Stop after the next tick: another worker takes over.
    HandOver,
    /// Shut down gracefully.
    ShutDown,
    /// The supervisor has ended, and asks nothing any more.
    Gone,
}

impl SupervisorHandle {
    /// Connects to the supervisor, which holds the other end of standard input. The second value is
    /// for the thread that receives.
    ///
    /// # Errors
    /// Standard input is not such a socket, or this kernel does not report socket counters.
    pub fn from_stdin() -> io::Result<(Self, Channel)> {
        let end = io::stdin().as_fd().try_clone_to_owned()?;
        let channel = Channel::from_fd(end)?;
        let receiver = channel.try_clone()?;
        let handle = Self {
            channel: Mutex::new(channel),
            sock_diag: Mutex::new(SockDiag::open()?),
            silent: AtomicBool::new(false),
        };
        Ok((handle, receiver))
    }

    /// Receives the descriptors. If the supervisor asks for a check first, `check` gets each room's
    /// name and snapshot, and returns why this program cannot read it.
    ///
    /// # Errors
    /// If a snapshot cannot be read, or the supervisor is gone.
    pub fn inherit<E>(
        &self,
        receiver: &Channel,
        mut check: impl FnMut(&str, OwnedFd) -> Result<(), E>,
    ) -> Result<Inherited, InheritError<E>> {
        let (mut snapshots, mut connections) = (BTreeMap::new(), BTreeMap::new());
        let mut listener = None;
        loop {
            let received = receiver.recv().map_err(InheritError::Broken)?;
            let (Message { kind, id, name }, fd) = received.ok_or(InheritError::Gone)?;
            match (kind, fd) {
                (Kind::Snapshot, Some(fd)) => drop(snapshots.insert(id, (name, fd))),
                (Kind::Connection, Some(fd)) => drop(connections.insert(id, (name, fd))),
                (Kind::Listener, Some(fd)) => listener = Some(fd),
                (Kind::Check, _) => {
                    for (_, (name, snapshot)) in std::mem::take(&mut snapshots) {
                        check(&name, snapshot).map_err(InheritError::Snapshot)?;
                    }
                    self.send(&Kind::Ready.into(), None);
                }
                (Kind::Serve, _) => {
                    return Ok(Inherited {
                        listener: listener.ok_or(InheritError::NoListener)?,
                        snapshots,
                        connections,
                        workers_before: id,
                    });
                }
                _ => {}
            }
        }
    }

    /// Waits for the supervisor's next request.
    pub fn next_request(receiver: &Channel) -> Request {
        loop {
            match receiver.recv() {
                Ok(Some((message, _))) if message.kind == Kind::HandOver => {
                    return Request::HandOver;
                }
                Ok(Some((message, _))) if message.kind == Kind::ShutDown => {
                    return Request::ShutDown;
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return Request::Gone,
            }
        }
    }

    /// Gives the supervisor a copy of a room's snapshot.
    pub fn hold_snapshot(&self, id: u64, room: &str, snapshot: BorrowedFd<'_>) {
        self.send(&Message::named(Kind::Snapshot, id, room), Some(snapshot));
    }

    /// Gives the supervisor a copy of a player's socket, and returns the socket's counters.
    ///
    /// # Errors
    /// The connection has ended.
    pub fn hold_connection(
        &self,
        id: u64,
        room: &str,
        stream: BorrowedFd<'_>,
    ) -> io::Result<Counters> {
        let counters = self.counters(stream)?;
        self.send(&Message::named(Kind::Connection, id, room), Some(stream));
        Ok(counters)
    }

    /// Reads a connection's counters.
    ///
    /// # Errors
    /// The connection has ended.
    pub fn counters(&self, stream: BorrowedFd<'_>) -> io::Result<Counters> {
        let stream = TcpStream::from(stream.try_clone_to_owned()?);
        let sock_diag = lock(&self.sock_diag);
        sock_diag.counters(&stream)
    }

    /// Lets the supervisor close its copy of a room's snapshot.
    pub fn forget_snapshot(&self, id: u64) {
        self.send(&Message::with_id(Kind::ForgetSnapshot, id), None);
    }

    /// Lets the supervisor close its copy of a player's socket.
    pub fn forget_connection(&self, id: u64) {
        self.send(&Message::with_id(Kind::ForgetConnection, id), None);
    }

    /// Reports that this worker has begun to shut down.
    pub fn report_shutdown(&self) {
        self.send(&Kind::ShutDown.into(), None);
    }

    /// Reports that this worker has served for a while, and sends its program: the supervisor
    /// starts that one again after a crash, even if the file on the disk has changed.
    pub fn report_alive(&self) {
        // Without it, the supervisor starts the program that is on the disk.
        let program = std::fs::File::open("/proc/self/exe").ok();
        self.send(&Kind::Alive.into(), program.as_ref().map(AsFd::as_fd));
    }

    /// Stops sending: a connection or room that ends from here on ends in this process alone, and
    /// the next worker keeps it.
    pub fn go_silent(&self) {
        self.silent.store(true, Ordering::Release);
    }

    fn send(&self, message: &Message, fd: Option<BorrowedFd<'_>>) {
        if self.silent.load(Ordering::Acquire) {
            return;
        }
        let channel = lock(&self.channel);
        if channel.send(message, fd).is_err() {
            self.go_silent(); // The thread that receives finds out that the supervisor is gone.
        }
    }

    /// Reports that this worker has stopped, as the last message of a handover.
    pub fn report_stopped(&self) {
        let channel = lock(&self.channel);
        let _unless_gone = channel.send(&Kind::Stopped.into(), None);
    }
}
