//! Numbers as text.

use std::time::Duration;

/// `1 player`, `2 players`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    times(number as u64, thing)
}

/// As [`count`], for a `u64`.
pub(crate) fn times(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Seconds with one decimal.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Megabytes of a million bytes, with one decimal below 100 MB.
pub(crate) fn bytes(bytes: u64) -> String {
    let megabytes = bytes as f64 / 1e6;
    match bytes {
        100_000_000.. => format!("{megabytes:.0} MB"),
        _ => format!("{megabytes:.1} MB"),
    }
}

/// At most four digits: `9999`, `12k`, `34M`.
pub(super) fn thousands(number: u64) -> String {
    match number {
        10_000_000.. => format!("{}M", number / 1_000_000),
        10_000.. => format!("{}k", number / 1_000),
        _ => number.to_string(),
    }
}
