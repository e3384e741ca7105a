//! Autobahn 1, 3 and 4: lengths, reserved bits, reserved opcodes, masks.

use super::{assert_closed, assert_open, echo};
use crate::server::client::{BINARY, TEXT, frame, raw_frame};

#[test]
fn messages_of_every_length_are_echoed() {
    let (_server, mut client) = echo();
    for length in [0, 1, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537] {
        for opcode in [TEXT, BINARY] {
            let payload = vec![b'*'; length];
            client.send(&frame(true, opcode, &payload));
            let echoed = client.next().expect("an echo");
            assert!(echoed.last && echoed.opcode == opcode && echoed.payload == payload);
        }
    }
    assert_open(&mut client);
}

#[test]
fn a_frame_that_arrives_byte_by_byte_is_one_frame() {
    let (_server, mut client) = echo();
    for byte in frame(true, TEXT, "안녕 hello".as_bytes()) {
        client.send(&[byte]);
    }
    assert_eq!(client.next_text(), "안녕 hello");
    assert_open(&mut client);
}

#[test]
fn reserved_bits_are_a_protocol_error() {
    for bits in 1..8_u8 {
        for opcode in [TEXT, BINARY, 8, 9, 10] {
            let (_server, mut client) = echo();
            client.send_line("before");
            client.send(&raw_frame(0x80 | bits << 4 | opcode, b"hi", true));
            client.send_line("after");
            assert_closed(&mut client, 1002, &["before"]);
        }
    }
}

#[test]
fn reserved_opcodes_are_a_protocol_error() {
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        let (_server, mut client) = echo();
        client.send_line("before");
        client.send(&frame(true, opcode, b"hi"));
        assert_closed(&mut client, 1002, &["before"]);
    }
}

#[test]
fn an_unmasked_frame_is_a_protocol_error() {
    let (_server, mut client) = echo();
    client.send(&raw_frame(0x80 | TEXT, b"hi", false));
    assert_closed(&mut client, 1002, &[]);
}
