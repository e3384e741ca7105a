//! Where it is written: in this process, or in Redis. Both do the same, and one suite of tests says
//! so.

use super::{MemoryBackend, RedisBackend, SeatKey, ServerInfo};
use crate::store::Board;
use std::{fmt, time::Duration};

/// As many servers are listened to.
pub(super) const MOST: usize = 1_000;

/// As many names a board keeps: more than anybody shows.
pub(super) const NAMES: usize = 100;

/// Boards of a day are kept for that many.
pub(super) const DAYS: u64 = 8;

/// What a server says once a second. Saying it again changes nothing, so that whoever is not sure
/// whether it was heard says it again.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it is.
    pub card: ServerInfo,
    /// It is dead if it says nothing for so long.
    pub life: Duration,
    /// Seats that are taken here.
    pub held: Vec<SeatKey>,
    /// They are to be found for so long.
    pub grace: Duration,
    /// Seats that were given up.
    pub freed: Vec<SeatKey>,
    /// Which day it is.
    pub day: u64,
    /// The best that it knows of.
    pub board: Board,
}

/// What it hears in return.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterView {
    /// Everybody who lives, itself among them, by their names.
    pub cards: Vec<ServerInfo>,
    /// The best of all servers.
    pub board: Board,
}

/// A seat, by the directory's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatRecord {
    /// The id of its server.
    pub id: String,
    /// What that server said last. None: it has said nothing for so long that it is forgotten.
    pub said: Option<LastSeen>,
}

/// The last word of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSeen {
    /// How it was.
    pub card: ServerInfo,
    /// So long ago it said that, or that it is still there. By the directory's clock, so that no
    /// two clocks are compared.
    pub silent: Duration,
}

/// Why the directory does not answer.
#[derive(Debug)]
pub struct BackendError(pub String);

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A directory.
#[derive(Debug)]
pub enum Backend {
    /// In this process: for a server that is alone, and for tests of several in one.
    Memory(MemoryBackend),
    /// In Redis, for everybody who is told the same address.
    Redis(Box<RedisBackend>),
}

impl Backend {
    /// Says and hears.
    pub async fn exchange(&mut self, word: &Report) -> Result<ClusterView, BackendError> {
        match self {
            Self::Memory(memory) => Ok(memory.exchange(word)),
            Self::Redis(link) => link.exchange(word).await,
        }
    }

    /// The server of this id is still there. A word that was forgotten is not recalled by that.
    pub async fn still_here(&mut self, id: &str, life: Duration) -> Result<(), BackendError> {
        match self {
            Self::Memory(memory) => {
                memory.still_here(id, life);
                Ok(())
            }
            Self::Redis(link) => link.still_here(id, life).await,
        }
    }

    /// The servers on which these seats are, or were.
    pub async fn find(
        &mut self,
        marks: &[SeatKey],
    ) -> Result<Vec<Option<SeatRecord>>, BackendError> {
        match self {
            Self::Memory(memory) => Ok(memory.find(marks)),
            Self::Redis(link) => link.find(marks).await,
        }
    }

    /// What the server of this id said last.
    pub async fn last_word(&mut self, id: &str) -> Result<Option<LastSeen>, BackendError> {
        match self {
            Self::Memory(memory) => Ok(memory.last_word(id)),
            Self::Redis(link) => link.last_word(id).await,
        }
    }

    /// This server ends: nobody is to be sent to it any more.
    pub async fn leave(&mut self, id: &str) -> Result<(), BackendError> {
        match self {
            Self::Memory(memory) => {
                memory.leave(id);
                Ok(())
            }
            Self::Redis(link) => link.leave(id).await,
        }
    }
}
