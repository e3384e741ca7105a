//! A connection after its handshake: one socket, read by its own small task and written by its room alone.

use crate::gateway::limits::Permit;
use bytes::{Buf, Bytes};
use socket2::SockRef;
use std::{
    collections::VecDeque,
    io::ErrorKind,
    net::{IpAddr, Shutdown},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// Unacknowledged for so long, the kernel gives a connection up by itself.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// Answers that may wait for a phone. It asks for them itself; more are not given.
const ANSWERS_WAITING: usize = 8;

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
}

impl Line {
    /// Takes a socket that has changed protocols; the kernel `holds` so many bytes for it.
    pub fn new(
        id: u64,
        peer: IpAddr,
        stream: TcpStream,
        permit: Option<Permit>,
        holds: usize,
    ) -> Self {
        let socket = SockRef::from(&stream);
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
            opened: Instant::now(),
            _permit: permit,
        }
    }

    /// The far end lives.
    pub fn hears(&self) {
        let after = self.opened.elapsed().as_millis() as u32;
        self.heard.store(after, Ordering::Relaxed);
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
    fn finish(&self) {
        let _gone_already = SockRef::from(&self.stream).shutdown(Shutdown::Write);
    }

    /// Ends it both ways: its reader finds the end at once.
    pub fn hang_up(&self) {
        let _gone_already = SockRef::from(&self.stream).shutdown(Shutdown::Both);
    }
}

/// The writing side, which belongs to the room. Nothing here ever waits.
#[derive(Debug)]
pub struct Outbox {
    line: Arc<Line>,
    /// What the kernel did not take. Empty for whoever keeps up.
    left: VecDeque<Bytes>,
    /// The first of these was written in part: the rest of it must follow, whatever else is dropped.
    begun: bool,
    /// Since when ticks were left out. The next thing is a snapshot.
    behind: Option<Instant>,
    closed: Option<Instant>,
    /// Nothing more will be written: it broke, or the goodbye is out.
    over: bool,
}

/// What became of a tick at one phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The tick, like everybody.
    Tick,
    /// The newest picture, instead of what was missed.
    Picture,
    /// Nothing: its kernel is full.
    Nothing,
}

impl Outbox {
    /// For a connection to which nothing was written yet.
    pub fn new(line: Arc<Line>) -> Self {
        Self {
            line,
            left: VecDeque::new(),
            begun: false,
            behind: None,
            closed: None,
            over: false,
        }
    }

    /// The connection.
    pub fn line(&self) -> &Arc<Line> {
        &self.line
    }

    /// Since when it has been behind.
    pub fn behind(&self) -> Option<Instant> {
        self.behind
    }

    /// Bytes that the kernel did not take.
    pub fn waiting(&self) -> usize {
        self.left.iter().map(Bytes::len).sum()
    }

    /// When it was said goodbye to.
    pub fn closed(&self) -> Option<Instant> {
        self.closed
    }

    /// An answer, which is not left out: but whoever does not read gets only so many.
    pub fn answer(&mut self, frame: Bytes) {
        if self.closed.is_none() && self.left.len() < ANSWERS_WAITING {
            self.put(frame);
        }
    }

    /// The tick that everybody is told, or the picture that makes up for those left out.
    pub fn tell(&mut self, tick: &Bytes, picture: impl FnOnce() -> Bytes, now: Instant) -> Told {
        if !self.flush() {
            self.behind.get_or_insert(now);
            return Told::Nothing;
        }
        let (frame, told) = match self.behind.take() {
            None => (tick.clone(), Told::Tick),
            Some(_) => (picture(), Told::Picture),
        };
        self.put(frame);
        told
    }

    /// Goodbye. What was not begun is dropped, so that this is the next thing to be read.
    pub fn close(&mut self, frame: Bytes, now: Instant) {
        if self.closed.is_none() {
            self.left.truncate(usize::from(self.begun));
            self.closed = Some(now);
            self.put(frame);
        }
    }

    /// Hands the kernel what it takes now. True: nothing is left.
    pub fn flush(&mut self) -> bool {
        while let Some(frame) = self.left.pop_front() {
            if let Some(rest) = self.write(frame) {
                self.left.push_front(rest);
                return false;
            }
        }
        if self.left.capacity() > 0 {
            self.left = VecDeque::new(); // Whoever keeps up costs nothing.
        }
        self.finish();
        true
    }

    /// Behind what waits; for whoever keeps up that is nothing, and the frame is never queued.
    fn put(&mut self, frame: Bytes) {
        let rest = match self.left.is_empty() {
            true => self.write(frame),
            false => Some(frame),
        };
        match rest {
            Some(rest) => self.left.push_back(rest),
            None => self.finish(),
        }
    }

    /// What the kernel does not take of it.
    fn write(&mut self, mut frame: Bytes) -> Option<Bytes> {
        while !self.over {
            // Straight to the kernel: the runtime's own way would first look whether it had said that there is room, in memory that is cold by
            // now. The room asks again at the next tick anyway.
            match SockRef::from(&self.line.stream).send(&frame) {
                Ok(written) if written == frame.len() => {
                    self.begun = false;
                    return None;
                }
                Ok(written) => {
                    frame.advance(written);
                    self.begun = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    // Its reader shall find the end, and tell.
                    tracing::debug!(line = self.line.id, %error, "cannot be written to");
                    self.over = true;
                    self.line.hang_up();
                }
            }
        }
        Some(frame)
    }

    /// After the goodbye nothing follows.
    fn finish(&mut self) {
        if self.closed.is_some() && !std::mem::replace(&mut self.over, true) {
            self.line.finish();
        }
    }
}
