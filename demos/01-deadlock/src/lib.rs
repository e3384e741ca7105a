//! Step 1: two locks, taken in two orders.
//!
//! A thread for every player, a lock around the room, and a lock around each player. It is the
//! first server anybody would write, and it freezes within seconds.
//!
//! Run it: `cargo run -p demo-01-deadlock`. Prove it: `cargo test -p demo-01-deadlock`.

pub mod room;
mod sync;

// A model has no sockets: what is proved is `room.rs`, what is played is all of it.
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;

#[cfg(test)]
mod proof;
