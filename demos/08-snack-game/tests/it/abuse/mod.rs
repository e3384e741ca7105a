//! A stranger with a script: what it takes from the players.

#[cfg(target_os = "linux")]
mod heads;
mod requests;
mod rooms;
mod seats;
