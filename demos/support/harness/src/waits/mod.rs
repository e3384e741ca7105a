//! Who waits for whom.
//!
//! Whatever can make somebody wait is a [`Resource`]: a lock, a phone, a queue, a mailbox. It knows
//! who has it and who waits for it, and each of them by name and line. [`picture`] looks at all of
//! them at once and finds the cycle that nothing but an end of the program resolves, or the chain
//! that ends at somebody who will not move.

mod facts;
mod graph;
mod resource;
#[cfg(test)]
mod samples;
mod story;
mod who;

pub use facts::{Holder, Kind, Place, Waiter};
pub use graph::{Keeps, Link, Picture, Seen};
pub use resource::{Held, Resource, Waiting, picture};
pub(crate) use who::rename;
pub use who::{Actor, Named, Who, i_am, named, tasks};
