//! Injected faults: disks, clocks, file descriptors, and hostile clients. The README has a table of
//! the faults and the tests.

#![cfg_attr(
    not(target_os = "linux"),
    allow(
        dead_code,
        unused_imports,
        reason = "some counters exist on Linux only"
    )
)]

mod clock;
mod descriptors;
mod disk;
mod floods;
pub(crate) mod frames;
#[cfg(unix)]
mod freeze;
mod handshakes;
mod readme_table;
mod running;
mod soak;
mod store;
