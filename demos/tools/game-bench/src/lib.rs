//! What Snack Rush costs: the figures of one run, and the pages that quote them.

mod page;
mod report;

pub use crate::page::{quoted, with_quote};
pub use crate::report::{Capacity, Memory, Ratio, Report};

/// The command that measures everything and writes the report.
pub const COMMAND: &str = "cargo run --release -p game-bench -- --write";
