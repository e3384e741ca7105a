//! Everything that can make this step wait: a lock, and a socket whose phone does not read.

#[cfg(not(test))]
pub(crate) use harness::sync::{Mutex, Socket};
#[cfg(test)]
pub(crate) use lanes::{net::Socket, sync::Mutex};
