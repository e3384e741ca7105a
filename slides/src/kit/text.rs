//! Checksums and sizes as text.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of `bytes` in hexadecimal digits, as in `Cargo.lock`.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _never_fails = write!(text, "{byte:02x}");
    }
    text
}

/// A size in megabytes of a million bytes: `27.5 MB`.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
