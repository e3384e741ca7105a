//! A headless Chromium for the tests: it opens pages, taps, takes screenshots and is killed.
//!
//! It speaks the Chrome DevTools Protocol, blocking, through a pipe: commands go into the browser's
//! file descriptor 3 and answers come out of 4, each ended by a zero byte. There is no port and no
//! handshake, and if a test is killed, its browser ends because its pipe has ended. Crates that
//! know the whole protocol generate it, which makes a first build a minute longer; a test needs two
//! dozen commands, which are JSON.
//!
//! Every wait is bounded, and fails with the page's text and its console output so far.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! let Some(browser) = browser::for_test("the page greets") else { return };
//! let page = browser.open("http://127.0.0.1:7007/");
//! page.phone(360, 740);
//! page.tap("#join");
//! page.wait_for("document.title === 'Welcome'", Duration::from_secs(10));
//! page.screenshot(&browser::picture("welcome"));
//! assert_eq!(page.errors(), Vec::<String>::new());
//! ```

mod chromium;
mod devtools;
mod error;
mod events;
mod input;
mod page;
mod process;
mod requests;
mod search;
mod shared;

use std::env;
use std::fs;
use std::path::PathBuf;

pub use chromium::Browser;
pub use error::Error;
pub use page::Page;
pub use requests::Request;
pub use search::find;
pub use shared::InUse;

/// A browser for the test of this name, shared with tests of the same program that run at the same
/// time. `None` if there is no Chromium; then a SKIPPED line is printed, and the test must return.
///
/// # Panics
/// If there is no Chromium and `CI=true` requires one, or if it does not start.
#[track_caller]
pub fn for_test(name: &str) -> Option<InUse> {
    match InUse::begin() {
        Ok(browser) => Some(browser),
        Err(error @ Error::NotFound) => {
            skipped::skip(&error.to_string());
            None
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

/// The path of a test's screenshot of this name: `screenshots/NAME.png` in cargo's target folder.
///
/// # Panics
/// If the folder cannot be created.
pub fn picture(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a program knows where it is");
    // target/debug/deps/a_test: whatever the target folder is called, `deps` is two below it.
    let target = test.ancestors().find(|at| at.ends_with("deps"));
    let target = target
        .and_then(|deps| deps.ancestors().nth(2))
        .map_or_else(env::temp_dir, PathBuf::from);
    let folder = target.join("screenshots");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder.join(format!("{name}.png"))
}
