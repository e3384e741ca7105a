//! The messages, byte by byte: `demos/08-snack-game/PROTOCOL.md` draws them.
//!
//! Each message has one encoding, and decoding accepts no other: `encode(decode(bytes)) == bytes`.
//! No bytes make a decoder panic, or allocate more memory than they could fill.

mod delta;
mod snapshot;
#[cfg(test)]
mod tests;
mod to_client;
mod to_server;
mod welcome;

use std::fmt;

pub use crate::bytes::Malformed;
pub use crate::wire::delta::{Delta, Joined, Turned};
pub use crate::wire::snapshot::{Seated, Snapshot};
pub use crate::wire::to_client::ToClient;
pub use crate::wire::to_server::ToServer;
pub use crate::wire::welcome::{Welcome, is_room};

/// The version of these messages; the first field of a [`Welcome`].
pub const VERSION: u8 = 1;
/// The subprotocol that both sides name in the upgrade, `Sec-WebSocket-Protocol`.
pub const SUBPROTOCOL: &str = "snack-rush.v1";
/// The maximum length of a message to the server, in bytes.
pub const LONGEST_TO_SERVER: usize = 64;
/// The seat number of a client that only watches.
pub const WATCHING: u16 = 0xffff;
/// The position of the send time in a [`Snapshot`] and a [`Delta`]: eight bytes from here, so that
/// it can be written last.
pub const SENT_AT: usize = 1;

/// The secret with which a player resumes a seat. A client that has it is that player.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub [u8; 16]);

/// Never prints the token, which would end in a log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The number of a turn, counted by the client; 0 follows 65,535.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seq(pub u16);

impl Seq {
    /// Serial number arithmetic (RFC 1982): newer means less than half of all numbers ahead.
    pub fn is_newer_than(self, other: Seq) -> bool {
        (1..0x8000).contains(&self.0.wrapping_sub(other.0))
    }

    /// The next number.
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}
