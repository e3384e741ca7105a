//! One WebSocket connection to the server. It is cheap to read: thousands of connections share one
//! buffer and one core.
//!
//! Frames are parsed and written with tungstenite's `FrameHeader`. Tungstenite's own connection
//! would need a buffer per connection and a copy per message, which is too expensive for a crowd.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, Cursor};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Poll, ready};

use rng::Rng;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// The maximum size of a message: three times a snapshot of a full room with the longest names.
const MAX_MESSAGE: usize = 256 * 1024;

thread_local! {
    /// The read buffer of all connections on this thread. Its content is valid only during one
    /// read.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; MAX_MESSAGE].into());
}

/// A connection after its handshake.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    /// The beginning of a frame whose end has not arrived yet.
    partial: Vec<u8>,
    /// Bytes that the kernel has not accepted yet.
    unsent: Vec<u8>,
    masks: Rng,
}

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    Binary(&'a [u8]),
    Close(Option<(u16, &'a str)>),
    /// A ping, which is already answered, or a pong.
    Heartbeat,
    /// A violation of RFC 6455 or of the game's protocol: text, a fragment, a mask, or a wrong
    /// size.
    Invalid(&'static str),
}

/// The result of one read.
#[derive(Debug)]
pub(crate) enum ReadResult<B> {
    /// All complete frames were handled, and the connection is open.
    Open,
    /// The caller's function ended the reading.
    Stopped(B),
    /// The connection ended without a Close frame.
    Ended,
}

impl Connection {
    /// `partial` are the bytes that were read beyond the response to the handshake.
    pub(crate) fn new(stream: TcpStream, partial: Vec<u8>, masks: Rng) -> Self {
        Self {
            stream,
            partial,
            unsent: Vec::new(),
            masks,
        }
    }

    /// Waits until bytes arrive, and passes each complete frame to `each`. It is cancel safe.
    pub(crate) async fn read<B>(
        &mut self,
        mut each: impl FnMut(Frame<'_>) -> ControlFlow<B>,
    ) -> ReadResult<B> {
        poll_fn(|context| {
            SCRATCH.with_borrow_mut(|scratch| {
                let partial = self.partial.len();
                scratch[..partial].copy_from_slice(&self.partial);
                let mut filled = partial;
                let mut parsed = parse(&scratch[..filled]);
                // Frames may have come with the handshake. If not, wait for the socket.
                if matches!(parsed, Parsed::Incomplete) {
                    let mut buffer = ReadBuf::new(&mut scratch[partial..]);
                    match ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)) {
                        Ok(()) if !buffer.filled().is_empty() => filled += buffer.filled().len(),
                        _ => return Poll::Ready(ReadResult::Ended),
                    }
                    parsed = parse(&scratch[..filled]);
                }
                let mut start = 0;
                let result = loop {
                    let (frame, length) = match parsed {
                        Parsed::Incomplete => break ReadResult::Open,
                        Parsed::Frame(OpCode::Control(Control::Ping), payload, length) => {
                            write(
                                &mut self.unsent,
                                &mut self.masks,
                                OpCode::Control(Control::Pong),
                                payload,
                            );
                            (Frame::Heartbeat, length)
                        }
                        Parsed::Frame(opcode, payload, length) => (frame(opcode, payload), length),
                        Parsed::Invalid(why) => (Frame::Invalid(why), filled - start),
                    };
                    start += length;
                    if let ControlFlow::Break(value) = each(frame) {
                        break ReadResult::Stopped(value);
                    }
                    parsed = parse(&scratch[start..filled]);
                };
                self.partial.clear();
                self.partial.extend_from_slice(&scratch[start..filled]);
                Poll::Ready(result)
            })
        })
        .await
    }

    /// Sends one binary message.
    pub(crate) fn send(&mut self, message: &[u8]) {
        write(
            &mut self.unsent,
            &mut self.masks,
            OpCode::Data(Data::Binary),
            message,
        );
        self.flush();
    }

    /// Sends a Close frame.
    pub(crate) fn send_close(&mut self, code: u16) {
        write(
            &mut self.unsent,
            &mut self.masks,
            OpCode::Control(Control::Close),
            &code.to_be_bytes(),
        );
        self.flush();
    }

    /// Writes what the kernel accepts now. The rest remains for the next call, so that a client
    /// never waits for the server to read.
    pub(crate) fn flush(&mut self) {
        while !self.unsent.is_empty() {
            match self.stream.try_write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The socket is full, or broken; the next read reports a broken one.
                Err(_) => return,
            }
        }
    }

    /// Returns the stream, to drop the connection without a Close. The server sees a reset, or
    /// nothing as long as the stream is kept.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }
}

enum Parsed<'a> {
    Frame(OpCode, &'a [u8], usize),
    Incomplete,
    Invalid(&'static str),
}

fn parse(bytes: &[u8]) -> Parsed<'_> {
    let mut cursor = Cursor::new(bytes);
    let (header, length) = match FrameHeader::parse(&mut cursor) {
        Ok(Some(header)) => header,
        Ok(None) => return Parsed::Incomplete,
        Err(_) => return Parsed::Invalid("an unknown opcode"),
    };
    let start = cursor.position() as usize;
    if header.mask.is_some() || header.rsv1 || header.rsv2 || header.rsv3 {
        return Parsed::Invalid("a mask or an extension bit in a frame from the server");
    }
    if length > (MAX_MESSAGE - start) as u64 {
        return Parsed::Invalid("a message that is too long");
    }
    let whole = start + length as usize;
    match (bytes.get(start..whole), header.is_final) {
        (None, _) => Parsed::Incomplete,
        (Some(_), false) => Parsed::Invalid("a fragmented message"),
        (Some(payload), true) => Parsed::Frame(header.opcode, payload, whole),
    }
}

fn frame(opcode: OpCode, payload: &[u8]) -> Frame<'_> {
    match opcode {
        OpCode::Data(Data::Binary) => Frame::Binary(payload),
        OpCode::Control(Control::Close) => match payload {
            [] => Frame::Close(None),
            [high, low, reason @ ..] => {
                let code = u16::from_be_bytes([*high, *low]);
                std::str::from_utf8(reason).map_or(
                    Frame::Invalid("a close reason that is not UTF-8"),
                    |reason| Frame::Close(Some((code, reason))),
                )
            }
            _ => Frame::Invalid("half a close code"),
        },
        OpCode::Control(_) => Frame::Heartbeat,
        OpCode::Data(_) => Frame::Invalid("a text message, or a continuation of nothing"),
    }
}

