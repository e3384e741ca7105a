//! Keeps a server's sockets and state while its process is replaced, or dies.
//!
//! A supervised server is two processes: the [supervisor](supervise), which you start and which
//! does next to nothing, and the worker, which it starts and which is the server. The supervisor
//! holds a copy of each file descriptor that must not be lost: the listener, the players' sockets,
//! and a [`SnapshotFile`](snapshot::SnapshotFile) for each room. A room writes all of its state
//! there before it tells any player the result. When the worker dies, however it dies, the sockets
//! stay open and the snapshots stay as they are; the next worker receives all of them and
//! continues. The kernel says how far the dead worker had come with each socket:
//! [`Counters`](tcp_info::Counters), [`Checkpoint`](resume::Checkpoint).
//!
//! - [`supervise`]: starts workers, watches them, passes descriptors on.
//! - [`worker`]: what a worker says to its supervisor and gets from it.
//! - [`ipc`]: their messages, and file-descriptor passing (`SCM_RIGHTS`).
//! - [`snapshot`], [`double_buffer`]: state in shared memory that a crash cannot tear.
//! - [`tcp_info`]: the kernel's counters of a socket.
//! - [`resume`]: which bytes of a connection are still to be written or read.
//! - `handover`: which worker serves, and which one is next.
//!
//! Linux only: other systems have no memory without a name (`memfd`), and no kernel that reports
//! these counters. It needs no privilege. If a kernel does not report them (one before 4.1, or
//! without `CONFIG_INET_DIAG`), a worker finds out when it starts. CI checks that the rest compiles
//! on other systems; it was never run there.

// What must hold for any bytes needs private items, so it is part of this crate: for its tests, and
// for the fuzzer, which sets `fuzzing`.
#[cfg(all(any(test, fuzzing), target_os = "linux"))]
#[path = "../fuzz/check.rs"]
pub mod check;
#[cfg(all(test, target_os = "linux"))]
mod decoders;
pub mod double_buffer;
#[cfg(target_os = "linux")]
pub mod error;
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "the supervisor exists on Linux alone")
)]
mod handover;
#[cfg(target_os = "linux")]
pub mod ipc;
#[cfg(test)]
mod proof;
#[cfg(target_os = "linux")]
pub mod resume;
#[cfg(target_os = "linux")]
pub mod snapshot;
#[cfg(target_os = "linux")]
pub mod supervise;
#[cfg(target_os = "linux")]
pub mod tcp_info;
#[cfg(target_os = "linux")]
pub mod worker;
