//! What goes wrong in the night: disks, clocks, descriptors, and people who mean no good. What was
//! held, and by which test, is a table in this step's README.

#![cfg_attr(
    not(target_os = "linux"),
    allow(
        dead_code,
        unused_imports,
        reason = "some of it is counted by Linux alone"
    )
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/program.rs"]
mod program;

mod clock;
mod descriptors;
mod disk;
mod floods;
mod frames;
mod handshakes;
mod readme_table;
mod running;
mod soak;
mod store;
