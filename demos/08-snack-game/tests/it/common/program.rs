//! The program as a user or a service manager starts it.

use crate::common::PATIENCE;
use bots::program::Program;
use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_08-snack-game");

/// Starts the server behind `first`: a command that sets limits and then runs the rest. The server
/// listens, and is killed when the test ends.
pub(crate) fn start_behind(first: &[&str], data: &Path, args: &[&str]) -> Program {
    let words = [first, &[PROGRAM], &on(data), args].concat();
    Program::start(words[0], &words[1..])
}

/// Options for a data folder and no bots.
pub(crate) fn on(data: &Path) -> [&str; 4] {
    let data = data.to_str().expect("a path in Unicode");
    ["--bots", "0", "--data", data]
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    let child = Command::new(PROGRAM)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let pid = child.id();
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    let output = ended
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| panic!("{args:?}: still running as {pid}"));
    output.expect("its output")
}
