//! Step 2: two locks, one order.
//!
//! A thread that needs both locks takes the room's first, so threads never wait for each other in a
//! cycle. But a thread writes to every phone while it holds the room's lock, and one phone that
//! stops reading stops everyone.
//!
//! Changed since step 1: `room.rs` (one line moves) and `main.rs` (the kernel buffers less for a
//! slow phone). Run it: `cargo run -p demo-02-lock-order`. Prove it: `cargo test -p
//! demo-02-lock-order`.

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
