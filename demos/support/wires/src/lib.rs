//! Short wires: small kernel buffers for phones that do not read.
//!
//! By default, the kernel buffers 2.7 MB on a loopback before a writer has to wait (measured, Linux
//! 6.18). At the pace of the demos that takes half a minute, too long for a talk. The buffers of
//! both ends matter, and the standard library can set neither. So this is a crate of its own, and
//! step 1, which needs no slow phone, does not depend on it.

use socket2::{Domain, SockRef, Socket, Type};
use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

/// The send buffer of the server's sockets, in bytes. Linux doubles it for its own bookkeeping.
const UNSENT: usize = 16 * 1024;

/// The receive buffer of a slow phone's socket, in bytes.
const UNREAD: usize = 4 * 1024;

/// Makes the buffers of the server and of its slow phones small. Must be called before
/// [`harness::run`].
pub fn shorten() {
    harness::prepare_listener(prepare);
    bots::slow_phones_dial(dial);
}

/// Each connection inherits the listener's setting, so it is set before the first one.
fn prepare(listener: &TcpListener) -> io::Result<()> {
    SockRef::from(listener).set_send_buffer_size(UNSENT)
}

/// Connects with a small receive buffer. It must be set before, because the TCP window is
/// negotiated when the connection is made.
fn dial(address: SocketAddr, within: Duration) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_recv_buffer_size(UNREAD)?;
    socket.connect_timeout(&address.into(), within)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_phone_that_does_not_read_is_noticed_after_some_kilobytes() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        prepare(&listener)?;
        let _never_reads = dial(listener.local_addr()?, Duration::from_secs(5))?;
        let (mut stream, _) = listener.accept()?;
        stream.set_write_timeout(Some(Duration::from_secs(1)))?;
        let line = [b'x'; 32];
        let mut written = 0;
        while written < 1_000_000 && stream.write_all(&line).is_ok() {
            written += line.len();
        }
        assert!(written < 500_000, "{written} bytes were taken");
        Ok(())
    }
}
