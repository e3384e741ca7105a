//! The game over real sockets: a server in the test's process, the program as a user starts it, and
//! its pages in a browser.

mod common;

mod abuse;
mod behind;
mod bots;
mod capacity;
mod close_codes;
mod cluster;
#[cfg(target_os = "linux")]
mod deploy;
mod failover;
mod faults;
#[cfg(target_os = "linux")]
mod handover;
mod http;
mod metrics;
#[cfg(target_os = "linux")] // Elsewhere the figures of the process are unknown.
mod monitoring;
mod pages;
mod play;
mod program;
mod protocol;
#[cfg(unix)]
mod resume;