/// Appends one frame to `out`, masked as RFC 6455 requires of a client.
fn write(out: &mut Vec<u8>, masks: &mut Rng, opcode: OpCode, payload: &[u8]) {
    let mask = (masks.draw() as u32).to_le_bytes();
    let header = FrameHeader {
        opcode,
        mask: Some(mask),
        ..FrameHeader::default()
    };
    header
        .format(payload.len() as u64, out)
        .expect("a Vec takes every byte");
    out.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame_of(bytes: &[u8]) -> Option<Result<Frame<'_>, &'static str>> {
        match parse(bytes) {
            Parsed::Incomplete => None,
            Parsed::Invalid(why) => Some(Err(why)),
            Parsed::Frame(opcode, payload, length) => {
                assert!(length <= bytes.len());
                Some(Ok(frame(opcode, payload)))
            }
        }
    }

    #[test]
    fn a_frame_is_parsed_once_it_is_complete() {
        let bytes = [0x82, 3, 7, 8, 9];
        for end in 0..bytes.len() {
            assert_eq!(frame_of(&bytes[..end]), None);
        }
        assert_eq!(frame_of(&bytes), Some(Ok(Frame::Binary(&[7, 8, 9]))));
        let long = [&[0x82, 126, 1, 0][..], &[5; 256]].concat();
        assert_eq!(frame_of(&long[..259]), None);
        assert_eq!(frame_of(&long), Some(Ok(Frame::Binary(&[5; 256]))));
    }

    #[test]
    fn a_close_may_have_a_reason_or_no_payload() {
        assert_eq!(frame_of(&[0x88, 0]), Some(Ok(Frame::Close(None))));
        let close = [0x88, 4, 0x0f, 0xa0, b'o', b'k'];
        assert_eq!(frame_of(&close), Some(Ok(Frame::Close(Some((4000, "ok"))))));
    }

    #[test]
    fn invalid_frames_are_reported_without_a_panic() {
        for bytes in [
            &[0x81, 1, b'a'][..],
            &[0x88, 1, 3],
            &[0x88, 3, 3, 0xe8, 0xff],
        ] {
            assert!(
                matches!(frame_of(bytes), Some(Ok(Frame::Invalid(_)))),
                "{bytes:?}"
            );
        }
        for bytes in [
            &[0x02, 1, 0][..],
            &[0xc2, 1, 0],
            &[0x83, 0],
            &[0x82, 0x81, 0, 0, 0, 0, 0],
            &[0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(matches!(frame_of(bytes), Some(Err(_))), "{bytes:?}");
        }
        let mut rng = Rng::of(1, 1);
        for _ in 0..20_000 {
            let bytes = [rng.draw().to_le_bytes(), rng.draw().to_le_bytes()].concat();
            let _ = frame_of(&bytes);
        }
    }

    #[test]
    fn sent_frames_are_masked() {
        let mut sent = Vec::new();
        write(
            &mut sent,
            &mut Rng::of(1, 1),
            OpCode::Data(Data::Binary),
            b"turn",
        );
        assert_eq!((sent[0], sent[1], sent.len()), (0x82, 0x84, 10));
        let unmasked: Vec<u8> = sent[6..]
            .iter()
            .zip(&sent[2..6])
            .map(|(byte, mask)| byte ^ mask)
            .collect();
        assert_eq!(unmasked, b"turn");
    }
}
