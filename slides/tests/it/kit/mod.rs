//! What the tests of the kit share: a temporary folder, cargo with an empty home, and a system
//! without a network.

use limited::{Ended, Finished, Input, Limits};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// The repository.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A temporary folder, removed with everything in it when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("snackbar-{name}-{}-{number}", process::id());
        let path = env::temp_dir().join(name);
        // Of a test program with the same number that was killed.
        let _no_leftover = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a scratch folder");
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left_for_the_system = fs::remove_dir_all(&self.0);
    }
}

/// Runs a command, and kills it after `limit`.
///
/// # Panics
/// It cannot be started, or it was killed.
#[track_caller]
pub(crate) fn run(command: &mut Command, limit: Duration) -> Finished {
    let finished = limited::run(command, Input::Empty, Limits::time(limit));
    let finished = finished.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        finished.ended != Ended::TooLong,
        "{command:?}: still running after {limit:?}"
    );
    finished
}

/// Everything that a program printed.
pub(crate) fn printed(output: &Finished) -> String {
    output.stdout() + &output.stderr()
}

/// A command as a newcomer types it: cargo's home and the target folder, in `folder`, are empty. A
/// registry on the network cannot be reached, because the proxy for https is a closed port.
pub(crate) fn newcomer(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("CARGO_HOME", folder.join("cargo-home"))
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_NET_RETRY", "0")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("https_proxy", "http://127.0.0.1:1")
        .env("CARGO_TERM_COLOR", "never");
    for proxy in ["http_proxy", "ALL_PROXY", "all_proxy", "CARGO_HTTP_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

/// The cargo that runs this test.
pub(crate) fn cargo() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Runs cargo in `tree`, in a network namespace that has only a loopback device. Cargo's home and
/// target are in `folder`. `None` if this system does not permit the namespace; then the test is
/// skipped.
#[cfg(target_os = "linux")]
#[track_caller]
pub(crate) fn cargo_without_network(
    words: &str,
    tree: &Path,
    folder: &Path,
    limit: Duration,
) -> Option<Finished> {
    let enter = ["-rn", "sh", "-c"];
    let mut probe = Command::new("unshare");
    probe.args(enter).arg("ip link set lo up");
    match limited::run(&mut probe, Input::Empty, Limits::time(limit)) {
        Ok(probe) if probe.code() == Some(0) => {}
        Ok(probe) => return no_namespace(printed(&probe).trim()),
        Err(error) => return no_namespace(&error.to_string()),
    }
    let script = format!("ip link set lo up && exec '{}' {words}", cargo());
    let mut command = newcomer("unshare", folder);
    command.current_dir(tree).args(enter).arg(script);
    Some(run(&mut command, limit))
}

#[cfg(target_os = "linux")]
#[track_caller]
fn no_namespace(why: &str) -> Option<Finished> {
    skipped::skip(&format!(
        "no namespace without a network here: `unshare`: {why}"
    ));
    None
}
