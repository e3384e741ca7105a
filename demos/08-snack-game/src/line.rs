//! A connection after its handshake: one socket, read by its own small task and written by its room alone.

use crate::{
    gateway::limits::Permit,
    house,
    kept::Held,
    net::{TcpStream, hand},
};
use std::{
    net::{IpAddr, Shutdown},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// Unacknowledged for so long, the kernel gives a connection up by itself.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// What the reader and the room share of a connection.
#[derive(Debug)]
pub struct Line {
    /// Counted from 1 in each server.
    pub id: u64,
    /// The far end.
    pub peer: IpAddr,
    pub(crate) stream: TcpStream,
    /// When something was heard, in milliseconds after `opened`.
    heard: AtomicU32,
    opened: Instant,
    /// Given back when the last one who knows this connection forgets it.
    _permit: Option<Permit>,
    /// This connection shall outlive the process.
    pub(crate) held: Option<Box<Held>>,
}

impl Line {
    /// Takes a socket that has changed protocols; the kernel `holds` so many bytes for it.
    pub fn new(
        id: u64,
        peer: IpAddr,
        stream: impl Into<TcpStream>,
        permit: Option<Permit>,
        holds: usize,
    ) -> Self {
        let stream = stream.into();
        let socket = hand(&stream);
        // A tick must not wait for the next one. What a kernel does not know, it does without.
        let _ = socket.set_tcp_nodelay(true);
        let _ = socket.set_send_buffer_size(holds);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let _ = UNACKNOWLEDGED;
        Self {
            id,
            peer,
            stream,
            heard: AtomicU32::new(0),
            opened: house::now(),
            _permit: permit,
            held: None,
        }
    }

    /// It shall outlive the process.
    pub fn is_held(mut self, held: Option<Held>) -> Self {
        self.held = held.map(Box::new);
        self
    }

    /// Opened by a process that died, so long ago; and for so long it has been silent.
    pub fn opened_before(mut self, age: Duration, silent: Duration) -> Self {
        let now = house::now();
        self.opened = now.checked_sub(age).unwrap_or(now);
        let heard = age.saturating_sub(silent).as_millis() as u32;
        self.heard = AtomicU32::new(heard);
        self
    }

    /// The far end lives. When that was, in milliseconds after the connection was opened.
    pub fn hears(&self) -> u32 {
        let after = (house::now() - self.opened).as_millis() as u32;
        self.heard.store(after, Ordering::Relaxed);
        after
    }

    /// For how long nothing was heard.
    pub fn silent_for(&self, now: Instant) -> Duration {
        let heard = Duration::from_millis(self.heard.load(Ordering::Relaxed).into());
        now.saturating_duration_since(self.opened + heard)
    }

    /// How long it has been open.
    pub fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.opened)
    }

    /// Nothing more will be written; what comes is still read.
    pub(crate) fn finish(&self) {
        let _gone_already = hand(&self.stream).shutdown(Shutdown::Write);
    }

    /// Ends it both ways: its reader finds the end at once.
    pub fn hang_up(&self) {
        let _gone_already = hand(&self.stream).shutdown(Shutdown::Both);
    }
}
