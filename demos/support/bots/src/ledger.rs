//! The counters of one bot: the bot alone writes them, any thread may read them.

use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use lock::lock;
use snack::Name;

/// The counters. They are not updated together: a snapshot may fall between two of them.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) name: Name,
    /// When the pending request was sent: microseconds of the crowd's clock, plus one. 0 if no
    /// request is pending.
    pub(crate) asked: AtomicU64,
    pub(crate) replies: Count,
    pub(crate) grabbed: Count,
    pub(crate) goodbyes: Count,
    pub(crate) missed: Count,
    pub(crate) garbage: Count,
    pub(crate) turned_away: Count,
    pub(crate) unreachable: Count,
    pub(crate) no_socket: Count,
    pub(crate) ended_by_server: Count,
    pub(crate) out_of_order: AtomicBool,
    /// A second handle of the bot's socket, so that [`close`](Self::close) can end its read: at
    /// once on Unix; on Windows, where a shutdown wakes no reader, when the read's time limit is
    /// over.
    socket: Mutex<Option<TcpStream>>,
}

/// A counter that never decreases.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: u64) {
        // A server that lies may send numbers of any size.
        let sum = self.get().saturating_add(more);
        self.0.store(sum, Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Ledger {
    pub(crate) fn new(name: Name) -> Self {
        Self {
            name,
            asked: AtomicU64::new(0),
            replies: Count::default(),
            grabbed: Count::default(),
            goodbyes: Count::default(),
            missed: Count::default(),
            garbage: Count::default(),
            turned_away: Count::default(),
            unreachable: Count::default(),
            no_socket: Count::default(),
            ended_by_server: Count::default(),
            out_of_order: AtomicBool::new(false),
            socket: Mutex::new(None),
        }
    }

    /// Sets the socket in use, or `None`. The thread that stops the crowd may be about to close it.
    pub(crate) fn hold(&self, socket: Option<TcpStream>) {
        *lock(&self.socket) = socket;
    }

    /// Closes the socket in use while the bot may be reading it.
    pub(crate) fn close(&self) {
        if let Some(socket) = &*lock(&self.socket) {
            // An error means that the socket is closed already.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}
