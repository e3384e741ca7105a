//! The cure that everybody proposes: the same server, with tokio's own mutex around the room.
//!
//! A task that waits for this lock lets its thread go, so the heartbeat goes on. But the room is
//! still held while a slow phone is told something: it is step 2 again, without a thread to be seen
//! waiting.

pub mod room;

#[cfg(not(test))]
#[path = "server.rs"]
pub mod server;
#[cfg(not(test))]
#[path = "session.rs"]
pub mod session;

#[cfg(test)]
#[path = "evenings.rs"]
pub(crate) mod evenings;

mod sync {
    #[cfg(not(test))]
    pub(crate) use harness_tokio::{Mutex, Socket};
    #[cfg(test)]
    pub(crate) use lanes::{net::tokio::Socket, tokio::Mutex};
}
