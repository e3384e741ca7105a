//! The kit: everything but the Rust toolchain that a laptop without internet needs.
//!
//! It holds a commit of this repository and the crates of that commit's `Cargo.lock`, in the forms
//! that unmodified `git` and `cargo` read. [`folder`] writes it for a USB stick, [`handout`]
//! prepares the same in memory, and [`serve`] hands it out over HTTP. Both start from
//! [`copy::Copy`], which reads the presenter's repository and never writes to it.

mod cargo_config;
mod command;
mod copy;
mod crates;
mod error;
mod folder;
mod fresh;
mod handout;
mod lockfile;
mod manifest;
mod page;
mod rate_limit;
mod registry;
mod repository;
mod scratch;
mod serve;
mod text;
mod toolchain;

pub(crate) use folder::write;
pub(crate) use fresh::{check_folder, check_stage};
pub(crate) use handout::{Handout, Offer};
pub(crate) use serve::routes;
