use super::*;
use crate::decoders::seeds::frame;
use proptest::prelude::*;

/// All that `bytes` say, when they come in portions of `portion`, and the fault that ends it.
fn hear(bytes: &[u8], portion: usize) -> (Vec<Said>, Option<Fault>) {
    let (mut inbound, mut heard, mut left) = (Inbound::default(), Vec::new(), bytes);
    loop {
        match inbound.hear() {
            Ok(Some(said)) => heard.push(said),
            Err(fault) => return (heard, Some(fault)),
            Ok(None) if left.is_empty() => return (heard, None),
            Ok(None) => {
                let space = inbound.space();
                let count = portion.min(left.len()).min(space.len());
                assert_ne!(count, 0, "there is always space for the next byte");
                space[..count].copy_from_slice(&left[..count]);
                inbound.fill(count);
                left = &left[count..];
            }
        }
    }
}

fn fault(bytes: &[u8]) -> Option<Fault> {
    hear(bytes, 1_000).1
}

#[test]
fn messages_are_understood_however_they_are_cut() {
    let mut bytes = frame(0x82, b"hello");
    bytes.extend(frame(0x89, &[7; 125]));
    bytes.extend(frame(0x02, b"in "));
    bytes.extend(frame(0x8A, b""));
    bytes.extend(frame(0x80, b"pieces"));
    bytes.extend(frame(0x82, &[9; 64]));
    bytes.extend(frame(0x88, &[0x03, 0xE8]));
    for portion in 1..200 {
        let (heard, fault) = hear(&bytes, portion);
        assert_eq!(fault, None);
        let expected = [
            Said::Binary(Piece::of(b"hello")),
            Said::Ping(Piece::of(&[7; 125])),
            Said::Pong,
            Said::Binary(Piece::of(b"in pieces")),
            Said::Binary(Piece::of(&[9; 64])),
            Said::Close(Some(1000)),
        ];
        assert_eq!(heard, expected);
    }
}

#[test]
fn what_is_against_the_rules_has_its_code() {
    let protocol = |bytes: &[u8]| matches!(fault(bytes), Some(Fault::Protocol(_)));
    assert!(protocol(&[0x82, 0x01, 7]), "unmasked");
    assert!(protocol(&frame(0xC2, b"")), "a reserved bit");
    assert!(protocol(&frame(0x83, b"")), "a reserved opcode");
    assert!(protocol(&frame(0x8B, b"")), "a reserved control opcode");
    assert!(protocol(&frame(0x09, b"")), "a ping in pieces");
    assert!(protocol(&frame(0x89, &[0; 126])), "a ping of 126 bytes");
    assert!(protocol(&frame(0x80, b"")), "a piece of nothing");
    assert!(
        protocol(&[frame(0x02, b""), frame(0x82, b"")].concat()),
        "a message within"
    );
    assert!(protocol(&frame(0x88, &[3])), "half a close code");
    assert!(
        protocol(&frame(0x88, &1005_u16.to_be_bytes())),
        "a code that nobody may send"
    );
    assert_eq!(fault(&frame(0x81, b"text")), Some(Fault::Text));
    assert_eq!(fault(&frame(0x01, b"te")), Some(Fault::Text));
    assert_eq!(
        fault(&frame(0x88, &[0x03, 0xE8, 0xFF])),
        Some(Fault::NoText)
    );
    assert_eq!(fault(&frame(0x82, &[0; 65])), Some(Fault::TooBig));
    let pieces = [frame(0x02, &[0; 64]), frame(0x80, &[0; 1])].concat();
    assert_eq!(fault(&pieces), Some(Fault::TooBig));
}

#[test]
fn a_giant_is_refused_by_its_header() {
    let giant = [
        0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4,
    ];
    assert_eq!(fault(&giant), Some(Fault::TooBig));
}

#[test]
fn a_connection_costs_little() {
    assert!(size_of::<Inbound>() <= 208, "{}", size_of::<Inbound>());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_and_cuts_change_nothing(bytes: Vec<u8>, portion in 1..64_usize) {
        prop_assert_eq!(hear(&bytes, portion), hear(&bytes, 1));
    }
}
