//! The harness on tokio: locks, channels and sockets for tasks, with names and with a record of
//! their waiters.
//!
//! A crate of its own because cargo unifies features across a workspace: as an option of `harness`,
//! tokio would be compiled before step 1 could run.
//!
//! Tasks of one thread are distinguished only if each is wrapped in [`harness::named`].

mod accept;
mod lines;
pub mod mpsc;
mod mutex;
pub mod oneshot;
mod runtime;
mod socket;
mod watched;

pub use accept::accept;
pub use lines::Lines;
pub use mutex::{Mutex, MutexGuard};
pub use runtime::on_one_thread;
pub use socket::{Socket, say, within};
