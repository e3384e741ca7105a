//! Autobahn 5: messages in pieces, and what may come between the pieces.

use super::server::client::{BINARY, CONTINUATION, PING, PONG, TEXT, frame};
use super::{echo, ends_with, is_well};

#[test]
fn pieces_are_one_message_however_they_are_cut() {
    let (_server, mut client) = echo();
    for opcode in [TEXT, BINARY] {
        for pieces in [
            &["fragment1", "fragment2"][..],
            &["", "", ""],
            &["", "middle", ""],
        ] {
            let mut bytes = frame(false, opcode, pieces[0].as_bytes());
            for (at, piece) in pieces.iter().enumerate().skip(1) {
                bytes.extend(frame(
                    at + 1 == pieces.len(),
                    CONTINUATION,
                    piece.as_bytes(),
                ));
            }
            client.sends(&bytes);
            let echoed = client.next().expect("an echo");
            let whole = pieces.concat().into_bytes();
            assert_eq!((echoed.opcode, echoed.payload), (opcode, whole));
        }
    }
    is_well(&mut client);
}

#[test]
fn a_ping_between_two_pieces_is_answered_between_them() {
    let (_server, mut client) = echo();
    client.sends(&frame(false, TEXT, b"one, "));
    client.sends(&frame(true, PING, b"in between"));
    let pong = client.next().expect("a pong");
    assert_eq!((pong.opcode, &pong.payload[..]), (PONG, &b"in between"[..]));
    client.sends(&frame(true, CONTINUATION, b"two"));
    assert_eq!(client.hears(), "one, two");
    is_well(&mut client);
}

#[test]
fn control_frames_in_pieces_are_a_protocol_error() {
    for opcode in [PING, PONG] {
        let (_server, mut client) = echo();
        client.sends(&frame(false, opcode, b"frag"));
        client.sends(&frame(true, CONTINUATION, b"ment"));
        ends_with(&mut client, 1002, &[]);
    }
}

#[test]
fn a_continuation_of_nothing_is_a_protocol_error() {
    for last in [true, false] {
        let (_server, mut client) = echo();
        client.says("before");
        client.sends(&frame(last, CONTINUATION, b"of what?"));
        client.says("after");
        ends_with(&mut client, 1002, &["before"]);
    }
}

#[test]
fn a_message_that_begins_within_another_is_a_protocol_error() {
    let (_server, mut client) = echo();
    client.sends(&frame(false, TEXT, b"one"));
    client.sends(&frame(true, TEXT, b"another"));
    ends_with(&mut client, 1002, &[]);
}
