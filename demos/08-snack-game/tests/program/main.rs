//! The program as its audience starts it: how it ends, what it keeps, and what it says when it
//! cannot.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/program.rs"]
mod program;

mod leaderboard;
mod refusals;
mod running;
#[cfg(unix)]
mod shutdown;
#[cfg(target_os = "linux")]
mod systemd_unit;
