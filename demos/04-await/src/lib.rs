//! Step 4: the same on tokio, one decision under one lock.
//!
//! A task for every player instead of two threads, and one lock for the whole room: no snack twice,
//! one order for all. But the lock is held across an `.await`: while one phone is slow, its task
//! sleeps with the room in its hands, the next task blocks the runtime's only thread, and nothing
//! wakes the first one ever again. Even the heartbeat stops.
//!
//! Changed since step 3: `room.rs` (one lock, `.await`), `main.rs`, `server.rs` and `session.rs`
//! (tasks for threads), `sync.rs` and `lib.rs` (there are two servers). New: `async_mutex.rs` and
//! `async_mutex/room.rs` (the same server with tokio's own mutex, which brings step 2 back),
//! `bin/04-async-mutex.rs`, which runs it, and `evenings.rs`, which proves both. Run it: `cargo run
//! -p demo-04-await --bin 04-await`. Prove it: `cargo test -p demo-04-await`.

#![allow(
    clippy::duplicate_mod,
    reason = "one server, compiled around either room"
)]

pub mod async_mutex;
#[expect(clippy::await_holding_invalid_type, reason = "it is what is shown")]
pub mod room;
mod sync;

// A model has no sockets: what is proved is `room.rs`, what is played is all of it.
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;

#[cfg(test)]
mod evenings;
#[cfg(test)]
mod proof;
