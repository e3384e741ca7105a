//! More than one server: who else serves, how full they are, whose seat is where, and one
//! leaderboard for all.
//!
//! Each server says once a second how it is, and hears how the others are; in between, that it is
//! still there. What it heard last is what its door and its rooms go by ([`Peers`]), so nobody
//! waits for the directory but the one task that owns the line to it ([`clerk`]). When it cannot be
//! reached, the games go on: the others are known for a while longer, then this server knows only
//! itself, and when it is back everything is said again.

pub mod backend;
pub mod client;
pub mod failure_detector;
pub mod held_seats;
mod memory;
mod missed_probes;
pub mod peers;
pub mod placement;
mod probe;
pub(crate) mod redis;
pub mod server_info;

pub use self::redis::RedisBackend;
pub use backend::Backend;
pub use client::{ClusterRequest, SeatLocation};
pub use failure_detector::FailureDetector;
pub use held_seats::HeldSeats;
pub use memory::MemoryBackend;
pub use peers::Peers;
pub use server_info::{SeatKey, ServerInfo};

use std::time::Duration;

/// Between two words of a server about itself.
pub const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Between two signs of life: in between two words it says only that it is still there.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(250);

/// A server that has said nothing for so long is dead to the others.
pub const SERVER_TTL: Duration = Duration::from_secs(3);

/// A server that ended in order, and left seats behind, may take so long to be there again.
pub const RESTART_TTL: Duration = Duration::from_secs(10);

/// The directory has to answer within that; else it is gone.
pub const BACKEND_TIMEOUT: Duration = Duration::from_millis(500);

/// Questions that may wait for the directory. Whoever asks one more hears at once that nothing is
/// known.
pub const MAX_PENDING_REQUESTS: usize = 1_024;
