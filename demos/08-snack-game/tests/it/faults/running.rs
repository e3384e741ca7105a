//! The program under resource limits, as seen from outside.

use crate::{
    common::ask_json,
    common::program::{on, run, start_behind},
};
use bots::program::Program;
use std::{fs, ops::Deref, path::Path};

pub(crate) struct Running(Program);

impl Running {
    /// Starts the server behind `first`: a command that sets limits and then runs the rest. It is
    /// killed when the test ends.
    pub(crate) fn behind(first: &[&str], data: &Path, args: &[&str]) -> Self {
        Self(start_behind(first, data, args))
    }

    pub(crate) fn start(data: &Path, args: &[&str]) -> Self {
        Self::behind(&[], data, args)
    }

    /// Returns the number of open files, on Linux.
    pub(crate) fn descriptors(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.0.pid()));
        open.expect("the server runs").count()
    }

    /// Returns a number from `/api/xray`; `at` is a JSON pointer.
    pub(crate) fn number(&self, at: &str) -> u64 {
        let seen = ask_json(self.0.address(), "/api/xray");
        let number = seen.pointer(at).and_then(serde_json::Value::as_u64);
        number.unwrap_or_else(|| panic!("{at} is not in {seen}"))
    }
}

impl Deref for Running {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.0
    }
}

/// Runs the program to its end. Returns its status and its standard error.
pub(crate) fn to_the_end(data: &Path) -> (Option<i32>, String) {
    let output = run(&[&["--listen", "127.0.0.1:0"], &on(data)[..]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), stderr)
}
