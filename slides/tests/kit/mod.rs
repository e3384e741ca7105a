//! What the tests of the kit share: a temporary folder, cargo with an empty home, and a system
//! without a network.

// Not every test uses everything.
#![allow(dead_code)]

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{self, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The repository.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Prints that a test was skipped, on standard error and in a way that libtest does not capture.
///
/// # Panics
/// Under `CI=true` on Linux. There `.ci/run` has installed everything, so nothing may be skipped.
#[track_caller]
pub(crate) fn skipped(test: &str, why: &str) {
    let ci = cfg!(target_os = "linux") && env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(!ci, "{test}: {why}; under CI=true it is not skipped");
    let _unless_closed = writeln!(io::stderr(), "SKIPPED: {test}: {why}");
}

/// A temporary folder, removed with everything in it when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("snackbar-{name}-{}-{number}", process::id());
        let path = env::temp_dir().join(name);
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
pub(crate) fn run(command: &mut Command, limit: Duration) -> Output {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    let out = thread::spawn(move || all(out.take()));
    let err = thread::spawn(move || all(err.take()));
    let until = Instant::now() + limit;
    let status = loop {
        match child.try_wait().expect("it was started") {
            Some(status) => break status,
            None if Instant::now() < until => thread::sleep(Duration::from_millis(10)),
            None => {
                let _unless_it_ended = child.kill();
                panic!("{command:?}: still running after {limit:?}");
            }
        }
    };
    Output {
        status,
        stdout: out.join().expect("a pipe"),
        stderr: err.join().expect("a pipe"),
    }
}

fn all(from: Option<impl io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _unless_it_fails = from.map(|mut from| from.read_to_end(&mut bytes));
    bytes
}

/// Everything that a program printed.
pub(crate) fn printed(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    format!("{out}{err}")
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
/// target are in `folder`.
///
/// # Errors
/// This system does not permit the namespace, for this reason.
pub(crate) fn cargo_without_network(
    words: &str,
    tree: &Path,
    folder: &Path,
    limit: Duration,
) -> Result<Output, String> {
    let enter = ["-rn", "sh", "-c"];
    let probe = Command::new("unshare")
        .args(enter)
        .arg("ip link set lo up")
        .output();
    match probe {
        Ok(probe) if probe.status.success() => {}
        Ok(probe) => return Err(printed(&probe).trim().to_owned()),
        Err(error) => return Err(format!("unshare: {error}")),
    }
    let script = format!("ip link set lo up && exec '{}' {words}", cargo());
    let mut command = newcomer("unshare", folder);
    command.current_dir(tree).args(enter).arg(script);
    Ok(run(&mut command, limit))
}
