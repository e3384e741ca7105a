//! Step 5: share memory by communicating.
//!
//! The room is a task that owns everything, and whoever wants something from it sends a message.
//! There is no lock left to be held. But every channel is bounded, and everybody waits when one is
//! full: the room for the outbox of a slow phone, and that phone's writer, when it gives up, for a
//! place in the room's inbox to say so. Channels deadlock, too.
//!
//! Changed since step 4: `room.rs` (a task and its messages), `main.rs`, `server.rs`, `session.rs`
//! (they send messages), `sync.rs` and `lib.rs`. Gone: `async_mutex.rs`, `async_mutex/room.rs`,
//! `bin/04-async-mutex.rs`, `evenings.rs`. Run it: `cargo run -p demo-05-channels`. Prove it:
//! `cargo test -p demo-05-channels`.

pub mod room;
mod sync;

// A model has no sockets: what is proved is `room.rs`, what is played is all of it.
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;

#[cfg(test)]
mod proof;
