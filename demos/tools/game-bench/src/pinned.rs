//! Pins the server to one core and the crowd to another. Linux only: `pinned/elsewhere.rs` stands
//! in on other systems.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The cores that this process may use.
pub(crate) fn cores() -> io::Result<Vec<usize>> {
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU)
        .filter(|&core| set.is_set(core))
        .collect())
}

/// Pins this thread to the core, and every thread and program that it starts later.
pub(crate) fn stay_on(core: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    Ok(sched_setaffinity(None, &set)?)
}

/// Replaces this process by another program, on the same core. Returns only if that failed.
pub(crate) fn replace_by(program: &str, args: &[String]) -> io::Error {
    Command::new(program).args(args).exec()
}
