//! Step 7: the room of step 6 meets browsers.
//!
//! `room.rs`, `writer.rs` and their proofs are step 6's own files. What is new is everything that
//! a network of strangers asks for: one WebSocket message is one line, every limit has a name and a
//! close code, and every connection ends once, with a cause.
//!
//! Changed since step 6: `sync.rs` (another `Socket`), `session.rs` (HTTP first, then a WebSocket,
//! then the goodbye), `server.rs` (it counts connections, and tells them when it closes), `main.rs`
//! (a front, Ctrl-C). New: `ends.rs` (every cause), `limits.rs` (every number), `hearing.rs` (the
//! heartbeat and the rate), `line.rs` (a message is a line), `wire.rs` (TCP below it), `web.rs`
//! (the page, the upgrade, the refusals), `echo.rs` (for Autobahn), `logs.rs` (one line an event),
//! `options.rs` and `bridge.rs` (the crowd of steps 1 to 6 walks in).
//!
//! Run it: `cargo run -p demo-07-websocket --bin 07-websocket -- --slow 3`.
//! Prove it: `cargo test -p demo-07-websocket`.

// Step 6's room and writer, compiled once more over this step's `sync.rs`.
#[path = "../../06-actor/src/room.rs"]
pub mod room;
mod sync;
#[path = "../../06-actor/src/writer.rs"]
pub mod writer;

// A model has no sockets: what is proved is `room.rs`, what is played is all of it.
#[cfg(not(test))]
pub mod bridge;
#[cfg(not(test))]
mod echo;
#[cfg(not(test))]
pub mod ends;
#[cfg(not(test))]
mod hearing;
#[cfg(not(test))]
pub mod limits;
#[cfg(not(test))]
mod line;
#[cfg(not(test))]
pub mod logs;
#[cfg(not(test))]
pub mod options;
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;
#[cfg(not(test))]
mod web;
#[cfg(not(test))]
mod wire;

#[cfg(test)]
#[path = "../../06-actor/src/proof.rs"]
mod proof;
