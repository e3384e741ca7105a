//! What mutexes and channels cost, side by side: the arithmetic of the report, its tables and its charts.
//!
//! Measured is in `benches/measure`, which only `cargo bench -p bench --features measure` builds: it needs criterion,
//! and nobody else shall wait for that. What is here depends on nothing, and its tests measure nothing: they check the
//! arithmetic, and that the page, the charts and the report that lie in this folder tell the same numbers.

pub mod appends;
pub mod chart;
pub mod latency;
pub mod quotes;
pub mod ratio;
pub mod report;
pub mod rooms;
pub mod table;
pub mod words;
