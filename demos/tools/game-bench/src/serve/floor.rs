//! The floor: a bare `write()` of the same bytes to the same sockets. No delivery through sockets
//! can cost less.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tungstenite::handshake::derive_accept_key;

use super::stream::Stream;

/// A client that does not finish its handshake within this time is dropped.
const PATIENCE: Duration = Duration::from_secs(10);

/// Accepts `connections`, one after the other, then writes ticks to all of them as long as there
/// are ticks.
pub(super) fn serve(
    listener: &TcpListener,
    connections: usize,
    mut stream: Stream,
) -> io::Result<()> {
    let mut sockets = Vec::with_capacity(connections);
    while sockets.len() < connections {
        let (mut socket, _) = listener.accept()?;
        if welcome(&mut socket, &stream).is_err() {
            continue; // A probe that only checks whether the server listens.
        }
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
        sockets.push(socket);
    }
    let mut due = Instant::now();
    for tick in 0..stream.ticks() {
        due += stream.pace();
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let frame = stream.frame(tick);
        // A closed connection costs nothing, so it is removed. A connection that is behind would
        // cost time, but none is.
        sockets.retain_mut(|socket| {
            socket
                .write(frame)
                .is_ok_and(|written| written == frame.len())
        });
    }
    Ok(())
}

fn welcome(socket: &mut TcpStream, stream: &Stream) -> io::Result<()> {
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut request = Vec::new();
    let mut piece = [0; 1024];
    let key = loop {
        if request.ends_with(b"\r\n\r\n") {
            break key(&request)?;
        }
        match socket.read(&mut piece)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => request.extend_from_slice(&piece[..read]),
        }
    };
    let accept = derive_accept_key(key.as_bytes());
    write!(
        socket,
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: snack-rush.v1\r\n\r\n"
    )?;
    // The client asks to watch. The loop has no other mode, so the request is not parsed.
    let _ = socket.read(&mut piece)?;
    socket.write_all(&stream.welcome())
}

fn key(request: &[u8]) -> io::Result<String> {
    String::from_utf8_lossy(request)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))
        .map(|(_, value)| value.trim().to_owned())
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidData, "a request without a key"))
}
