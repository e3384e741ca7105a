//! The locks, sockets and outboxes of a running step: std's own, with names and with a record of
//! their waiters.

mod mutex;
mod outbox;
mod socket;

pub use mutex::{Mutex, MutexGuard};
pub(crate) use outbox::{Behind, deepest, deepest_ever};
pub use outbox::{Outbox, Queue, outbox};
pub use socket::Socket;
