//! A WebSocket client made of bytes: it can send what no library would.

use socket2::{Domain, SockRef, Socket, Type};
use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

pub(crate) const CONTINUATION: u8 = 0;
pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// A frame from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) last: bool,
    pub(crate) opcode: u8,
    pub(crate) payload: Vec<u8>,
}

/// An upgraded connection.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    /// Bytes that were read and not yet used.
    unread: Vec<u8>,
    /// The test fails after this, even if frames still arrive.
    until: Instant,
}

impl Client {
    /// Opens a WebSocket at `path`.
    #[track_caller]
    pub(crate) fn open(address: SocketAddr, path: &str) -> Client {
        Client::over(TcpStream::connect(address).expect("a connection"), path)
    }

    /// A phone whose kernel buffers little of what it does not read.
    #[track_caller]
    pub(crate) fn with_small_buffer(address: SocketAddr, path: &str) -> Client {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        socket.connect(&address.into()).expect("a connection");
        Client::over(socket.into(), path)
    }

    #[track_caller]
    fn over(stream: TcpStream, path: &str) -> Client {
        let (status, client) = upgrade(stream, path, &[]);
        assert!(status.contains(" 101 "), "{status}");
        client
    }

    /// Sends bytes as they are.
    #[track_caller]
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the server reads");
    }

    /// Sends a line as one text message.
    #[track_caller]
    pub(crate) fn send_line(&mut self, line: &str) {
        self.send(&frame(true, TEXT, line.as_bytes()));
    }

    /// The next frame. An error if the connection has ended.
    pub(crate) fn next(&mut self) -> io::Result<Frame> {
        let head = self.take(2)?;
        assert_eq!(head[1] & 0x80, 0, "a server does not mask");
        let length = match head[1] {
            126 => u64::from(u16::from_be_bytes(self.take(2)?.try_into().expect("two"))),
            127 => u64::from_be_bytes(self.take(8)?.try_into().expect("eight")),
            length => u64::from(length),
        };
        let payload = self.take(usize::try_from(length).expect("it fits"))?;
        assert_eq!(head[0] & 0x70, 0, "no reserved bits");
        Ok(Frame {
            last: head[0] & 0x80 != 0,
            opcode: head[0] & 0x0f,
            payload,
        })
    }

    fn take(&mut self, wanted: usize) -> io::Result<Vec<u8>> {
        let mut piece = vec![0; wanted.clamp(1024, 1 << 20)];
        assert!(Instant::now() < self.until, "the frames do not end");
        while self.unread.len() < wanted {
            match self.stream.read(&mut piece)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => self.unread.extend_from_slice(&piece[..read]),
            }
        }
        let rest = self.unread.split_off(wanted);
        Ok(std::mem::replace(&mut self.unread, rest))
    }

    /// The text of the next text frame. Skips pings and pongs.
    #[track_caller]
    pub(crate) fn next_text(&mut self) -> String {
        loop {
            let frame = self.next().expect("a text frame");
            match frame.opcode {
                TEXT => return String::from_utf8(frame.payload).expect("text"),
                PING | PONG => {}
                _ => panic!("{frame:?} instead of a text"),
            }
        }
    }

    /// Skips texts until one contains this.
    #[track_caller]
    pub(crate) fn wait_for_text(&mut self, wanted: &str) -> String {
        loop {
            let text = self.next_text();
            if text.contains(wanted) {
                return text;
            }
        }
    }

    /// Skips frames until the server's Close frame, and returns its code and reason. Answers it,
    /// and checks that the connection then ends.
    #[track_caller]
    pub(crate) fn wait_for_close(&mut self) -> (u16, String) {
        let payload = loop {
            let frame = self.next().expect("a Close frame");
            if frame.opcode == CLOSE {
                break frame.payload;
            }
        };
        if payload.is_empty() {
            return (1005, String::new());
        }
        let code = u16::from_be_bytes([payload[0], payload[1]]);
        // The server may have closed its side already.
        let _unless_closed = self.stream.write_all(&frame(true, CLOSE, &payload[..2]));
        self.wait_for_end();
        let reason = String::from_utf8(payload[2..].to_vec()).expect("a reason is text");
        (code, reason)
    }

    /// Checks that no more frames come, and that the connection ends without a reset.
    #[track_caller]
    pub(crate) fn wait_for_end(&mut self) {
        let ended = self.next().expect_err("the end");
        assert_eq!(ended.kind(), io::ErrorKind::UnexpectedEof, "{ended}");
    }

    /// Ends the connection without a Close frame, like a browser that is killed.
    pub(crate) fn disconnect(self) {
        let _gone = self.stream.shutdown(Shutdown::Both);
    }

    /// Resets the connection.
    pub(crate) fn reset(self) {
        SockRef::from(&self.stream)
            .set_linger(Some(Duration::ZERO))
            .expect("a linger of 0");
    }
}

/// Asks for an upgrade. Returns the head of the answer, and the connection.
#[track_caller]
pub(crate) fn upgrade(mut stream: TcpStream, path: &str, headers: &[&str]) -> (String, Client) {
    let limit = Some(super::WITHIN);
    stream.set_read_timeout(limit).expect("a time limit");
    stream.set_write_timeout(limit).expect("a time limit");
    stream.set_nodelay(true).expect("no delay");
    let host = stream.peer_addr().expect("a server");
    let more: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    );
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut client = Client {
        stream,
        unread: Vec::new(),
        until: Instant::now() + 3 * super::WITHIN,
    };
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(client.take(1).expect("an answer"));
    }
    let head = String::from_utf8(head).expect("text");
    if head.contains(" 101 ") {
        let accepted = head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert!(accepted, "not the answer of RFC 6455's example: {head}");
    }
    (head, client)
}

/// A masked frame, as clients send it.
pub(crate) fn frame(last: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    raw_frame(u8::from(last) << 7 | opcode, payload, true)
}

/// A frame with any first byte, masked or not.
pub(crate) fn raw_frame(first: u8, payload: &[u8], masked: bool) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![first];
    let bit = u8::from(masked) << 7;
    match payload.len() {
        length @ 0..126 => frame.push(bit | length as u8),
        length @ 126..65536 => {
            frame.push(bit | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(bit | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    if masked {
        frame.extend(MASK);
        frame.extend(
            payload
                .iter()
                .zip(MASK.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
    } else {
        frame.extend(payload);
    }
    frame
}

/// The payload of a Close frame.
pub(crate) fn close_payload(code: u16, reason: &str) -> Vec<u8> {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend(reason.as_bytes());
    payload
}
