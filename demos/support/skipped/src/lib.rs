//! Reports tests that are skipped because this machine lacks something that they need.
//!
//! libtest captures `eprintln!` and shows it only if the test fails, so a test that returns early
//! passes in silence. This crate writes to the real standard error:
//!
//! ```text
//! SKIPPED: no Chromium here: install it (tests of slides, pages)
//! ```
//!
//! A program says each reason once, however many of its tests need the same thing. With `CI=true`
//! nothing is skipped, except for the reasons listed in the variable `MAY_SKIP`, one on each line.
//!
//! Many programs run after the one that skipped, and the line scrolls away. So each skipped test is
//! also noted in a file of this run, and the last program of `cargo test` prints the [`summary`].

mod run;

pub use run::summary;

use lock::lock;
use std::collections::BTreeSet;
use std::env;
use std::io::{self, Write};
use std::sync::Mutex;

/// The reasons that this program has given.
static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Says that tests of this program are skipped for this reason. The caller returns from its test.
///
/// The reason says what is missing and, if it can be installed, how. It does not name the test, so
/// that it is the same for all tests that need the same thing.
///
/// # Panics
/// If `CI=true` and the reason is none of `MAY_SKIP`: there, what a test needs must be installed.
#[track_caller]
pub fn skip(reason: &str) {
    let ci = env::var("CI").is_ok_and(|ci| ci == "true");
    let allowed = env::var("MAY_SKIP").unwrap_or_default();
    assert!(
        !ci || may_skip(&allowed, reason),
        "{reason}; under CI=true no test is skipped, except for the reasons in MAY_SKIP"
    );
    run::note(reason);
    let mut said = lock(&SAID);
    if said.insert(reason.to_owned()) {
        let line = format!("SKIPPED: {reason} (tests of {})\n", whose());
        // One write, so that lines of several threads and programs do not mix.
        let _unless_closed = io::stderr().write_all(line.as_bytes());
    }
}

fn may_skip(allowed: &str, reason: &str) -> bool {
    allowed.lines().any(|line| line.trim() == reason)
}

/// The package and the file whose tests this program runs: `slides, pages`.
fn whose() -> String {
    let package = env::var("CARGO_PKG_NAME").ok();
    let program = env::current_exe().ok();
    let program = program.and_then(|it| Some(it.file_stem()?.to_string_lossy().into_owned()));
    let program = program.map(|name| match name.rsplit_once('-') {
        // Cargo adds a hash to the name.
        Some((name, hash)) if hash.len() == 16 => name.to_owned(),
        _ => name,
    });
    let both: Vec<String> = package.into_iter().chain(program).collect();
    both.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_ci_only_a_listed_reason_is_a_reason() {
        let allowed = "\n  no small disk can be mounted here\nno network\n";
        assert!(may_skip(allowed, "no network"));
        assert!(may_skip(allowed, "no small disk can be mounted here"));
        for reason in ["no Chromium here", "no network here", "no", "network", ""] {
            assert!(!may_skip("no network", reason), "{reason}");
        }
        assert!(!may_skip("", "no network"));
    }
}
