//! What outlives this process: who holds it, and how it is handed on.

#[cfg(not(target_os = "linux"))]
pub use elsewhere::*;
#[cfg(target_os = "linux")]
pub use here::*;

#[cfg(target_os = "linux")]
mod here {
    pub use supervisor::worker::SupervisorHandle as Kept;

    use crate::net::TcpStream;
    use bytes::Bytes;
    use rustix::time::{ClockId, clock_gettime};
    use std::{
        os::fd::AsFd,
        sync::{Arc, OnceLock},
        time::{Duration, Instant},
    };
    use supervisor::tcp_info::Counters;

    /// A connection that is held. Dropping it says that it is not needed any more.
    #[derive(Debug)]
    pub struct Held {
        kept: Arc<Kept>,
        id: u64,
        /// So far it was when it became a WebSocket.
        pub(crate) base: Counters,
        /// What its browser said too early: it is out of the kernel already.
        pub(crate) early: Bytes,
    }

    impl Held {
        pub(crate) fn new(kept: &Arc<Kept>, id: u64, base: Counters, early: Bytes) -> Self {
            let kept = Arc::clone(kept);
            Self {
                kept,
                id,
                base,
                early,
            }
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            self.kept.forget_connection(self.id);
        }
    }

    /// A socket that became a WebSocket is held from here on. `None`: it is over already.
    pub fn hold(
        kept: &Arc<Kept>,
        id: u64,
        room: &str,
        stream: &TcpStream,
        early: &Bytes,
    ) -> Option<Held> {
        let base = kept.hold_connection(id, room, stream.as_fd()).ok()?;
        Some(Held::new(kept, id, base, early.clone()))
    }

    /// The clock that all processes of a machine share, in nanoseconds: an `Instant` is one
    /// process's.
    fn anchor() -> (Instant, i64) {
        static ANCHOR: OnceLock<(Instant, i64)> = OnceLock::new();
        *ANCHOR.get_or_init(|| {
            let now = clock_gettime(ClockId::Monotonic);
            (Instant::now(), now.tv_sec * 1_000_000_000 + now.tv_nsec)
        })
    }

    /// For another process.
    pub(crate) fn nanos(at: Instant) -> i64 {
        let (instant, nanos) = anchor();
        let after = at.saturating_duration_since(instant).as_nanos() as i64;
        let before = instant.saturating_duration_since(at).as_nanos() as i64;
        nanos + after - before
    }

    /// From another process.
    pub(crate) fn instant(at: i64) -> Instant {
        let (instant, nanos) = anchor();
        let apart = Duration::from_nanos(at.abs_diff(nanos));
        let moved = match at >= nanos {
            true => instant.checked_add(apart),
            false => instant.checked_sub(apart),
        };
        moved.unwrap_or(instant)
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use crate::net::TcpStream;
    use bytes::Bytes;
    use std::sync::Arc;

    /// There is nobody.
    #[derive(Debug)]
    pub enum Kept {}

    /// There is nothing.
    #[derive(Debug)]
    pub enum Held {}

    /// Nobody holds anything here.
    pub fn hold(kept: &Arc<Kept>, _: u64, _: &str, _: &TcpStream, _: &Bytes) -> Option<Held> {
        match **kept {}
    }
}
