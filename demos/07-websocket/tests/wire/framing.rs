//! Autobahn 1, 3 and 4: lengths, reserved bits, opcodes that nobody has defined, masks.

use super::server::client::{BINARY, TEXT, frame, head_and};
use super::{echo, ends_with, is_well};

#[test]
fn texts_and_bytes_of_every_length_come_back() {
    let (_server, mut client) = echo();
    for length in [0, 1, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537] {
        for opcode in [TEXT, BINARY] {
            let payload = vec![b'*'; length];
            client.sends(&frame(true, opcode, &payload));
            let echoed = client.next().expect("an echo");
            assert!(echoed.last && echoed.opcode == opcode && echoed.payload == payload);
        }
    }
    is_well(&mut client);
}

#[test]
fn a_frame_that_comes_byte_by_byte_is_one_frame() {
    let (_server, mut client) = echo();
    for byte in frame(true, TEXT, "안녕 hello".as_bytes()) {
        client.sends(&[byte]);
    }
    assert_eq!(client.hears(), "안녕 hello");
    is_well(&mut client);
}

#[test]
fn reserved_bits_are_a_protocol_error() {
    for bits in 1..8_u8 {
        for opcode in [TEXT, BINARY, 8, 9, 10] {
            let (_server, mut client) = echo();
            client.says("before");
            client.sends(&head_and(0x80 | bits << 4 | opcode, b"hi", true));
            client.says("after");
            ends_with(&mut client, 1002, &["before"]);
        }
    }
}

#[test]
fn opcodes_that_nobody_has_defined_are_a_protocol_error() {
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        let (_server, mut client) = echo();
        client.says("before");
        client.sends(&frame(true, opcode, b"hi"));
        ends_with(&mut client, 1002, &["before"]);
    }
}

#[test]
fn a_client_that_does_not_mask_is_told_so() {
    let (_server, mut client) = echo();
    client.sends(&head_and(0x80 | TEXT, b"hi", false));
    ends_with(&mut client, 1002, &[]);
}
