//! What servers write to the backend and read from it.

use super::{SeatKey, ServerInfo, ttl::BACKEND_TIMEOUT};
use crate::store::Board;
use std::{fmt, time::Duration};

/// Maximum number of servers in a cluster.
pub(super) const MAX_SERVERS: usize = 1_000;

/// Number of names that the backend keeps on each leaderboard; pages show fewer.
pub(super) const BOARD_SIZE: usize = 100;

/// Number of days for which the backend keeps the leaderboard of a day.
pub(super) const BOARD_DAYS: u64 = 8;

/// A server's report about itself. It is idempotent: a server that does not know whether a report
/// arrived sends it again.
#[derive(Clone, Debug)]
pub struct Report {
    /// The server as it is now.
    pub server: ServerInfo,
    /// Time to live of this report.
    pub ttl: Duration,
    /// Seats to store as held by this server.
    pub held: Vec<SeatKey>,
    /// Time to live of those seats.
    pub seat_ttl: Duration,
    /// Seats to delete, because their players have left.
    pub freed: Vec<SeatKey>,
    /// The day of `board.today`, in days since 1970.
    pub day: u64,
    /// The best scores that this server knows.
    pub board: Board,
}

/// What the backend answers to a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterView {
    /// All servers that are alive, this one included, sorted by id.
    pub servers: Vec<ServerInfo>,
    /// The best scores of all servers.
    pub board: Board,
}

/// A seat that the backend knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatRecord {
    /// Id of the server that holds the seat.
    pub server_id: String,
    /// The last report of that server. `None` if it has expired.
    pub last_seen: Option<LastSeen>,
}

/// The last report of a server, with its age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSeen {
    /// The server as it reported itself.
    pub server: ServerInfo,
    /// Time since its last report or heartbeat, measured by the backend's clock alone, so clocks of
    /// two machines are never compared.
    pub silent_for: Duration,
}

/// Why the backend did not answer. The display text goes into a log line; it contains no address,
/// because an address may contain a password.
#[derive(Debug)]
pub enum BackendError {
    /// No answer within [`BACKEND_TIMEOUT`].
    Timeout,
    /// Redis, or the connection to it, failed.
    Redis(String),
    /// The report cannot be written as JSON.
    Encode(serde_json::Error),
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => write!(f, "no answer within {} ms", BACKEND_TIMEOUT.as_millis()),
            Self::Redis(cause) => f.write_str(cause),
            Self::Encode(error) => error.fmt(f),
        }
    }
}
