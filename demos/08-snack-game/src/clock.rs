//! The clock that deadlines are measured by.

use std::time::{Duration, Instant};

/// The current time. Under a simulated network it is that network's time, which passes without
/// waiting.
pub fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// An instant as nanoseconds of a clock that all processes of this machine share: an [`Instant`]
/// means nothing in another process. Outside Linux no process takes over from another, and only
/// differences between two of these numbers mean anything.
pub(crate) fn to_nanos(at: Instant) -> i64 {
    let (instant, nanos) = anchor();
    let after = at.saturating_duration_since(instant).as_nanos() as i64;
    let before = instant.saturating_duration_since(at).as_nanos() as i64;
    nanos + after - before
}

/// The instant that another process wrote as [nanoseconds](to_nanos).
#[cfg(target_os = "linux")]
pub(crate) fn from_nanos(at: i64) -> Instant {
    let (instant, nanos) = anchor();
    let apart = Duration::from_nanos(at.abs_diff(nanos));
    let moved = match at >= nanos {
        true => instant.checked_add(apart),
        false => instant.checked_sub(apart),
    };
    moved.unwrap_or(instant)
}

/// One moment on both clocks.
fn anchor() -> (Instant, i64) {
    static ANCHOR: std::sync::OnceLock<(Instant, i64)> = std::sync::OnceLock::new();
    *ANCHOR.get_or_init(|| (Instant::now(), shared_clock()))
}

#[cfg(target_os = "linux")]
fn shared_clock() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

#[cfg(not(target_os = "linux"))]
fn shared_clock() -> i64 {
    0
}

/// The time from `from` to `to`, both in [nanoseconds](to_nanos); zero if `to` is earlier.
pub(crate) fn nanos_between(from: i64, to: i64) -> Duration {
    Duration::from_nanos(to.saturating_sub(from).max(0) as u64)
}
