//! A headless Chromium for the tests: pages that are opened, tapped, looked at and killed.
//!
//! It speaks the Chrome DevTools Protocol, blocking, through a pipe: commands go into the browser's third file descriptor
//! and answers come out of its fourth, each ended by a zero byte. No port, no handshake, and a browser whose test was
//! killed ends by itself, because its pipe has ended. The crates that know the whole protocol generate it, and cost a
//! first build a minute; a test needs two dozen commands, which are JSON.
//!
//! Everything here waits for a bounded time, and fails with what the page showed and what its console said until then.
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

mod base64;
mod chromium;
mod error;
mod fingers;
mod page;
mod process;
mod search;
mod seen;
mod wire;

use std::env;
use std::fs;
use std::path::PathBuf;

pub use chromium::Browser;
pub use error::Error;
pub use page::Page;
pub use search::find;

/// A browser for the test of this name. `None` if no Chromium is installed: the test is skipped, and
/// its program says so.
///
/// # Panics
/// If no Chromium is installed and `CI=true`, or if the browser does not start.
#[track_caller]
pub fn for_test(name: &str) -> Option<Browser> {
    match Browser::launch() {
        Ok(browser) => Some(browser),
        Err(error @ Error::NotFound) => {
            skipped::skip(&error.to_string());
            None
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

/// Where a test's picture of this name belongs: `screenshots/NAME.png` in cargo's target folder.
///
/// # Panics
/// The folder cannot be made.
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
