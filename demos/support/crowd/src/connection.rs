//! One WebSocket to the server, as cheap as it can be read: thousands of them share one buffer and
//! a core.
//!
//! The frames are parsed and written with tungstenite's `FrameHeader`; what tungstenite would do
//! besides (a buffer for each connection, a copy for each message) is what a crowd cannot afford.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, Cursor};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use crate::rng::Chance;

/// The longest message that is believed: a snapshot of a full room of endless names is a third of
/// it.
const LONGEST: usize = 256 * 1024;

thread_local! {
    /// What was read just now; whoever reads next on this thread reads over it.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; LONGEST].into());
}

/// A connection after its handshake.
#[derive(Debug)]
pub(crate) struct Line {
    stream: TcpStream,
    /// The beginning of a frame whose end has not come yet.
    begun: Vec<u8>,
    /// What the kernel would not take yet.
    unsent: Vec<u8>,
    masks: Chance,
}

/// What came through the line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    Binary(&'a [u8]),
    Close(Option<(u16, &'a str)>),
    /// Answered already, or nothing to answer.
    Pulse,
    /// Against RFC 6455, or against the house: text, fragments, masks, sizes.
    Garbage(&'static str),
}

/// What one look into the line came to.
#[derive(Debug)]
pub(crate) enum Heard<B> {
    /// All of it was understood; there will be more.
    More,
    /// Whoever listens has heard enough.
    Enough(B),
    /// The line is over, without Close.
    End,
}

impl Line {
    /// `begun`: what was read together with the answer to the handshake.
    pub(crate) fn new(stream: TcpStream, begun: Vec<u8>, masks: Chance) -> Self {
        Self {
            stream,
            begun,
            unsent: Vec::new(),
            masks,
        }
    }

    /// Waits until something comes, and hands each whole frame of it to `each`. Cancelling it loses
    /// nothing.
    pub(crate) async fn hear<B>(
        &mut self,
        mut each: impl FnMut(Frame<'_>) -> ControlFlow<B>,
    ) -> Heard<B> {
        poll_fn(|context| {
            SCRATCH.with_borrow_mut(|scratch| {
                let begun = self.begun.len();
                scratch[..begun].copy_from_slice(&self.begun);
                let mut filled = begun;
                let mut parsed = parse(&scratch[..filled]);
                // Frames that came with the handshake are there already; else wait for the socket.
                if matches!(parsed, Parsed::Incomplete) {
                    let mut buffer = ReadBuf::new(&mut scratch[begun..]);
                    match ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)) {
                        Ok(()) if !buffer.filled().is_empty() => filled += buffer.filled().len(),
                        _ => return Poll::Ready(Heard::End),
                    }
                    parsed = parse(&scratch[..filled]);
                }
                let mut start = 0;
                let heard = loop {
                    let (frame, length) = match parsed {
                        Parsed::Incomplete => break Heard::More,
                        Parsed::Frame(OpCode::Control(Control::Ping), payload, length) => {
                            write(
                                &mut self.unsent,
                                &mut self.masks,
                                OpCode::Control(Control::Pong),
                                payload,
                            );
                            (Frame::Pulse, length)
                        }
                        Parsed::Frame(opcode, payload, length) => (frame(opcode, payload), length),
                        Parsed::Never(why) => (Frame::Garbage(why), filled - start),
                    };
                    start += length;
                    if let ControlFlow::Break(enough) = each(frame) {
                        break Heard::Enough(enough);
                    }
                    parsed = parse(&scratch[start..filled]);
                };
                self.begun.clear();
                self.begun.extend_from_slice(&scratch[start..filled]);
                Poll::Ready(heard)
            })
        })
        .await
    }

    /// Says one binary message.
    pub(crate) fn say(&mut self, message: &[u8]) {
        write(
            &mut self.unsent,
            &mut self.masks,
            OpCode::Data(Data::Binary),
            message,
        );
        self.flush();
    }

    /// Says goodbye with a code.
    pub(crate) fn say_close(&mut self, code: u16) {
        write(
            &mut self.unsent,
            &mut self.masks,
            OpCode::Control(Control::Close),
            &code.to_be_bytes(),
        );
        self.flush();
    }

    /// Hands the kernel what it takes now. What it does not take waits for the next call: nobody
    /// waits for a server here.
    pub(crate) fn flush(&mut self) {
        while !self.unsent.is_empty() {
            match self.stream.try_write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Full: later. Broken: the reading side will say so.
                Err(_) => return,
            }
        }
    }

    /// The line drops, as in a lift: the server hears a reset, or nothing at all as long as the
    /// stream is kept.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }
}

