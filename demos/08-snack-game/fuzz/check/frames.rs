//! The frame reader: however its bytes are cut, it hears the same, and nothing but what another
//! implementation hears.

use crate::inbound::{Fault, Inbound, LONGEST_MESSAGE, Said};
use std::io::{self, Read, Write};
use tungstenite::{
    Message, WebSocket,
    protocol::{Role, WebSocketConfig, frame::coding::CloseCode},
};

/// What was said, and how that ended.
type Heard = (Vec<Said>, Option<Fault>);

/// As many bytes are cut at each of their places; longer ones at some.
const EVERYWHERE: usize = 300;

/// The bytes of a connection, in whatever portions.
pub fn inbound(bytes: &[u8]) {
    let whole = hear([bytes]);
    assert_eq!(hear(bytes.chunks(1)), whole, "a byte at a time");
    let step = bytes.len() / EVERYWHERE + 1;
    for at in (0..=bytes.len()).step_by(step) {
        let (first, second) = bytes.split_at(at);
        assert_eq!(hear([first, second]), whole, "cut at {at}");
    }
    agrees(bytes, &whole);
    let again = whole.0.iter().flat_map(said_again).collect::<Vec<_>>();
    assert_eq!(hear([&again[..]]), (whole.0, None), "said again");
}

/// What comes in these portions, each read as far as there is space for it.
fn hear<'a>(portions: impl IntoIterator<Item = &'a [u8]>) -> Heard {
    let (mut inbound, mut heard) = (Inbound::default(), Vec::new());
    let mut portions = portions.into_iter();
    let mut left = portions.next().unwrap_or_default();
    loop {
        match inbound.hear() {
            Ok(Some(said)) => {
                if let Said::Binary(message) = &said {
                    assert!(message.len() <= LONGEST_MESSAGE);
                }
                heard.push(said);
            }
            Err(fault) => {
                assert!((1_002..=1_009).contains(&fault.code()) && !fault.reason().is_empty());
                return (heard, Some(fault));
            }
            Ok(None) => {
                while left.is_empty() {
                    match portions.next() {
                        Some(next) => left = next,
                        None => return (heard, None),
                    }
                }
                let space = inbound.space();
                let count = left.len().min(space.len());
                assert_ne!(count, 0, "there is always space for the next byte");
                space[..count].copy_from_slice(&left[..count]);
                inbound.fill(count);
                left = &left[count..];
            }
        }
    }
}

/// As a client would say it, unmasked but for the form.
fn said_again(said: &Said) -> Vec<u8> {
    let (opcode, payload) = match said {
        Said::Binary(message) => (0x82, message.to_vec()),
        Said::Ping(payload) => (0x89, payload.to_vec()),
        Said::Pong => (0x8a, Vec::new()),
        Said::Close(code) => (
            0x88,
            code.map_or(Vec::new(), |it| it.to_be_bytes().to_vec()),
        ),
    };
    let mut frame = vec![opcode, 0x80 | payload.len() as u8, 0, 0, 0, 0];
    frame.extend(payload);
    frame
}

/// Bytes that come, and answers that go nowhere.
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

/// tungstenite hears the same, up to a goodbye, after which it listens no more, or to what this
/// game says no to earlier: a text.
fn agrees(bytes: &[u8], (heard, fault): &Heard) {
    let most = WebSocketConfig::default().max_message_size(Some(LONGEST_MESSAGE));
    let mut other = WebSocket::from_raw_socket(Wire(bytes), Role::Server, Some(most));
    for said in heard {
        let theirs = other.read();
        let alike = match (said, &theirs) {
            (Said::Binary(ours), Ok(Message::Binary(theirs)))
            | (Said::Ping(ours), Ok(Message::Ping(theirs))) => ours[..] == theirs[..],
            (Said::Pong, Ok(Message::Pong(_))) => true,
            (Said::Close(code), Ok(Message::Close(frame))) => {
                assert_eq!(*code, frame.as_ref().map(|frame| frame.code.into()));
                return;
            }
            _ => false,
        };
        assert!(alike, "{said:?} is {theirs:?} to tungstenite");
    }
    if *fault != Some(Fault::Text) {
        let theirs = other.read();
        // A code that nobody may send is to it a goodbye with the code of a protocol error.
        let is_fault = match &theirs {
            Ok(Message::Close(Some(frame))) => frame.code == CloseCode::Protocol,
            other => other.is_err(),
        };
        assert!(is_fault, "{fault:?} is {theirs:?} to tungstenite");
    }
}
