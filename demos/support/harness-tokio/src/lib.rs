//! The harness on tokio: a lock and a socket for tasks that know their names and who waits for
//! them.
//!
//! A crate of its own because cargo unifies features across a workspace: as an option of `harness`,
//! tokio would have to be compiled before step 1 could run.
//!
//! Tasks of one thread are told apart only if each is wrapped in [`harness::named`].

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
