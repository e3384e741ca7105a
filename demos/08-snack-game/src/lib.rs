//! Step 8: Snack Rush, the game that the whole room plays.
//!
//! Changed since step 7: everything but the idea. A room is still one task that owns what it decides about and waits for nobody; now there
//! are many of them, and each writes its ticks, encoded once, straight to its sockets.
//! Run it: `cargo run --bin 08-snack-game`. Prove it: `cargo test -p demo-08-snack-game`.

pub mod audience;
// What must hold for any bytes reaches what is private, so it is part of this crate: for its tests, and for the fuzzer, which sets `fuzzing`.
#[cfg(any(test, fuzzing))]
#[path = "../fuzz/check/mod.rs"]
pub mod check;
pub mod closing;
pub mod descriptors;
pub mod directory;
pub mod frame;
pub mod gateway;
pub mod house;
pub mod inbound;
pub mod kept;
pub mod line;
pub mod net;
pub mod options;
pub mod outbox;
pub mod reader;
pub mod replay;
pub mod room;
pub mod rooms;
pub mod seen;
pub mod server;
pub mod signals;
pub mod store;
pub mod telling;

#[cfg(test)]
mod decoders;
#[cfg(test)]
#[path = "../tests/common/folder.rs"]
#[allow(unreachable_pub, reason = "the tests over real sockets share it")]
mod folder;
#[cfg(test)]
mod storms;
