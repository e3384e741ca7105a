//! What a step's `sync.rs` takes from here in the running program: std's own things, which know
//! their names and who waits for them.

mod mutex;
mod outbox;
mod socket;

pub use mutex::{Mutex, MutexGuard};
pub(crate) use outbox::{Behind, deepest, deepest_ever};
pub use outbox::{Outbox, Queue, outbox};
pub use socket::Socket;
