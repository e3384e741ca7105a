//! Everything that can make this step wait: a lock that blocks its thread, an awaited socket.

#[cfg(test)]
pub(crate) use lanes::{net::tokio::Socket, sync::Mutex};
#[cfg(not(test))]
pub(crate) use {harness::sync::Mutex, harness_tokio::Socket};
