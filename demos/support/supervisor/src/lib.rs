//! A planned restart is a crash that says so first.
//!
//! A server that is *kept* is two processes: the [keeper](keep), which was started and does next to
//! nothing, and the worker, which it starts and which is the server. The keeper holds a copy of
//! each descriptor that must not be lost: the listener, the players' sockets, and a
//! [`Memory`](memory::Memory) for each room, into which the room writes all that it is before
//! anybody hears of it. When the worker dies, however it dies, the sockets stay open and the memory
//! stays as it is; the next worker is given all of it and goes on. How far the dead one had come
//! with each socket is asked of the kernel: [`Counts`](counts::Counts), [`Mark`](mark::Mark).
//!
//! Linux only: elsewhere there is no nameless memory, and no kernel that tells what it counts.
//! There it wants no privilege; a kernel that does not tell (one before 4.1, or without
//! `CONFIG_INET_DIAG`) is found out when a worker starts. That the rest compiles on other systems
//! is looked at in CI; there it was never run.

// What must hold for any bytes reaches what is private, so it is part of this crate: for its tests,
// and for the fuzzer, which sets `fuzzing`.
#[cfg(all(any(test, fuzzing), target_os = "linux"))]
#[path = "../fuzz/check.rs"]
pub mod check;
#[cfg(target_os = "linux")]
pub mod counts;
#[cfg(all(test, target_os = "linux"))]
mod decoders;
#[cfg(target_os = "linux")]
pub mod keep;
#[cfg(target_os = "linux")]
pub mod mark;
#[cfg(target_os = "linux")]
pub mod memory;
#[cfg(target_os = "linux")]
pub mod note;
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "the keeper is there on Linux alone")
)]
mod plan;
#[cfg(test)]
mod proof;
pub mod slots;
#[cfg(target_os = "linux")]
pub mod worker;
