//! Autobahn 5: fragmented messages, and what may come between the fragments.

use super::{assert_closed, assert_open, echo};
use crate::server::client::{BINARY, CONTINUATION, PING, PONG, TEXT, frame};

#[test]
fn fragments_are_one_message_wherever_they_are_cut() {
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
            client.send(&bytes);
            let echoed = client.next().expect("an echo");
            let whole = pieces.concat().into_bytes();
            assert_eq!((echoed.opcode, echoed.payload), (opcode, whole));
        }
    }
    assert_open(&mut client);
}

#[test]
fn a_ping_between_two_fragments_is_answered_at_once() {
    let (_server, mut client) = echo();
    client.send(&frame(false, TEXT, b"one, "));
    client.send(&frame(true, PING, b"in between"));
    let pong = client.next().expect("a pong");
    assert_eq!((pong.opcode, &pong.payload[..]), (PONG, &b"in between"[..]));
    client.send(&frame(true, CONTINUATION, b"two"));
    assert_eq!(client.next_text(), "one, two");
    assert_open(&mut client);
}

#[test]
fn a_fragmented_control_frame_is_a_protocol_error() {
    for opcode in [PING, PONG] {
        let (_server, mut client) = echo();
        client.send(&frame(false, opcode, b"frag"));
        client.send(&frame(true, CONTINUATION, b"ment"));
        assert_closed(&mut client, 1002, &[]);
    }
}

#[test]
fn a_continuation_without_a_message_is_a_protocol_error() {
    for last in [true, false] {
        let (_server, mut client) = echo();
        client.send_line("before");
        client.send(&frame(last, CONTINUATION, b"of what?"));
        client.send_line("after");
        assert_closed(&mut client, 1002, &["before"]);
    }
}

#[test]
fn a_message_inside_another_is_a_protocol_error() {
    let (_server, mut client) = echo();
    client.send(&frame(false, TEXT, b"one"));
    client.send(&frame(true, TEXT, b"another"));
    assert_closed(&mut client, 1002, &[]);
}
