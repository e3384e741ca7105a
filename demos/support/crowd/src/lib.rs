//! The crowd that comes by WebSocket: players of Snack Rush that play, and tell what they saw.
//!
//! Everything that a server tells is checked: each tick comes once and in order, everybody in a
//! room is told the same, and what is told agrees with a picture that is kept by [`rush::mirror`].
//! It is made to be cheap, so that thousands of players fit on one core and what is measured is the
//! server.

mod connection;
mod crowd;
mod handshake;
mod lifecycle;
mod metrics;
mod model;
pub mod navigation;
mod pending_turns;
mod plan;
mod rng;
mod seat_api;
mod session;
mod visit;

pub use crate::crowd::Crowd;
pub use crate::metrics::Seen;
pub use crate::plan::Plan;
