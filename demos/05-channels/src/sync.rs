//! Everything that can make this step wait: channels, and an awaited socket. There is no lock.

#[cfg(not(test))]
pub(crate) use harness_tokio::{Socket, mpsc, oneshot, within};
#[cfg(test)]
pub(crate) use lanes::{
    net::tokio::Socket,
    tokio::{mpsc, oneshot, within},
};
