//! WebSocket clients that play Snack Rush, check the server and measure it.
//!
//! The clients check everything that the server sends: each tick arrives once and in sequence, all
//! clients in a room receive the same bytes, and every message agrees with the world that
//! [`rush::mirror`] derives from the messages before it. They are cheap: thousands of them run on
//! one core, so that a measurement shows the server and not the clients.

mod connection;
mod crowd;
mod handshake;
mod http;
mod lifecycle;
mod metrics;
mod model;
pub mod navigation;
mod pending_turns;
mod plan;
mod player;
mod seat_api;
mod session;
mod shared;
mod steering;
mod visit;

pub use crate::crowd::Crowd;
pub use crate::http::get_json;
pub use crate::metrics::Metrics;
pub use crate::plan::Plan;
