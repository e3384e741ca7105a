//! The way to a step that does not speak lines over TCP.

use std::io;
use std::net::SocketAddr;

/// How users and the crowd reach a step that does not speak lines over TCP.
#[derive(Clone, Copy, Debug)]
pub struct Front {
    /// The sentence that tells a user how to connect to this address.
    pub walk_up: fn(SocketAddr) -> String,
    /// The part of `--help` about the step's own options and about connecting.
    pub help: &'static str,
    /// Starts a bridge from the crowd, which speaks lines over TCP, to the server at this address.
    /// Returns the bridge's address.
    pub bridge: fn(SocketAddr) -> io::Result<SocketAddr>,
}
