//! What is on record about a resource.

use super::Who;
use std::panic::Location;
use std::time::Instant;

/// A line of source.
pub type Place = &'static Location<'static>;

/// What somebody can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A lock. Who waits for it keeps a thread from everybody else.
    Lock,
    /// A lock for tasks.
    AsyncLock,
    /// A phone that is to read, so that the kernel has room for another line. Nobody here holds it.
    Phone,
    /// A queue without limit that is to hold something. Who waits for it is idle, not stuck.
    Queue,
    /// A queue with a limit that is to have room. Its receiver is the one that all its senders wait
    /// for, and says so by [`emptied_by_me`](super::Resource::emptied_by_me). A receiver
    /// that finds it empty is idle, and its wait does not belong on this record.
    Mailbox,
}

/// Who has a resource, or empties a mailbox.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Who that is.
    pub who: Who,
    /// Where it was taken.
    pub at: Place,
}

/// Who waits for a resource.
#[derive(Clone, Debug)]
pub struct Waiter {
    /// Who that is.
    pub who: Who,
    /// In which line.
    pub at: Place,
    /// Since when.
    pub since: Instant,
    /// Its thread can do nothing else meanwhile, not even for other tasks.
    pub blocks: bool,
}
