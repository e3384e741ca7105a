//! What a stranger may take: every number has a name, and its name says what happens beyond it.

use snack::SEATS;
use std::time::{Duration, Instant};

/// How a server treats those who come.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What a stranger may take.
    pub limits: Limits,
    /// Pages of these origins may connect, besides the server's own: `https://example.org`.
    pub origins: Vec<String>,
    /// Whether `/echo` is open: it takes 16 MiB from anybody, so it is not unless asked for.
    pub echo: bool,
}

/// What a stranger may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// WebSockets at once. One more is answered with 503 before the upgrade.
    pub sockets: usize,
    /// Connections at once, whatever they are. One more waits in the kernel's queue.
    pub connections: usize,
    /// Bytes in a message. One more: 1009.
    pub message: usize,
    /// Messages a second, in the long run. More: 1008.
    pub a_second: u32,
    /// Messages at once, before the rate counts.
    pub burst: u32,
    /// How long a request may take to arrive.
    pub handshake: Duration,
    /// How long a visitor may stand at the door without joining: 4005.
    pub join: Duration,
    /// How long nothing need be heard before a ping goes out.
    pub ping_after: Duration,
    /// How long the answer may take: 4006.
    pub pong_within: Duration,
    /// How long what was sent may be unacknowledged, where the kernel can be told so.
    pub unacknowledged: Duration,
    /// How long a goodbye may take, its reading to the end included.
    pub goodbye: Duration,
}

/// Read and written at once, at most. axum's own 128 KiB are allocated for every socket, be it
/// idle.
pub(crate) const BUFFER: usize = 4 * 1024;

/// What may wait to be written to a phone that does not read: some lines, pongs, a Close.
pub(crate) const UNWRITTEN: usize = 64 * 1024;

/// The longest message on `/echo`: what Autobahn's performance cases send.
pub(crate) const ECHO: usize = 16 * 1024 * 1024;

impl Default for Limits {
    /// For a crowd of bots that asks 500 times a second each: people need a fiftieth of that.
    fn default() -> Limits {
        let sockets = SEATS + 16;
        Limits {
            sockets,
            connections: sockets + 64,
            message: 1024,
            a_second: 1000,
            burst: 1000,
            handshake: Duration::from_secs(5),
            join: Duration::from_secs(60),
            ping_after: Duration::from_secs(10),
            pong_within: Duration::from_secs(5),
            unacknowledged: Duration::from_secs(20),
            goodbye: Duration::from_secs(2),
        }
    }
}

/// A bucket of tokens: a message takes one, and time puts them back.
#[derive(Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    a_second: f64,
    size: f64,
    filled: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) fn new(limits: &Limits, now: Instant) -> Bucket {
        let size = f64::from(limits.burst);
        Bucket {
            tokens: size,
            a_second: f64::from(limits.a_second),
            size,
            filled: now,
        }
    }

    /// Takes a token, if there is one.
    pub(crate) fn takes_one(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.tokens = (self.tokens + passed * self.a_second).min(self.size);
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}
