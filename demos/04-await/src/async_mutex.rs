//! The usual first attempt at a cure: the same server, with tokio's own mutex around the room.
//!
//! A task that waits for this lock does not block its thread, so the heartbeat continues. But the
//! room is still locked while a task writes to a slow phone: it is step 2 again, and this time no
//! thread can be seen waiting.

pub mod room;

#[cfg(not(test))]
#[path = "server.rs"]
pub mod server;
#[cfg(not(test))]
#[path = "session.rs"]
pub mod session;

#[cfg(test)]
#[path = "scenarios.rs"]
pub(crate) mod scenarios;

mod sync {
    #[cfg(not(test))]
    pub(crate) use harness_tokio::{Mutex, Socket};
    #[cfg(test)]
    pub(crate) use lanes::{net::tokio::Socket, tokio::Mutex};
}
