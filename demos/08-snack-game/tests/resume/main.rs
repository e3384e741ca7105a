//! A restart without a supervisor: every client gets 1012, and resumes with its seat, its points
//! and its round.
//!
//! A short run is part of every test run; the long one prints the README's figures:
//! `cargo test --release -p demo-08-snack-game --test resume -- --ignored --nocapture`
#![cfg(unix)]

mod accept_queue;
mod cluster;
#[path = "../common/mod.rs"]
mod common;
mod crowds;
#[path = "../common/redis.rs"]
mod redis;
mod seats;
mod server;
mod snapshots;
