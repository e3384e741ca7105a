//! What is promised of a kept server, and proved: the swap of its snapshots, and a tick as a
//! transaction.
//!
//! Dies with: what `mutants.toml` lists; `cargo run -p xtask --bin mutants supervisor` does it.

#[cfg(target_os = "linux")]
mod mark;
mod plan;
mod slots;
