//! Step 8: Snack Rush, the game that the whole room plays.
//!
//! Changed since step 7: everything but the idea. A room is still one task that owns what it
//! decides about and waits for nobody; now there are many of them, and each writes its ticks,
//! encoded once, straight to its sockets. Run it: `cargo run -p demo-08-snack-game`. Prove it:
//! `cargo test -p demo-08-snack-game`.
//!
//! # Who owns whom
//!
//! ```text
//! server ─┬─ gateway             one task accepts
//!         │  └─ a connection     a task each, until it is a WebSocket
//!         ├─ rooms               one task knows all rooms
//!         │  └─ room             a task each: its world, its seats
//!         │     └─ outbox        for each phone, what waits for it
//!         │        └─ line       its socket, shared with the
//!         │           └─ reader  a small task: what it says
//!         ├─ directory           one task speaks with other servers
//!         └─ store               one thread writes scores and rounds
//! ```
//!
//! They say messages to each other, and nobody locks what another one decides about. What is no
//! decision, numbers and short lists, all of them find in the [`house`].
//!
//! # Where to read on
//!
//! From outside inwards: [`server`] is the whole of it, [`gateway`] lets people in, [`rooms`] finds
//! them a room. The heart is [`room`]: one place where it waits, one where it changes; its
//! [`outbox`]es never wait. What a phone says goes through [`inbound`] and its [`reader`].
//!
//! What a launch asks for stands beside that: scores that survive in [`store`], a restart that is
//! an orderly end in [`closing`], one that nobody notices in [`kept`], more servers than one in
//! [`cluster`].

pub mod audience;
// What must hold for any bytes reaches what is private, so it is part of this crate: for its tests,
// and for the fuzzer, which sets `fuzzing`.
#[cfg(any(test, fuzzing))]
#[path = "../fuzz/check/mod.rs"]
pub mod check;
pub mod closing;
pub mod cluster;
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
mod simulation;
