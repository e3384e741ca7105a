//! The players of a crowd, and how they behave.

use std::time::Duration;

/// The maximum number of new connections per second of the whole crowd, after every bot has
/// connected once.
///
/// Each closed connection keeps its port for 60 s (`TCP_TIMEWAIT_LEN` in Linux'
/// `include/net/tcp.h`), and a client has 28,232 ports by default (`ip_local_port_range`): 470
/// connections per second would use them up, a third of that lasts for ever.
pub const RETURNS_A_SECOND: u32 = 150;

/// A crowd before it starts.
///
/// Names are `bot-1`, `bot-2`…, `slow-1`…, `rude-1`…
#[derive(Clone, Debug)]
pub struct Plan {
    /// Polite players: they join, grab, leave, and come back.
    pub players: usize,
    /// Additional players that stop reading, see [`slow_after`](Plan::slow_after). From then on
    /// they keep asking and hear nothing, see [`taps`](Plan::taps).
    pub slow: usize,
    /// Additional players that hang up while a request is on its way, without `leave`, and come
    /// back.
    pub rude: usize,
    /// The seed of pauses and departures. The interleaving of the bots still depends on the server.
    pub seed: u64,
    /// The longest pause between two requests of one player.
    pub think: Duration,
    /// Grabs of one visit, on average.
    pub stay: u32,
    /// No player leaves before the crowd has played for this long.
    pub leave_after: Duration,
    /// The slow players read until the crowd has played for this long. One that is disconnected
    /// later and comes back reads nothing.
    pub slow_after: Duration,
    /// How often per second each slow player sends `join` without reading the answer. 0: once and
    /// never again.
    ///
    /// Few, so that it notices when it was disconnected, and comes back. Its socket is filled by
    /// the room's events: the kernel takes 2.7 MB of them before a writer has to wait (measured on
    /// a loopback, Linux 6.18), or less where [`slow_phones_dial`](crate::slow_phones_dial) and the
    /// server say so. A real phone never had as much.
    pub taps: u32,
}

impl Default for Plan {
    /// Eight fast players: thousands of grabs and about a hundred departures per second.
    fn default() -> Self {
        Self {
            players: 8,
            slow: 0,
            rude: 0,
            seed: 1,
            think: Duration::from_millis(2),
            stay: 50,
            leave_after: Duration::ZERO,
            slow_after: Duration::ZERO,
            taps: 100,
        }
    }
}
