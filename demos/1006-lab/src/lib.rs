//! The 1006 lab: every way in which a WebSocket ends, made to happen in a real browser.
//!
//! 1006 is no message. Nobody sends it: a browser says it when a connection ended *without* a Close
//! frame, and tells the page nothing more. So each [`Cause`] here is a small server, or a line in
//! front of one, that fails in exactly one way; `cargo run -p lab-1006`
//! shows them on a page with a button each, and `tests/lab.rs` presses the same buttons.
//!
//! Where axum is at fault, a real axum serves. Where a frame must be wrong or a socket must be
//! treated badly, the server is a bare TCP stream with tungstenite's handshake. Everything comes in
//! at one port: [`front`] reads which cause is asked for and hands the connection over, unread.

pub mod cause;
pub mod causes;
mod deaths;
mod doors;
mod frames;
pub mod front;
mod goodbyes;
mod guests;
mod line;
mod lines;
mod read;
mod shutdown;
pub mod table;
mod victim;
pub mod visits;
mod web;

pub use cause::{Cause, Outcome};
pub use causes::{all, by_name};
pub use front::Lab;
pub use victim::be_the_victim;
