//! The frame encoder: RFC 6455 frames of a server, never masked and never fragmented.
//!
//! By hand, because a frame is encoded once and its bytes are shared by every phone of a room;
//! tungstenite would encode and copy it for each socket.

use bytes::{BufMut, Bytes, BytesMut};

const FINAL: u8 = 0x80;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// The longest reason that fits into a control frame behind the code, in bytes.
const LONGEST_REASON: usize = 123;

/// Encodes a binary message. All sockets share the returned bytes.
pub fn binary(payload: &[u8]) -> Bytes {
    frame(BINARY, payload)
}

/// Encodes a ping. Browsers answer it without the page.
pub fn ping() -> Bytes {
    frame(PING, b"")
}

/// Encodes the answer to a ping.
pub fn pong(payload: &[u8]) -> Bytes {
    frame(PONG, payload)
}

/// Encodes a close frame with a code and a reason, cut to the longest that fits. A browser passes
/// both to the page.
pub fn close(code: u16, reason: &str) -> Bytes {
    let end = (0..=reason.len().min(LONGEST_REASON)).rev();
    let end = end.into_iter().find(|&at| reason.is_char_boundary(at));
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(&reason.as_bytes()[..end.unwrap_or(0)]);
    frame(CLOSE, &payload)
}

/// Encodes a close frame without a code: the answer to one without a code.
pub fn bare_close() -> Bytes {
    frame(CLOSE, b"")
}

fn frame(opcode: u8, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(10 + payload.len());
    out.put_u8(FINAL | opcode);
    match payload.len() {
        length @ 0..126 => out.put_u8(length as u8),
        length @ 126..65_536 => {
            out.put_u8(126);
            out.put_u16(length as u16);
        }
        length => {
            out.put_u8(127);
            out.put_u64(length as u64);
        }
    }
    out.put_slice(payload);
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use tungstenite::protocol::frame::{
        FrameHeader,
        coding::{Control, Data, OpCode},
    };

    #[test]
    fn tungstenite_parses_every_frame_length() {
        for length in [0, 1, 125, 126, 65_535, 65_536, 70_000] {
            let payload = vec![7; length];
            let written = binary(&payload);
            let mut cursor = Cursor::new(&written[..]);
            let (header, declared) = FrameHeader::parse(&mut cursor)
                .expect("a frame")
                .expect("a whole header");
            assert_eq!(header.opcode, OpCode::Data(Data::Binary));
            assert!(header.is_final && header.mask.is_none());
            assert_eq!(declared, length as u64);
            assert_eq!(written[cursor.position() as usize..], payload);
        }
    }

    #[test]
    fn a_long_reason_is_cut_at_a_character_boundary() {
        let written = close(1012, &"가".repeat(60));
        let mut cursor = Cursor::new(&written[..]);
        let (header, length) = FrameHeader::parse(&mut cursor)
            .expect("a frame")
            .expect("a whole header");
        assert_eq!(header.opcode, OpCode::Control(Control::Close));
        assert_eq!(length, 2 + 123);
        assert_eq!(&written[2..4], &1012_u16.to_be_bytes());
        assert_eq!(std::str::from_utf8(&written[4..]), Ok(&*"가".repeat(41)));
    }
}
