//! What is said to a room, and how much of it may wait.

use crate::line::Line;
use bytes::Bytes;
use rush::{close::Close, wire::ToServer};
use std::{sync::Arc, time::Instant};

/// Messages that may wait for a room. The connection that says one more waits, and reads nothing
/// meanwhile.
pub const INBOX: usize = 1_024;

/// What its connections, and the house, say to a room.
#[derive(Debug)]
pub enum ToRoom {
    /// Somebody stands in the door.
    Arrived {
        /// Their connection.
        line: Arc<Line>,
        /// What they speak is not what is spoken here: they are to be told, and shown out.
        refuse: Option<Close>,
    },
    /// A message.
    Said {
        /// Whose.
        line: u64,
        /// Which.
        what: ToServer,
    },
    /// A ping.
    Ping {
        /// Whose.
        line: u64,
        /// What has to come back.
        payload: Bytes,
    },
    /// Something that cannot be listened to: its reader has stopped.
    Fault {
        /// Whose.
        line: u64,
        /// The close code that tells.
        code: u16,
        /// The sentence beside it.
        reason: &'static str,
    },
    /// A close frame: its reader has stopped.
    Goodbye {
        /// Whose.
        line: u64,
        /// The code in it.
        code: Option<u16>,
    },
    /// The connection is over. The last thing that is said of it.
    Gone {
        /// Which.
        line: u64,
        /// What its reader found.
        why: &'static str,
    },
    /// The server ends: the round may go on until then.
    Drain {
        /// At the latest.
        until: Instant,
    },
    /// Another process goes on after the next tick.
    HandOver,
    /// For tests, and for a stage: panics.
    Fall,
}
