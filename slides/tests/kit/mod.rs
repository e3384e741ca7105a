//! What tests of the kit share: a scratch folder, cargo with an empty home, and a system without a
//! network.

// Each test uses what it needs.
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

/// Says on standard error, where libtest does not capture it, that a test was skipped.
///
/// # Panics
/// Under `CI=true` on Linux, where `.ci/run` has made everything ready: there, nothing is skipped.
#[track_caller]
pub(crate) fn skipped(test: &str, why: &str) {
    let ci = cfg!(target_os = "linux") && env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(!ci, "{test}: {why}; under CI=true it is not skipped");
    let _unless_it_is_closed = writeln!(io::stderr(), "SKIPPED: {test}: {why}");
}

/// A folder that is removed with everything in it.
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

/// Runs a command, which is killed after `limit`.
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
    let _what_came = from.map(|mut from| from.read_to_end(&mut bytes));
    bytes
}

/// All that a program wrote.
pub(crate) fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    format!("{out}{err}")
}

/// A command as a newcomer types it: cargo's home in `folder` is empty, and so is the target. A
/// registry on the network cannot be reached: the proxy for https is a port that refuses.
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

/// Runs cargo in `tree` and in a network namespace of its own, where there is loopback and nothing
/// else. Cargo's home and target are in `folder`. `Err` if this system does not permit a namespace,
/// with the reason.
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
        Ok(probe) => return Err(said(&probe).trim().to_owned()),
        Err(error) => return Err(format!("unshare: {error}")),
    }
    let script = format!("ip link set lo up && exec '{}' {words}", cargo());
    let mut command = newcomer("unshare", folder);
    command.current_dir(tree).args(enter).arg(script);
    Ok(run(&mut command, limit))
}
