//! The cost of mutexes and channels, side by side: the arithmetic of the report, its tables and its
//! charts.
//!
//! The measurements are in `benches/measure`, which only `cargo bench -p bench --features measure`
//! builds, because it needs criterion. This library depends on nothing, and its tests measure
//! nothing: they check the arithmetic, and that the page, the charts and the report in this folder
//! contain the same numbers.

pub mod appends;
pub mod chart;
pub mod latency;
pub mod options;
pub mod quotes;
pub mod ratio;
pub mod report;
pub mod rooms;
pub mod table;
