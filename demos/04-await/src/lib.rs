//! Step 4: the same on tokio, one decision under one lock.
//!
//! One task for every player instead of two threads, and one lock for the whole room: no snack
//! twice, one order for all. But the lock is held across an `.await`: while one phone is slow, a
//! task sleeps and keeps the room locked, and the next task that needs the lock blocks the
//! runtime's only thread. Then the first task can never wake up. Even the heartbeat stops.
//!
//! Changed since step 3: `room.rs` (one lock, `.await`), `main.rs`, `server.rs` and `session.rs`
//! (tasks instead of threads), `sync.rs` and `lib.rs` (there are two servers). New:
//! `async_mutex.rs` and `async_mutex/room.rs` (the same server with tokio's own mutex, which brings
//! step 2 back), and `bin/04-async-mutex.rs`, which runs it. `scenarios.rs` proves both.
//!
//! Run it: `cargo run -p demo-04-await --bin 04-await`. Prove it: `cargo test -p demo-04-await`.

#![allow(
    clippy::duplicate_mod,
    reason = "one server, compiled around either room"
)]

pub mod async_mutex;
#[expect(
    clippy::await_holding_invalid_type,
    reason = "it is the failure that this step shows"
)]
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
