//! Step 6: the room never waits for a player.
//!
//! The room of step 5 with one more rule: towards players it only tries to send. A player whose
//! outbox is full is disconnected, and told why. A question carries the channel for its answer.
//! Each task is owned by another task, which waits for its end. The cure is both together: one
//! owner, and an owner that never waits for a player.
//!
//! Changed since step 5: `room.rs` (`try_send` for `send`), `writer.rs` (a last word), `main.rs`,
//! `server.rs` (graceful shutdown, and recovery from a panic of the room), `session.rs` (it ends as
//! a whole) and `sync.rs`. Run it: `cargo run -p demo-06-actor -- --slow 1`. Prove it: `cargo test
//! -p demo-06-actor`.

pub mod room;
mod sync;
pub mod writer;

// A model has no sockets: the proofs cover the modules above, and `tests/` plays these.
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;

#[cfg(test)]
mod proof;
#[cfg(test)]
mod scenarios;
