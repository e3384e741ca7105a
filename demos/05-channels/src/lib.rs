//! Step 5: share memory by communicating.
//!
//! The room is a task that owns all state, and other tasks send it messages. No lock is left to be
//! held. But every channel is bounded, and every sender waits while its channel is full: the room
//! waits for the outbox of a slow phone, and that phone's writer, when it gives up, waits for a
//! place in the room's inbox to say so. Channels deadlock, too.
//!
//! Changed since step 4: `room.rs` (a task and its messages), `main.rs`, `server.rs`, `session.rs`
//! (they send messages), `sync.rs` and `lib.rs`. New: `writer.rs`, which empties an outbox. Gone:
//! `async_mutex.rs`, `async_mutex/room.rs`, `bin/04-async-mutex.rs`, `scenarios.rs`. Run it:
//! `cargo run -p demo-05-channels`. Prove it: `cargo test -p demo-05-channels`.

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
