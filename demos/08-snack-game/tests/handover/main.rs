//! Handover: a worker is killed or replaced during the game. No connection breaks, no turn is lost,
//! and none is applied twice.
//!
//! Short runs are part of every test run; the long ones print the README's figures:
//! `cargo test --release -p demo-08-snack-game --test handover -- --ignored --nocapture`
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;
mod crashes;
mod cycles;
mod game;
mod program_updates;
mod shutdown;
