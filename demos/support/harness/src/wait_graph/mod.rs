//! The wait-for graph of the running server, and its cycles.
//!
//! Each thing to wait for is a [`Resource`]: a lock, a phone, a queue, a mailbox. It records its
//! holder and its waiters, each with name and source line. [`snapshot`] reads all resources into a
//! [`WaitGraph`], which finds the wait cycle, or the chain that ends at a holder that does not
//! move.

mod actor;
mod cycle;
mod explain;
mod graph;
mod record;
mod resource;
#[cfg(test)]
pub(crate) mod samples;

pub(crate) use actor::rename;
pub use actor::{Actor, Named, Who, i_am, named, tasks};
pub use graph::{Keeps, Link, Seen, WaitGraph};
pub use record::{Holder, Kind, Place, Waiter};
pub use resource::{Held, Resource, Waiting, snapshot};
