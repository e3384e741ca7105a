//! A restart without a keeper: everybody is told 1012, and comes back to the seat, the points and
//! the round that they were told to leave.
//!
//! A small evening is played with all tests; the large one prints the README's figures:
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
