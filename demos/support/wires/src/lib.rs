//! Short wires: how little the kernel may hold for a phone that does not read.
//!
//! Left alone, it takes 2.7 MB on a loopback before a writer has to wait (measured, Linux 6.18): at
//! the pace of the demos that is half a minute, longer than a talk has. Both ends have a say in it,
//! and the standard library in neither; so this is a crate of its own, and step 1, which needs no
//! slow phone, does without.

use socket2::{Domain, SockRef, Socket, Type};
use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

/// What the server's kernel may hold for a phone, in bytes. Linux doubles it for its own
/// bookkeeping.
const UNSENT: usize = 16 * 1024;

/// What a slow phone's kernel may hold of what it does not read, in bytes.
const UNREAD: usize = 4 * 1024;

/// Server and slow phones of this process have little room from now on: to be said before
/// [`harness::run`].
pub fn shorten() {
    harness::prepare_listener(prepare);
    bots::slow_phones_dial(dial);
}

/// Every connection of this listener inherits it, once it is said: so before anybody connects.
fn prepare(listener: &TcpListener) -> io::Result<()> {
    SockRef::from(listener).set_send_buffer_size(UNSENT)
}

/// Connects, with little room for what is not read. It must be said before: the window is
/// negotiated then.
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
