//! Phones that follow, and the time until each of them has the next slide.

use super::{Stage, presenter::Presenter};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{ClientRequestBuilder, Error, Message, WebSocket, client, protocol::Role};

const TIMEOUT: Duration = Duration::from_secs(60);

/// The first byte of a text in one frame.
pub(crate) const TEXT: u8 = 0x81;

/// A client's frame: the first byte, and the payload under a mask of zeros.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASKED: u8 = 0x80;
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..126 => bytes.push(MASKED | short as u8),
        medium @ 126..65_536 => {
            bytes.push(MASKED | 126);
            bytes.extend((medium as u16).to_be_bytes());
        }
        long => {
            bytes.push(MASKED | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// A request for a WebSocket.
pub(crate) fn upgrade_request(address: SocketAddr, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// Opens a WebSocket, and sends `more` together with the request. Only the head of the answer is
/// read from the connection.
pub(crate) fn upgraded(address: SocketAddr, path: &str, more: &[u8]) -> TcpStream {
    let mut stream = connect(address);
    let request = upgrade_request(address, path).into_bytes();
    stream
        .write_all(&[&request, more].concat())
        .expect("a request");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head);
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    stream
}

/// Opens a WebSocket, and sends its first message together with the request: the stage closes a
/// socket whose first message does not come in time, and a busy machine may be slow between both.
pub(crate) fn socket_that_says(
    address: SocketAddr,
    path: &str,
    first: &str,
) -> WebSocket<TcpStream> {
    let stream = upgraded(address, path, &frame(TEXT, first.as_bytes()));
    WebSocket::from_raw_socket(stream, Role::Client, None)
}

/// Reads the next message. A bounded read is interrupted when the process stood still.
pub(crate) fn read(socket: &mut WebSocket<TcpStream>) -> tungstenite::Result<Message> {
    loop {
        match socket.read() {
            Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Reads until the next state: a ping may come before it.
#[track_caller]
pub(crate) fn next_state(phone: &mut WebSocket<TcpStream>) -> String {
    loop {
        match read(phone).expect("a state") {
            Message::Text(text) if text.contains("\"slide\":") => return text.to_string(),
            Message::Close(why) => panic!("no state, but a goodbye: {why:?}"),
            _ => {}
        }
    }
}

/// Opens a WebSocket whose reads are bounded.
pub(crate) fn socket(address: SocketAddr, path: &str) -> WebSocket<TcpStream> {
    let stream = connect(address);
    let uri = format!("ws://{address}{path}").parse().expect("an address");
    client(ClientRequestBuilder::new(uri), stream)
        .expect("a socket")
        .0
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the stage listens");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a bound");
    stream.set_write_timeout(Some(TIMEOUT)).expect("a bound");
    stream.set_nodelay(true).expect("a socket");
    stream
}

/// The number in `"slide":N`.
fn slide(text: &str) -> Option<u64> {
    let rest = text.split("\"slide\":").nth(1)?;
    rest.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// Phones that follow, and a presenter who changes slides.
pub(crate) struct Phones {
    count: usize,
    received: Receiver<(Option<u64>, Instant)>,
    presenter: Presenter,
    at: u64,
}

impl Phones {
    pub(crate) fn follow(stage: &Stage, count: usize) -> Phones {
        let (sender, received) = mpsc::channel();
        for _ in 0..count {
            let mut phone = socket(stage.phones(), "/live");
            let sender = sender.clone();
            thread::spawn(move || {
                while let Ok(message) = read(&mut phone) {
                    let Message::Text(text) = message else {
                        continue;
                    };
                    if sender.send((slide(&text), Instant::now())).is_err() {
                        return;
                    }
                }
            });
        }
        Phones {
            count,
            received,
            presenter: Presenter::connect(stage),
            at: 0,
        }
    }

    /// Changes the slide `slides` times. Returns the times from the command to the arrival on each
    /// phone, the shortest first.
    pub(crate) fn turn(&mut self, slides: usize) -> Vec<Duration> {
        let mut times = Vec::new();
        for _ in 0..slides {
            self.at = 1 + self.at % 4;
            let to = self.at;
            let began = Instant::now();
            self.presenter.send(&format!("[\"go\",{to},0]"));
            for _ in 0..self.count {
                let arrived = loop {
                    let next = self.received.recv_timeout(TIMEOUT);
                    let (slide, when) = next.expect("every phone receives it");
                    if slide == Some(to) && when > began {
                        break when;
                    }
                };
                times.push(arrived - began);
            }
            // Longer than the stage's pause between two states, so that it shows each slide.
            thread::sleep(Duration::from_millis(60));
        }
        times.sort();
        times
    }
}

/// The time within which this part of all phones has the slide, for a sorted list of times.
pub(crate) fn within(times: &[Duration], part: f64) -> Duration {
    times[((times.len() - 1) as f64 * part) as usize]
}
