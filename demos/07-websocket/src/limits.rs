//! What one client may use. Each limit has a name, and its comment says what happens beyond it.

use snack::SEATS;
use std::time::Duration;
use web_server::Rate;

/// A server's settings.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What one client may use.
    pub limits: Limits,
    /// Origins whose pages may connect, besides the server's own, such as `https://example.org`.
    pub origins: Vec<String>,
    /// Whether `/echo` is open. By default it is not: it accepts 16 MiB from any client.
    pub echo: bool,
}

/// What one client may use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open WebSockets. Beyond it: status 503 before the upgrade.
    pub sockets: usize,
    /// Open connections of any kind. Beyond it: they wait in the kernel's queue.
    pub connections: usize,
    /// Bytes in a message. Beyond it: close code 1009.
    pub message: usize,
    /// Messages a second, on average, and at once. Beyond it: close code 1008.
    pub messages: Rate,
    /// How long a request may take to arrive. Beyond it: the connection is closed.
    pub handshake: Duration,
    /// How long a client may take to join. Beyond it: close code 4005.
    pub join: Duration,
    /// After this long without a message, a ping is sent.
    pub ping_after: Duration,
    /// How long the answer to a ping may take. Beyond it: close code 4006.
    pub pong_within: Duration,
    /// How long sent bytes may stay unacknowledged, on systems that support this limit.
    pub unacknowledged: Duration,
    /// How long the exchange of Close frames may take, and again the reading to the end.
    pub close: Duration,
}

/// How many bytes are read or written at once. axum's default of 128 KiB is allocated for every
/// socket, even an idle one.
pub(crate) const BUFFER: usize = 4 * 1024;

/// How many bytes may wait for a phone that does not read: some lines, pongs, a Close frame.
pub(crate) const UNWRITTEN: usize = 64 * 1024;

/// The longest message on `/echo`, in bytes. Autobahn's performance cases send that much.
pub(crate) const ECHO: usize = 16 * 1024 * 1024;

impl Default for Limits {
    /// Limits for bots that send 500 requests a second each. People need a fiftieth of that rate.
    fn default() -> Limits {
        let sockets = SEATS + 16;
        Limits {
            sockets,
            connections: sockets + 64,
            message: 1024,
            messages: Rate {
                at_once: 1000,
                a_second: 1000,
            },
            handshake: Duration::from_secs(5),
            join: Duration::from_secs(60),
            ping_after: Duration::from_secs(10),
            pong_within: Duration::from_secs(5),
            unacknowledged: Duration::from_secs(20),
            close: Duration::from_secs(2),
        }
    }
}
