//! Everything that can make this step wait: a lock, and an empty outbox.

#[cfg(not(test))]
pub(crate) use harness::sync::{Mutex, Outbox, Queue, outbox};
#[cfg(test)]
pub(crate) use lanes::{net::Outbox, sync::Mutex};
