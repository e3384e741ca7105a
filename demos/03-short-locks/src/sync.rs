//! All that can make this step wait: a lock, and an outbox with nothing in it.

#[cfg(not(test))]
pub(crate) use harness::sync::{Mutex, Outbox, Queue, outbox};
#[cfg(test)]
pub(crate) use lanes::{net::Outbox, sync::Mutex};