enum Parsed<'a> {
    Frame(OpCode, &'a [u8], usize),
    Incomplete,
    Never(&'static str),
}

fn parse(bytes: &[u8]) -> Parsed<'_> {
    let mut cursor = Cursor::new(bytes);
    let (header, length) = match FrameHeader::parse(&mut cursor) {
        Ok(Some(header)) => header,
        Ok(None) => return Parsed::Incomplete,
        Err(_) => return Parsed::Never("an opcode that does not exist"),
    };
    let start = cursor.position() as usize;
    if header.mask.is_some() || header.rsv1 || header.rsv2 || header.rsv3 {
        return Parsed::Never("a server does not mask, and nothing was agreed upon");
    }
    if length > (LONGEST - start) as u64 {
        return Parsed::Never("a message without end");
    }
    let whole = start + length as usize;
    match (bytes.get(start..whole), header.is_final) {
        (None, _) => Parsed::Incomplete,
        (Some(_), false) => Parsed::Never("a message in pieces"),
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
                std::str::from_utf8(reason)
                    .map_or(Frame::Garbage("a reason that is no text"), |reason| {
                        Frame::Close(Some((code, reason)))
                    })
            }
            _ => Frame::Garbage("half a close code"),
        },
        OpCode::Control(_) => Frame::Pulse,
        OpCode::Data(_) => Frame::Garbage("text, or a piece of nothing"),
    }
}

/// Appends one frame to `out`, masked as every client's must be.
fn write(out: &mut Vec<u8>, masks: &mut Chance, opcode: OpCode, payload: &[u8]) {
    let mask = (masks.next() as u32).to_le_bytes();
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
            Parsed::Never(why) => Some(Err(why)),
            Parsed::Frame(opcode, payload, length) => {
                assert!(length <= bytes.len());
                Some(Ok(frame(opcode, payload)))
            }
        }
    }

    #[test]
    fn a_frame_is_understood_when_all_of_it_is_there() {
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
    fn a_close_may_say_why_or_nothing() {
        assert_eq!(frame_of(&[0x88, 0]), Some(Ok(Frame::Close(None))));
        let told = [0x88, 4, 0x0f, 0xa0, b'o', b'k'];
        assert_eq!(frame_of(&told), Some(Ok(Frame::Close(Some((4000, "ok"))))));
    }

    #[test]
    fn what_no_server_should_say_is_garbage_and_no_panic() {
        for bytes in [
            &[0x81, 1, b'a'][..],
            &[0x88, 1, 3],
            &[0x88, 3, 3, 0xe8, 0xff],
        ] {
            assert!(
                matches!(frame_of(bytes), Some(Ok(Frame::Garbage(_)))),
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
        let mut chance = Chance::new(1, 1);
        for _ in 0..20_000 {
            let bytes = [chance.next().to_le_bytes(), chance.next().to_le_bytes()].concat();
            let _ = frame_of(&bytes);
        }
    }

    #[test]
    fn what_is_said_is_masked() {
        let mut said = Vec::new();
        write(
            &mut said,
            &mut Chance::new(1, 1),
            OpCode::Data(Data::Binary),
            b"turn",
        );
        assert_eq!((said[0], said[1], said.len()), (0x82, 0x84, 10));
        let unmasked: Vec<u8> = said[6..]
            .iter()
            .zip(&said[2..6])
            .map(|(byte, mask)| byte ^ mask)
            .collect();
        assert_eq!(unmasked, b"turn");
    }
}
