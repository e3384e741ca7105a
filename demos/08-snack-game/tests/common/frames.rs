//! WebSocket frames, byte by byte: those that no library would write, too.

/// The first byte of a frame that is a whole binary message.
pub const BINARY: u8 = 0x82;
/// A binary message begins.
pub const BEGIN: u8 = 0x02;
/// It goes on.
pub const MORE: u8 = 0x00;
/// It ends.
pub const LAST: u8 = 0x80;
/// A whole text.
pub const TEXT: u8 = 0x81;
/// Goodbye.
pub const CLOSE: u8 = 0x88;
/// Alive?
pub const PING: u8 = 0x89;
/// Alive.
pub const PONG: u8 = 0x8A;

/// A frame as a client writes it.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    masked(first, payload, [0x37, 0xFA, 0x21, 0x3D])
}

/// The same with this mask.
pub fn masked(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut out = vec![first];
    match payload.len() {
        short @ 0..126 => out.push(0x80 | short as u8),
        middle @ 126..65_536 => {
            out.push(0x80 | 126);
            out.extend((middle as u16).to_be_bytes());
        }
        long => {
            out.push(0x80 | 127);
            out.extend((long as u64).to_be_bytes());
        }
    }
    out.extend(mask);
    let masked = payload.iter().zip(mask.iter().cycle());
    out.extend(masked.map(|(byte, mask)| byte ^ mask));
    out
}

/// What a server told: the first byte of each frame, and its payload. Nothing there is longer than
/// 65,535 bytes.
pub fn frames(mut heard: &[u8]) -> Vec<(u8, &[u8])> {
    let mut frames = Vec::new();
    while let [first, length, rest @ ..] = heard {
        let (length, rest) = match (*length, rest) {
            (126, [high, low, rest @ ..]) => (u16::from_be_bytes([*high, *low]).into(), rest),
            (short, rest) => (usize::from(short), rest),
        };
        let (payload, rest) = rest.split_at(length.min(rest.len()));
        frames.push((*first, payload));
        heard = rest;
    }
    frames
}

/// The code in a goodbye; 1005: there is none.
pub fn code_in(goodbye: &[u8]) -> u16 {
    let code = goodbye.first_chunk().copied();
    code.map_or(1005, u16::from_be_bytes)
}
