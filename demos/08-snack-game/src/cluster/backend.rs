//! Where the cluster's shared state is stored: in Redis, or in this process. One test suite checks
//! that both behave alike.

use super::{
    MemoryBackend, RedisBackend, SeatKey,
    report::{BackendError, ClusterView, LastSeen, Report, SeatRecord},
};
use std::time::Duration;

/// The store that all servers of a cluster share.
///
/// Each method fails with a [`BackendError`] if Redis does not answer as expected; the memory
/// backend never fails.
#[derive(Debug)]
pub enum Backend {
    /// In this process: for a single server, and for tests with several servers in one process.
    Memory(MemoryBackend),
    /// In Redis, for all servers that are started with the same `--directory`.
    Redis(Box<RedisBackend>),
}

impl Backend {
    /// Stores a report and returns the state of the cluster.
    pub async fn exchange(&mut self, report: &Report) -> Result<ClusterView, BackendError> {
        match self {
            Self::Memory(memory) => Ok(memory.exchange(report)),
            Self::Redis(redis) => redis.exchange(report).await,
        }
    }

    /// Extends the last report of a server: from now on it expires after `ttl`. A report that has
    /// expired already stays expired.
    pub async fn heartbeat(&mut self, id: &str, ttl: Duration) -> Result<(), BackendError> {
        match self {
            Self::Memory(memory) => {
                memory.heartbeat(id, ttl);
                Ok(())
            }
            Self::Redis(redis) => redis.heartbeat(id, ttl).await,
        }
    }

    /// Looks seats up. The answers are in the order of the keys; `None` if no server holds the
    /// seat.
    pub async fn find_seats(
        &mut self,
        keys: &[SeatKey],
    ) -> Result<Vec<Option<SeatRecord>>, BackendError> {
        match self {
            Self::Memory(memory) => Ok(memory.find_seats(keys)),
            Self::Redis(redis) => redis.find_seats(keys).await,
        }
    }

    /// Returns the last report of a server, or `None` if it has expired.
    pub async fn last_seen(&mut self, id: &str) -> Result<Option<LastSeen>, BackendError> {
        match self {
            Self::Memory(memory) => Ok(memory.last_seen(id)),
            Self::Redis(redis) => redis.last_seen(id).await,
        }
    }

    /// Deletes the report of a server that shuts down, so that peers stop sending players to it.
    pub async fn leave(&mut self, id: &str) -> Result<(), BackendError> {
        match self {
            Self::Memory(memory) => {
                memory.leave(id);
                Ok(())
            }
            Self::Redis(redis) => redis.leave(id).await,
        }
    }
}
