//! The record of a resource: its kind, its holder, its waiters.

use super::Who;
use ::wait_graph::How;
use std::panic::Location;
use std::time::Instant;

/// A line of source.
pub type Place = &'static Location<'static>;

/// The kinds of things to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A lock. Waiting for it blocks a thread.
    Lock,
    /// A lock for tasks. Waiting for it does not block the thread.
    AsyncLock,
    /// A phone that has to read before the kernel can take another line. It has no holder here.
    Phone,
    /// An unbounded queue with nothing in it. Its waiter is idle, not stuck.
    Queue,
    /// A bounded queue that is full. All its senders wait for its receiver, which registers with
    /// [`emptied_by_me`](super::Resource::emptied_by_me). A receiver that finds it empty is idle,
    /// and its wait is not recorded.
    Mailbox,
}

impl Kind {
    /// What has to happen before a wait for it ends.
    pub(super) fn how(self) -> How {
        match self {
            Kind::Lock | Kind::AsyncLock => How::Lock,
            Kind::Phone | Kind::Mailbox => How::Full,
            Kind::Queue => How::Empty,
        }
    }

    /// The same in words, to follow "waits".
    pub(super) fn words(self, name: &str) -> String {
        let kind = match self {
            Kind::Lock | Kind::AsyncLock => ::wait_graph::Kind::Mutex,
            Kind::Phone => ::wait_graph::Kind::Phone,
            Kind::Queue => ::wait_graph::Kind::Outbox,
            Kind::Mailbox => ::wait_graph::Kind::Channel,
        };
        let no_other = |_| String::new();
        self.how().words(Some(kind), name, no_other)
    }
}

/// The holder of a resource, or the receiver of a mailbox.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The thread or task.
    pub who: Who,
    /// The line that took it.
    pub at: Place,
}

/// A waiter for a resource.
#[derive(Clone, Debug)]
pub struct Waiter {
    /// The thread or task.
    pub who: Who,
    /// The line that waits.
    pub at: Place,
    /// When the wait began.
    pub since: Instant,
    /// Whether it blocks its thread, so that no other task can run on it.
    pub blocks: bool,
}
