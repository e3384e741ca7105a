//! Requests over raw sockets, as no browser would send them.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

const TIMEOUT: Duration = Duration::from_secs(180);

/// Opens a connection whose reads and writes are bounded.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT).expect("it listens");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a bound");
    stream.set_write_timeout(Some(TIMEOUT)).expect("a bound");
    stream
}

/// Sends these lines as a request, and returns the answer, which may be cut off.
pub(crate) fn ask_bytes(address: SocketAddr, lines: &[&str]) -> Vec<u8> {
    let mut stream = connect(address);
    // A request that is too long is answered before it is read to its end.
    let _cut_off = stream.write_all(request(lines).as_bytes());
    let mut answer = Vec::new();
    let _cut_off = stream.read_to_end(&mut answer);
    answer
}

/// Sends these lines as a request, and returns the whole answer as text.
pub(crate) fn ask(address: SocketAddr, lines: &[&str]) -> String {
    let mut stream = connect(address);
    let request = request(lines);
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("a complete answer");
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(lines: &[&str]) -> String {
    lines.join("\r\n") + "\r\nConnection: close\r\n\r\n"
}

/// Requests a path under the server's own name, and returns the whole answer as text.
pub(crate) fn get(address: SocketAddr, path: &str) -> String {
    ask(address, &own(address, path).each_ref().map(String::as_str))
}

/// Requests a path under the server's own name, and returns the answer, which may be cut off.
pub(crate) fn get_bytes(address: SocketAddr, path: &str) -> Vec<u8> {
    ask_bytes(address, &own(address, path).each_ref().map(String::as_str))
}

fn own(address: SocketAddr, path: &str) -> [String; 2] {
    [format!("GET {path} HTTP/1.1"), format!("Host: {address}")]
}

/// The status of an answer: `200`.
pub(crate) fn status(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(&answer[..answer.len().min(64)]).into_owned();
    text.split(' ').nth(1).unwrap_or(&text).to_owned()
}

/// The body of an answer.
pub(crate) fn body(answer: &[u8]) -> &[u8] {
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n");
    end.map_or(b"", |end| &answer[end + 4..])
}
