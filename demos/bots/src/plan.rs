//! Who comes, and how they behave.

use std::time::Duration;

/// Connections a second that the whole crowd opens anew, at most, once everybody has come for the first time.
///
/// Each closed connection keeps its port for 60 s (`TCP_TIMEWAIT_LEN` in Linux' `include/net/tcp.h`), and a client has 28,232 of
/// them unless told otherwise (`ip_local_port_range`): 470 a second would use them up, a third of that lasts for ever.
pub const RETURNS_A_SECOND: u32 = 150;

/// A crowd, before it comes.
///
/// Names are `bot-1`, `bot-2`…, `slow-1`…, `rude-1`…
#[derive(Clone, Debug)]
pub struct Plan {
    /// Players with manners: they join, grab, leave, and come back.
    pub players: usize,
    /// Besides: players that never read a line. Not hearing that they are in, they keep asking, see [`taps`](Plan::taps).
    pub slow: usize,
    /// Besides: players that vanish with a request on its way, without goodbye, and come back.
    pub rude: usize,
    /// The same seed gives the same pauses and departures. What happens between the bots is still up to the server.
    pub seed: u64,
    /// The longest pause between two requests of one player.
    pub think: Duration,
    /// Grabs before a player leaves and comes back, on average.
    pub stay: u32,
    /// How often a second each slow player says `join` without hearing the answer; 0: once and never again.
    ///
    /// Few, so that it hears it when it was shown out, and comes back. What fills its socket is what happens in the room: the kernel
    /// takes 2.7 MB of that before a writer has to wait (measured on a loopback, Linux 6.18), and less where
    /// [`slow_phones_dial`](crate::slow_phones_dial) and the server say so. A real phone out there never had as much.
    pub taps: u32,
}

impl Default for Plan {
    /// Eight players in a hurry: thousands of grabs and about a hundred departures a second.
    fn default() -> Self {
        Self {
            players: 8,
            slow: 0,
            rude: 0,
            seed: 1,
            think: Duration::from_millis(2),
            stay: 50,
            taps: 100,
        }
    }
}
