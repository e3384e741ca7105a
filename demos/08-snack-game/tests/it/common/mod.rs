//! What the tests share: a server in this process, the program as a user starts it, and a blocking
//! client.
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
pub mod program;
pub mod redis;
pub mod steering;

pub use client::{Client, Received};
pub use folder::Folder;
pub use game::Game;
pub use http::{ask, ask_json};

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long a test waits for what takes a moment on an idle machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until a condition is true.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "waited for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
