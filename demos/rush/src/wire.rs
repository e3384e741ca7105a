//! What goes over the line, byte by byte: `demos/08-snack-game/PROTOCOL.md` draws it.
//!
//! Each message has one encoding, and decoding accepts no other: `encode(decode(bytes)) == bytes`. No bytes make a decoder panic,
//! or set aside more memory than they could fill.

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

/// The version that these messages are of; the first thing that a [`Welcome`] says.
pub const VERSION: u8 = 1;
/// What both sides name in the upgrade, `Sec-WebSocket-Protocol`.
pub const SUBPROTOCOL: &str = "snack-rush.v1";
/// No message to the server is longer.
pub const LONGEST_TO_SERVER: usize = 64;
/// The seat of somebody who only watches.
pub const WATCHING: u16 = 0xffff;
/// Where a [`Snapshot`] and a [`Delta`] say when they were sent, so that it can be written last: eight bytes from here.
pub const SENT_AT: usize = 1;

/// What brings a player back to their seat. Whoever has it is that player.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub [u8; 16]);

/// Never the token itself, which would end in a log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The number of a turn, counted by the client; after 65,535 comes 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seq(pub u16);

impl Seq {
    /// Serial number arithmetic (RFC 1982): newer means less than half the way round ahead.
    pub fn is_newer_than(self, other: Seq) -> bool {
        (1..0x8000).contains(&self.0.wrapping_sub(other.0))
    }

    /// The one after this.
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}
