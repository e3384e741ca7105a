//! The Rust files in this folder as a part of a crate, for rust-analyzer alone.
//!
//! An answer is no member of the workspace, because an answer that does not compile must not break
//! it. But an editor helps only in files of a crate. rust-analyzer sets `cfg(rust_analyzer)`, and
//! cargo does not. So the editor sees the modules below, and `cargo build`, `test` and `clippy` see
//! an empty crate. `rustfmt` follows `mod` without asking for `cfg`, and must not fail at half an
//! answer.
//!
//! Written by `BLESS=1 cargo test -p learn --test it every_file`.

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "01_lock_order"]
mod solution_01 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "02_self_deadlock"]
mod solution_02 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "03_match_guard"]
mod solution_03 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "04_two_reads"]
mod solution_04 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "05_guard_across_await"]
mod solution_05 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "06_check_then_act"]
mod solution_06 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "07_lost_wakeup"]
mod solution_07 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "08_forgotten_sender"]
mod solution_08 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "09_channel_cycle"]
mod solution_09 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "10_lock_while_receiving"]
mod solution_10 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "11_leaked_task"]
mod solution_11 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "12_dropped_oneshot"]
mod solution_12 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "13_unbounded_growth"]
mod solution_13 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "14_slow_consumer"]
mod solution_14 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "15_cancelled_select"]
mod solution_15 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "16_shutdown_order"]
mod solution_16 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "17_relaxed_publish"]
mod solution_17 { mod solution; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "18_aba"]
mod solution_18 { mod solution; }
