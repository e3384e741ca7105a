//! The messages that a room receives, and how many may wait.

use crate::{
    close_cause::{CloseCause, ReadEnd},
    connection::Connection,
};
use bytes::Bytes;
use rush::{close::Close, wire::ToServer};
use std::{sync::Arc, time::Instant};

/// The size of a room's inbox. When it is full, the sender waits: a reader that has one more
/// message reads nothing meanwhile.
pub const INBOX: usize = 1_024;

/// A message from a connection, or from the server.
#[derive(Debug)]
pub enum ToRoom {
    /// A new connection.
    Connected {
        /// The connection.
        connection: Arc<Connection>,
        /// Why it must be closed at once: it speaks another protocol.
        refuse: Option<Close>,
    },
    /// A client's message.
    Message {
        /// The connection's number.
        id: u64,
        /// The message.
        message: ToServer,
    },
    /// A ping.
    Ping {
        /// The connection's number.
        id: u64,
        /// The payload to send back.
        payload: Bytes,
    },
    /// The client broke a rule. Its reader ignores what follows.
    Failed {
        /// The connection's number.
        id: u64,
        /// The rule.
        cause: CloseCause,
    },
    /// A close frame. The reader ignores what follows.
    CloseFrame {
        /// The connection's number.
        id: u64,
        /// The code in the frame.
        code: Option<u16>,
    },
    /// The connection has ended. The last message of its reader.
    Gone {
        /// The connection's number.
        id: u64,
        /// What the reader found.
        found: ReadEnd,
    },
    /// The server shuts down.
    Drain {
        /// When the room closes at the latest; a round may be finished before.
        until: Instant,
    },
    /// Another process takes over after the next tick.
    HandOver,
    /// Panics, for tests and for the stage.
    Panic,
}
