//! Step 2: two locks, one order.
//!
//! Whoever needs both locks takes the room's first, so nobody ever waits in a circle. But the room
//! writes to every phone while it holds its lock, and one phone that stops reading stops everyone.
//!
//! Changed since step 1: `room.rs` (one line moves) and `main.rs` (the kernel keeps less for a slow
//! phone). Run it: `cargo run -p demo-02-lock-order`. Prove it: `cargo test -p demo-02-lock-order`.

pub mod room;
mod sync;

// A model has no sockets: what is proved is `room.rs`, what is played is all of it.
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;

#[cfg(test)]
mod proof;
