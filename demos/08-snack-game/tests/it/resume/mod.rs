//! A restart without a supervisor: every client gets 1012, and resumes with its seat, its points
//! and its round.
//!
//! A short run is part of every test run; the long one prints the README's figures:
//! `cargo test --release -p demo-08-snack-game --test it resume -- --ignored --nocapture`

mod accept_queue;
mod cluster;
mod crowds;
mod seats;
mod server;
mod snapshots;
