//! A room's deadlines, by a clock that is moved by hand: `apply` and `tick` are told what time it
//! is, so nothing is waited for.

mod closed;
mod deadlines;
mod falls;
#[cfg(target_os = "linux")]
mod results;
mod stage;
