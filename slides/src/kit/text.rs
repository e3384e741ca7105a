//! Checksums and sizes as text.

use sha2::{Digest, Sha256};

/// The SHA-256 of `bytes` in hexadecimal digits, as in `Cargo.lock`.
pub(super) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// A size in megabytes of a million bytes: `27.5 MB`.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
