//! One bot's own account: it alone writes, anybody may look.

use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use snack::Name;

/// Counters that belong together only loosely: a snapshot may fall between two of them.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) name: Name,
    /// Microseconds of the crowd's clock, plus one, since when an answer is awaited; 0: none is.
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
    /// The other handle of the socket that the bot reads, so that [`close`](Self::close) ends its wait: at once on
    /// Unix; on Windows, where a shutdown wakes no reader, when the read's time limit is over.
    socket: Mutex<Option<TcpStream>>,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: u64) {
        // A liar's numbers may be of any size.
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

    /// Puts down the socket in use, or none any more. Whoever stops the crowd may be about to close it.
    pub(crate) fn hold(&self, socket: Option<TcpStream>) {
        *self.socket.lock().unwrap_or_else(PoisonError::into_inner) = socket;
    }

    /// Closes the socket in use under the bot's hands.
    pub(crate) fn close(&self) {
        if let Some(socket) = &*self.socket.lock().unwrap_or_else(PoisonError::into_inner) {
            // An error says that it is closed already.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}
