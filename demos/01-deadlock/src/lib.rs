//! Step 1: two locks, taken in two orders.
//!
//! One thread per player, one lock on the room, one lock per player. Many people would write this
//! server first, and it freezes within seconds.
//!
//! Run it: `cargo run -p demo-01-deadlock`. Prove it: `cargo test -p demo-01-deadlock`.

pub mod room;
mod sync;

// A model has no sockets: the proofs cover `room.rs`, and the tests in `tests/` play the rest.
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;

#[cfg(test)]
mod proof;
#[cfg(test)]
mod scenarios;
