//! The program as its audience starts it, and as a service manager does.

use crate::common::PATIENCE;
use bots::program::Program;
use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

/// Starts it behind `first`: words that set limits and then run what follows them. It listens, and
/// is killed with its test.
pub(crate) fn start_behind(first: &[&str], data: &Path, args: &[&str]) -> Program {
    let words = [first, &[PROGRAM], &on(data), args].concat();
    Program::start(words[0], &words[1..])
}

/// What it is told about its scores, and that nobody plays of itself.
pub(crate) fn on(data: &Path) -> [&str; 4] {
    let data = data.to_str().expect("a path in Unicode");
    ["--bots", "0", "--data", data]
}

/// Runs it to its end, which has to come.
pub(crate) fn run(args: &[&str]) -> Output {
    let child = Command::new(PROGRAM)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let pid = child.id();
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    let output = ended
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| panic!("{args:?}: still running as {pid}"));
    output.expect("its output")
}
