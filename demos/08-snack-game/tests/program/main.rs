//! The program as its audience starts it: how it ends, what it keeps, and what it says when it
//! cannot.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/program.rs"]
mod program;

mod boards;
#[cfg(unix)]
mod ends;
mod refusals;
mod running;
#[cfg(target_os = "linux")]
mod unit;
