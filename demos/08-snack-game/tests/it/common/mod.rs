//! What the tests share: a server in this process, the program as a user starts it, and a blocking
//! client.
#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "some tests exist on Linux only")
)]

mod client;
mod folder;
pub(crate) mod frames;
mod game;
mod http;
pub(crate) mod program;
pub(crate) mod raw;
pub(crate) mod redis;
mod samples;
pub(crate) mod steering;

pub(crate) use bots::ports::free_address;
pub(crate) use client::{Client, Received};
pub(crate) use folder::Folder;
pub(crate) use game::{Game, patient};
pub(crate) use http::{
    OPERATOR_ONLY, PAGES, ask, ask_as_it_is, ask_json, ask_where, ask_where_claiming, paths, post,
    post_where,
};
pub(crate) use samples::Samples;

use std::{
    fmt::Debug,
    fs, thread,
    time::{Duration, Instant},
};

/// How long a test waits for what takes a moment on an idle machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The operator's token of each server whose data is in [`Folder::with_token`].
pub(crate) const TOKEN: &str = "the-operator-of-the-tests";

impl Folder {
    /// A folder for a server whose metrics a test may read.
    pub(crate) fn with_token() -> Self {
        let folder = Self::new();
        fs::write(folder.path().join("operator-token"), TOKEN).expect("a file");
        folder
    }
}

/// Waits until a condition is true.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "waited for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until `look` sees `expected`. What was seen last is in the message if it never does.
#[track_caller]
pub(crate) fn wait_until_seen<T: PartialEq + Debug>(
    what: &str,
    expected: T,
    mut look: impl FnMut() -> T,
) {
    let until = Instant::now() + PATIENCE;
    loop {
        let seen = look();
        if seen == expected {
            return;
        }
        assert!(
            Instant::now() < until,
            "waited for {what}: {seen:?} is not {expected:?}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}
