//! The program as a user starts it: how it shuts down, what it stores, and what it prints if it
//! cannot start.

#[cfg(unix)]
mod json_log;
mod leaderboard;
mod operator;
mod refusals;
mod running;
#[cfg(unix)]
mod shutdown;
#[cfg(target_os = "linux")]
mod systemd_unit;
#[cfg(unix)]
mod unread;
