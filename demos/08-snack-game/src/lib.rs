//! Step 8: Snack Rush, the game that the whole room plays.
//!
//! Changed since step 7: everything but the idea. A room is still one task that owns its state and
//! never waits for a player; now there are many rooms, and each writes its ticks, encoded once,
//! straight to its sockets. Run it: `cargo run -p demo-08-snack-game`. Prove it:
//! `cargo test -p demo-08-snack-game`.
//!
//! # Ownership
//!
//! ```text
//! server ─┬─ gateway             one task accepts connections
//!         │  └─ HTTP connection  a task each, until it is a WebSocket
//!         ├─ rooms               one task knows all rooms
//!         │  └─ room             a task each: its world, its seats
//!         │     └─ outbox        per client: what is sent to it
//!         │        └─ connection its socket, shared with
//!         │           └─ reader  a small task that parses messages
//!         ├─ cluster client      one task talks to the other servers
//!         └─ store               one thread writes scores and rounds
//! ```
//!
//! They send each other messages, and no task locks what another one decides about. Counters and
//! short lists, which need no decision, are in the [`server_state`].
//!
//! # Where to read on
//!
//! From outside inwards: [`server`] starts and ends everything, [`gateway`] accepts connections,
//! [`rooms`] finds a room. The heart is [`room`]: it waits in one place and changes in another, and
//! its [`outbox`]es never wait. A client's bytes go through [`reader`] and [`decode`].
//!
//! Beside that: scores that survive a restart ([`store`]), players who find their seats again after
//! one ([`snapshot_file`]), a restart that no player notices ([`handover`]), several servers as one
//! ([`cluster`]).

pub mod admission;
// The fuzzer's checks reach private items, so they are part of this crate: for its tests, and for
// the fuzzer, which sets `fuzzing`.
#[cfg(any(test, fuzzing))]
#[path = "../fuzz/check/mod.rs"]
pub mod check;
pub mod clock;
pub mod close_cause;
pub mod cluster;
pub mod connection;
pub mod decode;
pub mod encode;
pub mod gateway;
pub mod handover;
pub mod logging;
pub mod metrics;
pub mod net;
pub mod operator_token;
pub mod options;
pub mod outbox;
pub mod reader;
pub mod refusal;
pub mod replay;
pub mod rng;
pub mod room;
pub mod rooms;
pub mod server;
pub mod server_state;
pub mod snapshot_file;
pub mod store;
mod sync;

#[cfg(test)]
mod decoders;
#[cfg(test)]
#[path = "../tests/it/common/folder.rs"]
mod folder;
#[cfg(test)]
mod page_limits;
#[cfg(test)]
mod simulation;
