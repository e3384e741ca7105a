//! Helpers: start the program, signal it, expect it to refuse.

use crate::common::program::{run, start_behind};
use bots::program::Program;
#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;

/// Starts the program and waits until it listens.
pub(crate) fn start(data: &Path, args: &[&str]) -> Program {
    start_behind(&[], data, args)
}

#[cfg(unix)]
pub(crate) fn signal(server: &Program, signal: Signal) {
    let pid = Pid::from_raw(server.pid() as i32).expect("a process");
    kill_process(pid, signal).expect("the program runs");
}

/// Runs the program. It must exit with status 1 and this message, without a panic.
#[track_caller]
pub(crate) fn refuses(args: &[&str], sentence: &str) {
    let output = run(args);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{args:?}: {printed}");
    assert!(printed.contains(sentence), "{args:?}: {printed}");
    assert!(
        !printed.contains("panicked") && printed.trim_end().lines().count() == 1,
        "{args:?}: {printed}"
    );
}
