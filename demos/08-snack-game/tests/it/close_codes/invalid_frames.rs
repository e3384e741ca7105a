//! Invalid frames, and unusual ones that are valid.

use crate::common::{
    Client, Game, PATIENCE, ask_json,
    frames::{CLOSE, code_in, frame, frames},
    wait_until,
};
use crate::faults::frames::CLOSE_TIMEOUT;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Instant,
};
use tungstenite::{Message, stream::MaybeTlsStream};

/// Sends raw bytes on an open connection. Returns the close code of the answer, after reading the
/// connection to its end.
fn answer_to(game: &Game, bytes: &[u8]) -> u16 {
    let client = Client::connect(game.address, "hall");
    let (mut stream, began) = (client.socket.into_inner(), Instant::now());
    let mut received = Vec::new();
    let written = stream.write_all(bytes);
    let read = written.and_then(|()| stream.read_to_end(&mut received));
    if let Err(error) = read {
        // So long the server waits for the rest of what is sent.
        assert!(began.elapsed() >= CLOSE_TIMEOUT, "a reset: {error}");
        return answer_to(game, bytes);
    }
    let frames = frames(&received);
    let close_frame = frames.iter().find(|(first, _)| *first == CLOSE);
    code_in(close_frame.expect("a close frame").1)
}

#[test]
fn every_invalid_frame_has_its_close_code_and_no_connection_is_reset() {
    let game = Game::start();
    for (what, bytes, code) in [
        ("unmasked", vec![0x82, 0x01, 0x03], 1002),
        ("a reserved bit", frame(0xC2, &[3]), 1002),
        ("a reserved opcode", frame(0x83, &[3]), 1002),
        ("a reserved control opcode", frame(0x8F, &[]), 1002),
        ("a fragmented ping", frame(0x09, &[]), 1002),
        ("a ping of 126 bytes", frame(0x89, &[0; 126]), 1002),
        ("a fragment without a beginning", frame(0x80, &[3]), 1002),
        (
            "a message within a message",
            [frame(0x02, &[]), frame(0x82, &[3])].concat(),
            1002,
        ),
        ("half a close code", frame(0x88, &[3]), 1002),
        (
            "a close code that must not be sent",
            frame(0x88, &1006_u16.to_be_bytes()),
            1002,
        ),
        ("text", frame(0x81, b"hello"), 1003),
        (
            "a reason that is not UTF-8",
            frame(0x88, &[3, 0xE8, 0xFF]),
            1007,
        ),
        ("65 bytes", frame(0x82, &[0; 65]), 1009),
        ("a whole megabyte", frame(0x82, &vec![0; 1_000_000]), 1009),
        (
            "65 bytes in two fragments",
            [frame(0x02, &[0; 64]), frame(0x80, &[0])].concat(),
            1009,
        ),
        ("an empty message", frame(0x82, &[]), 4001),
        ("an unknown message", frame(0x82, &[0x7F]), 4001),
        ("a turn before joining", frame(0x82, &[4, 1, 0, 0]), 4001),
        (
            "a join twice",
            [frame(0x82, &[1, 0]), frame(0x82, &[1, 0])].concat(),
            4001,
        ),
        (
            "an unknown token",
            frame(0x82, &[[2].as_slice(), &[7; 16]].concat()),
            4004,
        ),
        ("a flood", frame(0x8A, &[]).repeat(1_000), 1008),
        ("Close", frame(0x88, &1000_u16.to_be_bytes()), 1000),
        ("Close without a code", frame(0x88, &[]), 1005),
    ] {
        assert_eq!(answer_to(&game, &bytes), code, "{what}");
    }
    wait_until("no connection is left", || {
        ask_json(game.address, "/api/xray")["connections"] == 0
    });
}

#[test]
fn a_fragmented_message_is_joined_and_a_ping_between_fragments_is_answered() {
    let game = Game::start();
    let client = Client::connect(game.address, "hall");
    let mut stream = client.socket.into_inner();
    let said = [
        frame(0x02, &[6, 1]),
        frame(0x89, b"alive?"),
        frame(0x80, &[2, 3, 4]),
    ]
    .concat();
    for byte in said {
        stream.write_all(&[byte]).expect("the server reads");
    }
    let mut received = [0; 8 + 7];
    stream.read_exact(&mut received).expect("both answers");
    assert_eq!(&received[..8], b"\x8A\x06alive?");
    assert_eq!(&received[8..], b"\x82\x05\x86\x01\x02\x03\x04");
}

#[test]
fn a_client_without_the_subprotocol_gets_4003() {
    let game = Game::start();
    let stream = TcpStream::connect(game.address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let url = format!("ws://{}/ws/hall", game.address);
    let (mut socket, _) =
        tungstenite::client(url, MaybeTlsStream::Plain(stream)).expect("the upgrade");
    match socket.read() {
        Ok(Message::Close(Some(close))) => assert_eq!(u16::from(close.code), 4003),
        other => panic!("{other:?}"),
    }
}
