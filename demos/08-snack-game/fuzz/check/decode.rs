//! The frame parser: however its bytes are split, it finds the same frames, and only those that
//! tungstenite finds.

use crate::decode::{DecodeError, Decoder, Frame, LONGEST_MESSAGE};
use std::io::{self, Read, Write};
use tungstenite::{
    Message, WebSocket,
    protocol::{Role, WebSocketConfig, frame::coding::CloseCode},
};

/// The frames, and the error after them.
type Decoded = (Vec<Frame>, Option<DecodeError>);

/// Up to this length, an input is split at each position; a longer one at some.
const EVERYWHERE: usize = 300;

/// Any bytes of a connection, split in any way.
pub fn any_bytes(bytes: &[u8]) {
    let whole = decode([bytes]);
    assert_eq!(decode(bytes.chunks(1)), whole, "byte by byte");
    let step = bytes.len() / EVERYWHERE + 1;
    for at in (0..=bytes.len()).step_by(step) {
        let (first, second) = bytes.split_at(at);
        assert_eq!(decode([first, second]), whole, "split at {at}");
    }
    agrees_with_tungstenite(bytes, &whole);
    let encoded = whole.0.iter().flat_map(encode).collect::<Vec<_>>();
    assert_eq!(decode([&encoded[..]]), (whole.0, None), "encoded again");
}

/// Decodes these chunks, each read as far as there is space for it.
fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Decoded {
    let (mut decoder, mut frames) = (Decoder::default(), Vec::new());
    let mut chunks = chunks.into_iter();
    let mut left = chunks.next().unwrap_or_default();
    loop {
        match decoder.decode() {
            Ok(Some(Frame::Fragment)) => {}
            Ok(Some(frame)) => {
                if let Frame::Binary(message) = &frame {
                    assert!(message.len() <= LONGEST_MESSAGE);
                }
                frames.push(frame);
            }
            Err(error) => {
                assert!((1_002..=1_009).contains(&error.code()) && !error.reason().is_empty());
                return (frames, Some(error));
            }
            Ok(None) => {
                while left.is_empty() {
                    match chunks.next() {
                        Some(next) => left = next,
                        None => return (frames, None),
                    }
                }
                let space = decoder.space();
                let count = left.len().min(space.len());
                assert_ne!(count, 0, "there is always space for the next byte");
                space[..count].copy_from_slice(&left[..count]);
                decoder.fill(count);
                left = &left[count..];
            }
        }
    }
}

/// A frame as a client sends it, with a mask of zeros.
fn encode(frame: &Frame) -> Vec<u8> {
    let (opcode, payload) = match frame {
        Frame::Binary(message) => (0x82, message.to_vec()),
        Frame::Ping(payload) => (0x89, payload.to_vec()),
        Frame::Pong => (0x8a, Vec::new()),
        Frame::Fragment => unreachable!("it is not in the list"),
        Frame::Close(code) => (
            0x88,
            code.map_or(Vec::new(), |it| it.to_be_bytes().to_vec()),
        ),
    };
    let mut frame = vec![opcode, 0x80 | payload.len() as u8, 0, 0, 0, 0];
    frame.extend(payload);
    frame
}

/// A stream of these bytes that ignores what is written.
struct Wire<'a>(&'a [u8]);

impl Read for Wire<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// tungstenite finds the same frames, up to a close frame, after which it reads no more, or up to a
/// text message, which this game refuses earlier.
fn agrees_with_tungstenite(bytes: &[u8], (frames, error): &Decoded) {
    let most = WebSocketConfig::default().max_message_size(Some(LONGEST_MESSAGE));
    let mut other = WebSocket::from_raw_socket(Wire(bytes), Role::Server, Some(most));
    for frame in frames {
        let theirs = other.read();
        let alike = match (frame, &theirs) {
            (Frame::Binary(ours), Ok(Message::Binary(theirs)))
            | (Frame::Ping(ours), Ok(Message::Ping(theirs))) => ours[..] == theirs[..],
            (Frame::Pong, Ok(Message::Pong(_))) => true,
            (Frame::Close(code), Ok(Message::Close(frame))) => {
                assert_eq!(*code, frame.as_ref().map(|frame| frame.code.into()));
                return;
            }
            _ => false,
        };
        assert!(alike, "{frame:?} is {theirs:?} to tungstenite");
    }
    if *error != Some(DecodeError::Text) {
        let theirs = other.read();
        // tungstenite reports a close code that must not be sent as a close frame with the code of
        // a protocol error.
        let is_error = match &theirs {
            Ok(Message::Close(Some(frame))) => frame.code == CloseCode::Protocol,
            other => other.is_err(),
        };
        assert!(is_error, "{error:?} is {theirs:?} to tungstenite");
    }
}
