//! A WebSocket by hand: the bytes that PROTOCOL.md describes, and nothing that a library adds.

use super::{
    PATIENCE,
    frames::{BINARY, CLOSE, code_in, frame},
};
use rush::wire::{ToClient, ToServer};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// A connection after the upgrade.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
    /// The answer to the upgrade.
    pub(crate) head: String,
}

/// What the server sent.
#[derive(Debug)]
pub(crate) enum Said {
    Message(ToClient),
    /// A Ping or a Pong: its first byte and its payload.
    Control(u8, Vec<u8>),
    Close(u16),
    /// The connection ended without a Close frame.
    Nothing,
}

impl Raw {
    /// Opens a WebSocket and offers these subprotocols.
    pub(crate) fn open(address: SocketAddr, room: &str, offers: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        let offers = offers.map(|it| format!("Sec-WebSocket-Protocol: {it}\r\n"));
        let request = format!(
            "GET /ws/{room} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{}\r\n",
            offers.unwrap_or_default()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an answer");
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        Self { stream, head }
    }

    /// A connection that speaks the game's protocol.
    pub(crate) fn connect(address: SocketAddr, room: &str) -> Self {
        Self::open(address, room, Some("snack-rush.v1"))
    }

    /// Sends these messages in one write.
    pub(crate) fn send(&mut self, messages: &[ToServer]) {
        let frames = messages.iter().map(|it| frame(BINARY, &it.encode()));
        let bytes: Vec<u8> = frames.flatten().collect();
        let _unless_closed = self.stream.write_all(&bytes);
    }

    /// Waits for the next frame.
    pub(crate) fn receive(&mut self) -> Said {
        let mut head = [0; 2];
        if self.stream.read_exact(&mut head).is_err() {
            return Said::Nothing;
        }
        let mut length = usize::from(head[1]);
        if length == 126 {
            let mut long = [0; 2];
            self.stream.read_exact(&mut long).expect("a length");
            length = u16::from_be_bytes(long).into();
        }
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).expect("a payload");
        match head[0] {
            BINARY => Said::Message(ToClient::decode(&payload).expect("a valid message")),
            CLOSE => Said::Close(code_in(&payload)),
            first => Said::Control(first, payload),
        }
    }

    /// Waits for a frame that is wanted, and skips the others.
    #[track_caller]
    pub(crate) fn receive_until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&Said) -> Option<T>,
    ) -> T {
        loop {
            let said = self.receive();
            if let Some(found) = wanted(&said) {
                return found;
            }
            let over = matches!(said, Said::Close(_) | Said::Nothing);
            assert!(!over, "{what}: {said:?}");
        }
    }

    /// Waits for the Close frame, and returns its code.
    #[track_caller]
    pub(crate) fn closed(&mut self) -> u16 {
        self.receive_until("a Close", |said| match said {
            Said::Close(code) => Some(*code),
            _ => None,
        })
    }
}
