//! Stands in for `pinned.rs` on systems that are not Linux: nothing is measured there, and the user
//! reads why.

use std::io;

/// # Errors
///
/// Always.
pub(crate) fn cores() -> io::Result<Vec<usize>> {
    Err(linux_only())
}

/// # Errors
///
/// Always.
pub(crate) fn stay_on(_core: usize) -> io::Result<()> {
    Err(linux_only())
}

/// Replaces nothing, and returns why.
pub(crate) fn replace_by(_program: &str, _args: &[String]) -> io::Error {
    linux_only()
}

fn linux_only() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "the benchmark pins processes to cores and reads their CPU time from /proc, which only Linux has: run it on Linux",
    )
}
