//! Autobahn 7: goodbyes.

use super::server::client::{CLOSE, CONTINUATION, PING, TEXT, frame, goodbye};
use super::{echo, ends_with};

#[test]
fn a_goodbye_is_answered_with_its_own_code() {
    let codes = [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ];
    for code in codes {
        let (server, mut client) = echo();
        client.sends(&frame(true, CLOSE, &goodbye(code, "감사합니다")));
        ends_with(&mut client, code, &[]);
        drop(client);
        server.ends_once_with("page-left");
    }
}

#[test]
fn a_goodbye_without_a_code_is_answered_without_one() {
    let (_server, mut client) = echo();
    client.sends(&frame(true, CLOSE, b""));
    let answer = client.next().expect("an answer");
    assert_eq!((answer.opcode, answer.payload.len()), (CLOSE, 0));
    client.hears_the_end();
}

#[test]
fn codes_that_may_not_be_sent_are_a_protocol_error() {
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        let (_server, mut client) = echo();
        client.sends(&frame(true, CLOSE, &goodbye(code, "")));
        ends_with(&mut client, 1002, &[]);
    }
}

#[test]
fn a_goodbye_of_one_byte_or_of_126_is_a_protocol_error() {
    for payload in [&[3][..], &goodbye(1000, &"x".repeat(124))] {
        let (_server, mut client) = echo();
        client.sends(&frame(true, CLOSE, payload));
        ends_with(&mut client, 1002, &[]);
    }
}

#[test]
fn a_reason_that_is_as_long_as_can_be_is_fine_and_one_that_is_no_text_is_not() {
    let (_server, mut client) = echo();
    client.sends(&frame(true, CLOSE, &goodbye(1000, &"x".repeat(123))));
    ends_with(&mut client, 1000, &[]);
    let (_server, mut client) = echo();
    let mut payload = goodbye(1000, "");
    payload.extend(b"\xce\xba\xed\xa0\x80");
    client.sends(&frame(true, CLOSE, &payload));
    ends_with(&mut client, 1007, &[]);
}

#[test]
fn what_follows_a_goodbye_is_not_heard() {
    for after in [
        frame(true, TEXT, b"wait"),
        frame(true, PING, b""),
        frame(true, CLOSE, b""),
    ] {
        let (_server, mut client) = echo();
        client.says("before");
        client.sends(&[frame(true, CLOSE, &goodbye(1000, "")), after].concat());
        ends_with(&mut client, 1000, &["before"]);
    }
}

#[test]
fn a_goodbye_within_a_message_in_pieces_is_a_goodbye() {
    let (_server, mut client) = echo();
    client.sends(&frame(false, TEXT, b"fragment"));
    client.sends(&frame(true, CLOSE, &goodbye(1000, "")));
    client.sends(&frame(true, CONTINUATION, b"late"));
    ends_with(&mut client, 1000, &[]);
}
