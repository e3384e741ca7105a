use super::*;
use crate::decoders::seeds::frame;
use proptest::prelude::*;

/// The frames in `bytes`, read in chunks of `chunk` bytes, and the error after them.
fn decode(bytes: &[u8], chunk: usize) -> (Vec<Frame>, Option<DecodeError>) {
    let (mut decoder, mut frames, mut left) = (Decoder::default(), Vec::new(), bytes);
    loop {
        match decoder.decode() {
            Ok(Some(Frame::Fragment)) => {}
            Ok(Some(frame)) => frames.push(frame),
            Err(error) => return (frames, Some(error)),
            Ok(None) if left.is_empty() => return (frames, None),
            Ok(None) => {
                let space = decoder.space();
                let count = chunk.min(left.len()).min(space.len());
                assert_ne!(count, 0, "there is always space for the next byte");
                space[..count].copy_from_slice(&left[..count]);
                decoder.fill(count);
                left = &left[count..];
            }
        }
    }
}

fn error(bytes: &[u8]) -> Option<DecodeError> {
    decode(bytes, 1_000).1
}

#[test]
fn frames_are_the_same_however_their_bytes_are_split() {
    let mut bytes = frame(0x82, b"hello");
    bytes.extend(frame(0x89, &[7; 125]));
    bytes.extend(frame(0x02, b"in "));
    bytes.extend(frame(0x8A, b""));
    bytes.extend(frame(0x80, b"pieces"));
    bytes.extend(frame(0x82, &[9; 64]));
    bytes.extend(frame(0x88, &[0x03, 0xE8]));
    for chunk in 1..200 {
        let (frames, error) = decode(&bytes, chunk);
        assert_eq!(error, None);
        let expected = [
            Frame::Binary(Payload::of(b"hello")),
            Frame::Ping(Payload::of(&[7; 125])),
            Frame::Pong,
            Frame::Binary(Payload::of(b"in pieces")),
            Frame::Binary(Payload::of(&[9; 64])),
            Frame::Close(Some(1000)),
        ];
        assert_eq!(frames, expected);
    }
}

#[test]
fn the_fragments_of_a_second_message_are_its_own() {
    let pieces = |all: &[&[u8]]| {
        let mut bytes = Vec::new();
        for (at, piece) in all.iter().enumerate() {
            let opcode = if at == 0 { 0x02 } else { 0x00 };
            let last = if at + 1 == all.len() { 0x80 } else { 0x00 };
            bytes.extend(frame(opcode | last, piece));
        }
        bytes
    };
    let bytes = [
        pieces(&[b"ab", b"cd", b"e"]),
        pieces(&[b"", b"x", b""]),
        frame(0x82, b"whole"),
        pieces(&[&[7; 40], &[8; 24]]),
        pieces(&[b"", b""]),
        pieces(&[&[9; 64], b""]),
    ];
    let longest = [&[7; 40][..], &[8; 24]].concat();
    let expected = [&b"abcde"[..], b"x", b"whole", &longest, b"", &[9; 64]];
    for chunk in [1, 7, 1_000] {
        let (frames, error) = decode(&bytes.concat(), chunk);
        assert_eq!(error, None);
        assert_eq!(frames, expected.map(|it| Frame::Binary(Payload::of(it))));
    }
}

#[test]
fn a_decoder_knows_whether_a_message_has_begun() {
    let mut decoder = Decoder::default();
    let mut feed = |bytes: &[u8]| {
        decoder.space()[..bytes.len()].copy_from_slice(bytes);
        decoder.fill(bytes.len());
        let frame = decoder.decode().expect("valid");
        (
            frame,
            decoder.is_between_messages(),
            decoder.is_fragmented(),
            decoder.unparsed(),
        )
    };
    let first = frame(0x02, b"ab");
    assert_eq!(feed(&first[..3]), (None, false, false, 3));
    assert_eq!(
        feed(&first[3..]),
        (Some(Frame::Fragment), false, true, 0),
        "in the middle of a message"
    );
    let last = frame(0x80, b"c");
    let whole = Some(Frame::Binary(Payload::of(b"abc")));
    assert_eq!(feed(&last), (whole, true, false, 0));
    assert_eq!(feed(&frame(0x8A, b"")), (Some(Frame::Pong), true, false, 0));
}

#[test]
fn every_violation_has_its_close_code() {
    let protocol = |bytes: &[u8]| error(bytes).map(DecodeError::code) == Some(1002);
    assert!(protocol(&[0x82, 0x01, 7]), "unmasked");
    for bit in [0x40, 0x20, 0x10] {
        assert!(protocol(&frame(0x82 | bit, b"")), "a reserved bit");
    }
    assert!(protocol(&frame(0x83, b"")), "a reserved opcode");
    assert!(protocol(&frame(0x8B, b"")), "a reserved control opcode");
    assert!(protocol(&frame(0x09, b"")), "a ping in fragments");
    assert!(protocol(&frame(0x89, &[0; 126])), "a ping of 126 bytes");
    assert!(
        protocol(&frame(0x80, b"")),
        "a continuation without a first fragment"
    );
    assert!(
        protocol(&[frame(0x02, b""), frame(0x82, b"")].concat()),
        "a message between the fragments of another"
    );
    assert!(protocol(&frame(0x88, &[3])), "half a close code");
    assert!(
        protocol(&frame(0x88, &1005_u16.to_be_bytes())),
        "a code that must not be sent"
    );
    assert_eq!(error(&frame(0x81, b"text")), Some(DecodeError::Text));
    assert_eq!(error(&frame(0x01, b"te")), Some(DecodeError::Text));
    assert_eq!(
        error(&frame(0x88, &[0x03, 0xE8, 0xFF])),
        Some(DecodeError::ReasonNotUtf8)
    );
    assert_eq!(error(&frame(0x82, &[0; 65])), Some(DecodeError::TooBig));
    let fragments = [frame(0x02, &[0; 64]), frame(0x80, &[0; 1])].concat();
    assert_eq!(error(&fragments), Some(DecodeError::TooBig));
}

#[test]
fn a_huge_message_is_refused_by_its_header() {
    let giant = [
        0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4,
    ];
    assert_eq!(error(&giant), Some(DecodeError::TooBig));
}

#[test]
fn a_decoder_takes_little_memory() {
    assert!(size_of::<Decoder>() <= 208, "{}", size_of::<Decoder>());
}

proptest! {
    #[test]
    fn any_bytes_give_the_same_frames_however_they_are_split(bytes: Vec<u8>, chunk in 1..64_usize) {
        prop_assert_eq!(decode(&bytes, chunk), decode(&bytes, 1));
    }
}
