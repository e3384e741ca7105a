//! WebSocket frames as bytes, invalid ones included.

/// First byte of an unfragmented binary message.
pub(crate) const BINARY: u8 = 0x82;
/// First byte of the first fragment of a binary message.
pub(crate) const BEGIN: u8 = 0x02;
/// First byte of a fragment in the middle.
pub(crate) const MORE: u8 = 0x00;
/// First byte of the last fragment.
pub(crate) const LAST: u8 = 0x80;
/// First byte of an unfragmented text message.
pub(crate) const TEXT: u8 = 0x81;
/// First byte of a Close frame.
pub(crate) const CLOSE: u8 = 0x88;
/// First byte of a Ping.
pub(crate) const PING: u8 = 0x89;
/// First byte of a Pong.
pub(crate) const PONG: u8 = 0x8A;

/// Encodes a frame as a client sends it.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    masked(first, payload, [0x37, 0xFA, 0x21, 0x3D])
}

/// Encodes a frame with this mask.
pub(crate) fn masked(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
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

/// Splits a server's bytes into frames: the first byte and the payload of each. No payload there is
/// longer than 65,535 bytes.
pub(crate) fn frames(mut received: &[u8]) -> Vec<(u8, &[u8])> {
    let mut frames = Vec::new();
    while let [first, length, rest @ ..] = received {
        let (length, rest) = match (*length, rest) {
            (126, [high, low, rest @ ..]) => (u16::from_be_bytes([*high, *low]).into(), rest),
            (short, rest) => (usize::from(short), rest),
        };
        let (payload, rest) = rest.split_at(length.min(rest.len()));
        frames.push((*first, payload));
        received = rest;
    }
    frames
}

/// Returns the code in the payload of a Close frame, or 1005 if it has none.
pub(crate) fn code_in(goodbye: &[u8]) -> u16 {
    let code = goodbye.first_chunk().copied();
    code.map_or(1005, u16::from_be_bytes)
}
