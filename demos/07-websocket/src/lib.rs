//! Step 7: the room of step 6 meets browsers.
//!
//! `room.rs`, `writer.rs` and their proofs are step 6's own files. What is new is what a server
//! needs on a network of strangers: one WebSocket message is one line, every limit has a name and a
//! close code, and every connection ends exactly once, with a cause.
//!
//! Changed since step 6: `sync.rs` (another `Socket`), `session.rs` (first HTTP, then a WebSocket,
//! then a Close frame), `server.rs` (it limits connections, and sends each a Close frame at
//! shutdown), `main.rs` (its own options, Ctrl-C). New: `ends.rs` (every cause), `limits.rs` (every
//! limit), `requests.rs` (what a client sends, and the heartbeat), `connection.rs` (a WebSocket
//! whose messages are lines), `tcp.rs` (the stream below it), `web.rs` (the page, the upgrade, the
//! Origin check), `echo.rs` (for Autobahn), `logs.rs` (a log line per connection), `options.rs`,
//! and `bridge.rs` (lets the bots of steps 1 to 6 in).
//!
//! Run it: `cargo run -p demo-07-websocket --bin 07-websocket -- --slow 3`.
//! Prove it: `cargo test -p demo-07-websocket`.

// Step 6's room and writer, compiled once more over this step's `sync.rs`.
#[path = "../../06-actor/src/room.rs"]
pub mod room;
mod sync;
#[path = "../../06-actor/src/writer.rs"]
pub mod writer;

// A model has no sockets: the proofs cover the modules above, and `tests/` plays these.
#[cfg(not(test))]
pub mod bridge;
#[cfg(not(test))]
mod connection;
#[cfg(not(test))]
mod echo;
#[cfg(not(test))]
pub mod ends;
#[cfg(not(test))]
pub mod limits;
#[cfg(not(test))]
pub mod logs;
#[cfg(not(test))]
pub mod options;
#[cfg(not(test))]
mod requests;
#[cfg(not(test))]
pub mod server;
#[cfg(not(test))]
pub mod session;
#[cfg(not(test))]
mod tcp;
#[cfg(not(test))]
mod web;

#[cfg(test)]
#[path = "../../06-actor/src/proof.rs"]
mod proof;
#[cfg(test)]
#[path = "../../06-actor/src/scenarios.rs"]
mod scenarios;
