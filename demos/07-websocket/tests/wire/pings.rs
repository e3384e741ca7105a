//! Autobahn 2: pings and pongs.

use super::server::client::{PING, PONG, frame};
use super::{echo, ends_with, is_well};

#[test]
fn a_ping_of_every_length_is_answered_with_its_own_words() {
    let (_server, mut client) = echo();
    for length in 0..=125 {
        let payload: Vec<u8> = (0..length).map(|byte| 0xff - byte).collect();
        client.sends(&frame(true, PING, &payload));
        let pong = client.next().expect("a pong");
        assert!(
            pong.last && pong.opcode == PONG && pong.payload == payload,
            "{pong:?}"
        );
    }
    is_well(&mut client);
}

#[test]
fn ten_pings_at_once_are_answered_in_their_order() {
    let (_server, mut client) = echo();
    let pings: Vec<u8> = (0..10)
        .flat_map(|number| frame(true, PING, &[number]))
        .collect();
    client.sends(&pings);
    for number in 0..10 {
        let pong = client.next().expect("a pong");
        assert_eq!((pong.opcode, pong.payload), (PONG, vec![number]));
    }
    is_well(&mut client);
}

#[test]
fn a_ping_that_is_longer_than_125_bytes_is_a_protocol_error() {
    let (_server, mut client) = echo();
    client.sends(&frame(true, PING, &[0xfe; 126]));
    ends_with(&mut client, 1002, &[]);
}

#[test]
fn pongs_that_nobody_asked_for_are_ignored() {
    let (_server, mut client) = echo();
    client.sends(&frame(true, PONG, b""));
    client.sends(&frame(true, PONG, b"unsolicited"));
    client.sends(&frame(true, PING, b"asked"));
    let pong = client.next().expect("a pong");
    assert_eq!((pong.opcode, &pong.payload[..]), (PONG, &b"asked"[..]));
    is_well(&mut client);
}
