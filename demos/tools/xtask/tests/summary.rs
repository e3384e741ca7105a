//! The last test program of `cargo test`: packages run in the order of their names, and a package's
//! programs in the order of theirs. It tests nothing. It prints what the programs before it have
//! skipped, without libtest around it, so that the line is seen.

use std::io::{self, Write};

fn main() {
    // Cargo and IDEs ask a test program for its tests. This one has none.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let summary = format!("\nSKIPPED, all in all: {}\n", skipped::summary());
    let _unless_closed = io::stderr().write_all(summary.as_bytes());
}
