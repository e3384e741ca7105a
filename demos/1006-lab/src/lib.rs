//! The 1006 lab: every way in which a WebSocket ends, made to happen in a real browser.
//!
//! 1006 is never sent. A browser reports it when a connection ended *without* a Close frame, and
//! tells the page nothing more. So each [`Cause`] here is a small server, or a network in front of
//! one, that fails in exactly one way. `cargo run -p lab-1006` shows them on a page with one button
//! per cause, and `tests/lab.rs` presses these buttons.
//!
//! If axum is at fault, the server is a real axum. If a frame must be invalid, or a socket must be
//! closed in a bad way, the server is a bare TCP stream with tungstenite's handshake. All causes
//! share one port: `dispatch` reads which cause a connection asks for, and passes it on.

mod bad_frames;
pub mod cause;
pub mod causes;
mod close_frames;
mod dispatch;
mod forwarded;
mod heartbeats;
mod killed_process;
mod network;
mod read_to_end;
mod refusals;
mod server_ends;
mod shutdown;
mod state;
pub mod table;
pub mod visits;
mod web;

pub use cause::{Cause, Outcome};
pub use causes::{all, by_name};
pub use dispatch::serve;
pub use killed_process::be_killed;
