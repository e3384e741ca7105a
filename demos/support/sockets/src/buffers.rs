//! Small kernel buffers for phones that do not read.
//!
//! By default, the kernel buffers 2.7 MB on a loopback before a writer has to wait (measured, Linux
//! 6.18). At the pace of the demos that takes half a minute, too long for a talk. The buffers of
//! both ends matter, and the standard library can set neither.

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

/// Makes the send buffer of a server's connections small. Each one inherits the listener's setting,
/// so this comes before the first connection.
///
/// # Errors
/// If the system refuses the option.
pub fn short_send_buffer(listener: &TcpListener) -> io::Result<()> {
    SockRef::from(listener).set_send_buffer_size(UNSENT)
}

/// Connects with a small receive buffer. It must be set before, because the TCP window is
/// negotiated when the connection is made.
///
/// # Errors
/// If the system refuses the option, or there is no connection `within` this time.
pub fn dial_with_short_buffer(address: SocketAddr, within: Duration) -> io::Result<TcpStream> {
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
        short_send_buffer(&listener)?;
        let address = listener.local_addr()?;
        let _never_reads = dial_with_short_buffer(address, Duration::from_secs(60))?;
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
