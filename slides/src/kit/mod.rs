//! The kit: everything that a laptop without a network needs, apart from the Rust toolchain.
//!
//! It holds a commit of this repository and the crates of that commit's `Cargo.lock`, in the forms
//! that unmodified `git` and `cargo` read. [`folder`] writes it for a USB stick, [`handout`] prepares
//! the same in memory, and [`serve`] hands it out over HTTP. Both start from [`copy::Copy`], which
//! reads the presenter's repository and never writes to it.

mod cargo_config;
mod command;
mod copy;
mod crates;
mod error;
mod folder;
mod fresh;
mod handout;
mod lockfile;
mod manifest;
mod page;
mod rate_limit;
mod registry;
mod repository;
mod scratch;
mod serve;
mod toolchain;

pub(crate) use folder::write;
pub(crate) use fresh::fresh;
pub(crate) use handout::{Hall, Offer};
pub(crate) use serve::routes;

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of `bytes` in hexadecimal digits, as `Cargo.lock` writes it.
fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _never_fails = write!(text, "{byte:02x}");
    }
    text
}

/// Bytes as a presenter reads them: `27.5 MB`, of a million bytes each.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
