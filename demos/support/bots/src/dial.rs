//! How slow phones connect.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

/// A function that makes a connection.
pub type Dial = fn(SocketAddr, Duration) -> io::Result<TcpStream>;

static DIAL: OnceLock<Dial> = OnceLock::new();

/// Makes slow phones in this process connect with `dial`, whose second argument is the time that it
/// may take. `dial` can set socket options that the standard library does not offer, such as the
/// size of the kernel's buffer. Only the first call has an effect.
pub fn slow_phones_dial(dial: Dial) {
    let _said_before = DIAL.set(dial);
}

pub(crate) fn dial(address: SocketAddr, within: Duration) -> io::Result<TcpStream> {
    match DIAL.get() {
        Some(dial) => dial(address, within),
        None => TcpStream::connect_timeout(&address, within),
    }
}
