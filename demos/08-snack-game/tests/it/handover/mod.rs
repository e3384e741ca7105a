//! Handover: a worker is killed or replaced during the game. No connection breaks, no turn is lost,
//! and none is applied twice.
//!
//! Short runs are part of every test run; the long ones print the README's figures:
//! `cargo test --release -p demo-08-snack-game --test it handover -- --ignored --nocapture`

mod behind_proxy;
mod crashes;
mod cycles;
pub(crate) mod game;
mod metrics;
mod program_updates;
mod sandbox;
mod shutdown;
mod signals;
