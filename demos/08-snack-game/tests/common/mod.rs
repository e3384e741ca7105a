//! What the tests play with: a server in this process or as its audience starts it, and phones that
//! block.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test file uses its part"
)]

mod client;
mod folder;
pub mod frames;
mod game;
mod http;

pub use client::{Client, Received};
pub use folder::Folder;
pub use game::Game;
pub use http::{ask, ask_json};

use std::{
    thread,
    time::{Duration, Instant},
};

/// For whatever a busy machine does at once on a quiet day.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something is true.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "waited for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
