//! Step 6: the room never waits for a player.
//!
//! The room of step 5, and one rule more: towards players it only tries. A player whose outbox is
//! full is shown out, and told why; a question carries its own return address; whoever is born here
//! is owned by somebody who waits for its end. Ownership, and never waiting for a player: both
//! together.
//!
//! Changed since step 5: `room.rs` (`try_send` for `send`, and a last word), `main.rs`, `server.rs`
//! (it closes, and keeps the room open), `session.rs` (it ends as a whole) and `sync.rs` (what can
//! still wait). Run it: `cargo run -p demo-06-actor -- --slow 1`. Prove it: `cargo test -p
//! demo-06-actor`.

pub mod room;
mod sync;

// A model has no sockets: what is proved is `room.rs`, what is played is all of it.
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;

#[cfg(test)]
mod proof;
