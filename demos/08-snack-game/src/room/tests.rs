//! A room without a runtime: `apply` and `tick` are given the time, so no test waits for a
//! deadline.

mod away;
mod bounds;
mod ends;
mod fixture;
mod joins;
mod many;
mod recover;
mod restore;
#[cfg(target_os = "linux")]
mod results;
mod timeouts;
