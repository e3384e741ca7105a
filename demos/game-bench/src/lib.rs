//! What Snack Rush costs, as a page: the figures of one run, and where they are quoted.

mod page;
mod report;

pub use crate::page::{quoted, with_quote};
pub use crate::report::{Capacity, Memory, Ratio, Report};

/// What measures it all anew, and writes it down.
pub const COMMAND: &str = "cargo run --release -p game-bench -- --write";
