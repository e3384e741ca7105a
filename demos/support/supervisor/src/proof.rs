//! What the supervisor promises, proved: snapshots that no crash tears, connections that lose and
//! repeat no byte, and a handover in which two workers never serve at once.
//!
//! Dies with: what `mutants.toml` lists; `cargo run -p xtask --bin mutants supervisor` tries it.

mod double_buffer;
mod handover;
#[cfg(target_os = "linux")]
mod resume;
