//! Everything that a step can wait for, behind the gate.

pub(crate) mod mpsc;
mod mutex;
pub(crate) mod oneshot;
mod phone;
mod task;

pub(crate) use mutex::Mutex;
pub(crate) use phone::{Outbox, Wire, outbox};
pub(crate) use task::{block_on, within};
