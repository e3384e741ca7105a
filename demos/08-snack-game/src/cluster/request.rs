//! Requests to the task that owns the connection to the backend, and its answers.

use super::{SeatKey, report::LastSeen, ttl::BACKEND_TIMEOUT};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

/// Capacity of the request queue. A request that finds it full is answered at once with
/// [`SeatLocation::Unknown`].
pub const MAX_PENDING_REQUESTS: usize = 1_024;

/// A message to [`ClusterClient`](super::ClusterClient).
#[derive(Debug)]
pub enum ClusterRequest {
    /// Which server holds this seat?
    FindSeat {
        /// The seat.
        key: SeatKey,
        /// Receives the location.
        reply: oneshot::Sender<SeatLocation>,
    },
    /// What is the last report of this server?
    LastSeen {
        /// Id of the server.
        id: String,
        /// Receives the report, or `None` if it has expired. Dropped without an answer if the
        /// backend is unreachable.
        reply: oneshot::Sender<Option<LastSeen>>,
    },
    /// The server has shut down, so peers must send no more players to it. This is the last
    /// request: the task ends after it.
    Leave,
}

/// Where a seat is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeatLocation {
    /// On this server.
    Here,
    /// On another server, whose report has not expired.
    Server(LastSeen),
    /// On a server with this URL whose report has expired: it is dead, or it cannot reach the
    /// backend.
    Expired(String),
    /// On a server with this URL according to the client alone, because the backend is
    /// unreachable. The URL is one of a peer.
    Claimed(String),
    /// On no server: the seat has expired, or its server is not known.
    Gone,
    /// The backend is unreachable, or came back a moment ago and does not know all seats yet.
    Unknown,
}

/// Asks for the location of a seat. Waits for at most twice [`BACKEND_TIMEOUT`]: the backend may
/// time out once for the request before this one and once for this one.
pub async fn find_seat(requests: &mpsc::Sender<ClusterRequest>, key: SeatKey) -> SeatLocation {
    let (reply, answer) = oneshot::channel();
    if requests
        .try_send(ClusterRequest::FindSeat { key, reply })
        .is_err()
    {
        return SeatLocation::Unknown; // The queue is full, or the server shuts down.
    }
    match timeout(BACKEND_TIMEOUT * 2, answer).await {
        Ok(Ok(location)) => location,
        _ => SeatLocation::Unknown,
    }
}

/// Asks for the last report of a server. The outer `None` means that the backend is unreachable,
/// the inner one that the report has expired. Waits as long as [`find_seat`].
pub(super) async fn last_seen(
    requests: &mpsc::Sender<ClusterRequest>,
    id: &str,
) -> Option<Option<LastSeen>> {
    let (reply, answer) = oneshot::channel();
    let id = id.to_owned();
    requests
        .try_send(ClusterRequest::LastSeen { id, reply })
        .ok()?;
    timeout(BACKEND_TIMEOUT * 2, answer).await.ok()?.ok()
}
