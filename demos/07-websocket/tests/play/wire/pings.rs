//! Autobahn 2: pings and pongs.

use super::{assert_closed, assert_open, echo};
use crate::server::client::{PING, PONG, frame};

#[test]
fn a_ping_of_every_length_is_answered_with_its_payload() {
    let (_server, mut client) = echo();
    for length in 0..=125 {
        let payload: Vec<u8> = (0..length).map(|byte| 0xff - byte).collect();
        client.send(&frame(true, PING, &payload));
        let pong = client.next().expect("a pong");
        assert!(
            pong.last && pong.opcode == PONG && pong.payload == payload,
            "{pong:?}"
        );
    }
    assert_open(&mut client);
}

#[test]
fn ten_pings_at_once_are_answered_in_order() {
    let (_server, mut client) = echo();
    let pings: Vec<u8> = (0..10)
        .flat_map(|number| frame(true, PING, &[number]))
        .collect();
    client.send(&pings);
    for number in 0..10 {
        let pong = client.next().expect("a pong");
        assert_eq!((pong.opcode, pong.payload), (PONG, vec![number]));
    }
    assert_open(&mut client);
}

#[test]
fn a_ping_longer_than_125_bytes_is_a_protocol_error() {
    let (_server, mut client) = echo();
    client.send(&frame(true, PING, &[0xfe; 126]));
    assert_closed(&mut client, 1002, &[]);
}

#[test]
fn unsolicited_pongs_are_ignored() {
    let (_server, mut client) = echo();
    client.send(&frame(true, PONG, b""));
    client.send(&frame(true, PONG, b"unsolicited"));
    client.send(&frame(true, PING, b"asked"));
    let pong = client.next().expect("a pong");
    assert_eq!((pong.opcode, &pong.payload[..]), (PONG, &b"asked"[..]));
    assert_open(&mut client);
}
