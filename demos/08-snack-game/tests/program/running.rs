//! The program, started and asked to end.

use crate::common::PATIENCE;
#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
    time::{Duration, Instant},
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

/// The program, ended with its test.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

/// Starts it, and waits until it listens.
pub(crate) fn start(data: &Path, args: &[&str]) -> Running {
    let mut child = Command::new(PROGRAM)
        .args(["--listen", "127.0.0.1:0", "--bots", "0", "--data"])
        .arg(data)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert_ne!(
            stdout.read_line(&mut line).expect("text"),
            0,
            "it ended before it listened"
        );
        if let Some(address) = line.trim().strip_prefix("listening on ") {
            break address.parse().expect("an address");
        }
    };
    Running {
        child,
        stdout,
        address,
    }
}

impl Running {
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("it runs");
    }

    /// Its exit status, and what it said since it listened.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None => assert!(Instant::now() < until, "it does not end"),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).expect("text");
        (status.code(), said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    let child = Command::new(PROGRAM)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let pid = child.id();
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let output = ended
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| panic!("{args:?}: still running as {pid}"));
    output.expect("its output")
}

/// A program that cannot do what was asked: status 1, and a sentence without a panic in it.
#[track_caller]
pub(crate) fn refuses(args: &[&str], sentence: &str) {
    let output = run(args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
    assert!(said.contains(sentence), "{args:?}: {said}");
    assert!(
        !said.contains("panicked") && said.trim_end().lines().count() == 1,
        "{args:?}: {said}"
    );
}
