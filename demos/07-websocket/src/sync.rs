//! All that can make this step wait: an inbox with nothing in it, and a socket that is awaited.

#[cfg(not(test))]
pub(crate) use super::connection::Socket;
#[cfg(not(test))]
pub(crate) use harness_tokio::{mpsc, oneshot, within};
#[cfg(test)]
pub(crate) use lanes::{
    net::tokio::Socket,
    tokio::{mpsc, oneshot, within},
};
