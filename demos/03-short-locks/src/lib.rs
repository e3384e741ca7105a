//! Step 3: short locks, and an outbox for every player.
//!
//! Every lock is held for one line, and no thread writes to a phone while it holds one, so a slow
//! phone stops no one. But between two short locks other threads run: a snack is taken twice, two
//! players see two orders, and the outbox of a slow phone grows without limit.
//!
//! Changed since step 2: `room.rs` (shorter locks, an outbox for a socket), `session.rs` (a second
//! thread empties the outbox) and `sync.rs`. Run it: `cargo run -p demo-03-short-locks`. Prove it:
//! `cargo test -p demo-03-short-locks`.

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
