//! The keeper, played: a worker is killed or replaced during the game, and no line breaks, no turn
//! is lost, none is applied twice.
//!
//! Small evenings are played with all tests; the large ones print the README's figures:
//! `cargo test --release -p demo-08-snack-game --test handover -- --ignored --nocapture`
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;
mod crashes;
mod cycles;
mod game;
mod program_updates;
mod shutdown;
