//! Autobahn 7: Close frames.

use super::{assert_closed, echo};
use crate::server::client::{CLOSE, CONTINUATION, PING, TEXT, close_payload, frame};

#[test]
fn a_close_frame_is_answered_with_the_same_code() {
    let codes = [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ];
    for code in codes {
        let (server, mut client) = echo();
        client.send(&frame(true, CLOSE, &close_payload(code, "감사합니다")));
        assert_closed(&mut client, code, &[]);
        drop(client);
        server.assert_single_end("page-closed");
    }
}

#[test]
fn a_close_frame_without_a_code_is_answered_without_one() {
    let (_server, mut client) = echo();
    client.send(&frame(true, CLOSE, b""));
    let answer = client.next().expect("an answer");
    assert_eq!((answer.opcode, answer.payload.len()), (CLOSE, 0));
    client.wait_for_end();
}

#[test]
fn codes_that_may_not_be_sent_are_a_protocol_error() {
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        let (_server, mut client) = echo();
        client.send(&frame(true, CLOSE, &close_payload(code, "")));
        assert_closed(&mut client, 1002, &[]);
    }
}

#[test]
fn a_close_frame_of_1_byte_or_of_126_is_a_protocol_error() {
    for payload in [&[3][..], &close_payload(1000, &"x".repeat(124))] {
        let (_server, mut client) = echo();
        client.send(&frame(true, CLOSE, payload));
        assert_closed(&mut client, 1002, &[]);
    }
}

#[test]
fn the_longest_reason_is_accepted_and_one_that_is_not_utf_8_is_an_error() {
    let (_server, mut client) = echo();
    client.send(&frame(true, CLOSE, &close_payload(1000, &"x".repeat(123))));
    assert_closed(&mut client, 1000, &[]);
    let (_server, mut client) = echo();
    let mut payload = close_payload(1000, "");
    payload.extend(b"\xce\xba\xed\xa0\x80");
    client.send(&frame(true, CLOSE, &payload));
    assert_closed(&mut client, 1007, &[]);
}

#[test]
fn frames_after_a_close_frame_are_ignored() {
    for after in [
        frame(true, TEXT, b"wait"),
        frame(true, PING, b""),
        frame(true, CLOSE, b""),
    ] {
        let (_server, mut client) = echo();
        client.send_line("before");
        client.send(&[frame(true, CLOSE, &close_payload(1000, "")), after].concat());
        assert_closed(&mut client, 1000, &["before"]);
    }
}

#[test]
fn a_close_frame_between_two_fragments_closes() {
    let (_server, mut client) = echo();
    client.send(&frame(false, TEXT, b"fragment"));
    client.send(&frame(true, CLOSE, &close_payload(1000, "")));
    client.send(&frame(true, CONTINUATION, b"late"));
    assert_closed(&mut client, 1000, &[]);
}
