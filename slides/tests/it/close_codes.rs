//! What a phone may not send: it is closed with the code for it, and everything that it sent is
//! read to the end, so that the code arrives. With hand-made frames, because a library would refuse
//! to send most of them.

use crate::stage::{Stage, phones::socket};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Opens a phone's WebSocket, and returns its connection.
fn phone(address: SocketAddr, path: &str) -> TcpStream {
    let stream = socket(address, path).into_inner();
    stream.set_write_timeout(Some(TIMEOUT)).expect("a bound");
    stream
}

/// A client's frame: the first byte, and the payload under a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASKED: u8 = 0x80;
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..126 => bytes.push(MASKED | short as u8),
        medium @ 126..65_536 => {
            bytes.push(MASKED | 126);
            bytes.extend((medium as u16).to_be_bytes());
        }
        long => {
            bytes.push(MASKED | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// The code of the Close frame among the server's frames, and its reason. The connection ends
/// afterwards, without a reset.
#[track_caller]
fn closed(stream: &mut TcpStream, what: &str) -> (u16, String) {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        panic!("{what}: no orderly end: {error}");
    }
    let mut rest = &bytes[..];
    while let [first, length, after @ ..] = rest {
        let (length, after) = match (*length, after) {
            (126, [high, low, after @ ..]) => {
                (usize::from(u16::from_be_bytes([*high, *low])), after)
            }
            (length, after) => (usize::from(length), after),
        };
        let (payload, next) = after.split_at(length.min(after.len()));
        if let (0x88, [high, low, reason @ ..]) = (*first, payload) {
            let reason = String::from_utf8_lossy(reason).into_owned();
            return (u16::from_be_bytes([*high, *low]), reason);
        }
        rest = next;
    }
    panic!("{what}: no Close frame among {} bytes", bytes.len());
}

#[test]
fn what_a_phone_may_not_send_is_answered_with_its_code_and_read_to_the_end() {
    let stage = Stage::small(&["--phones", "0"]);
    let (text, bytes, end) = (0x81, 0x82, 0x80);
    let flood: Vec<u8> = (0..20_000).flat_map(|_| frame(text, b"[]")).collect();
    let votes: Vec<u8> = (0..20_000)
        .flat_map(|_| frame(text, br#"["vote",1,1]"#))
        .collect();
    let pings: Vec<u8> = (0..20_000).flat_map(|_| frame(0x89, b"ping")).collect();
    let pieces = [
        frame(0x01, &[b'x'; 100]),
        frame(0x00, &[b'x'; 100]),
        frame(end, &[b'x'; 100]),
    ];
    for (what, sent, code) in [
        ("a long message", frame(text, &[b'x'; 129]), 1009),
        ("a very long one", frame(text, &vec![b'x'; 2_000_000]), 1009),
        ("a long one in pieces", pieces.concat(), 1009),
        ("a long one, bytes", frame(bytes, &[0; 200]), 1009),
        ("text that is not UTF-8", frame(text, &[b'"', 0xFF]), 1007),
        ("half a character", frame(text, &[0xED, 0x95]), 1007),
        ("a flood of votes", votes, 1008),
        ("a flood of pings", pings, 1008),
        ("something else than a vote", flood, 1008),
        ("JSON that is no vote", frame(text, br#"["vote",1]"#), 1008),
        ("an empty message", frame(text, b""), 1008),
        ("bytes", frame(bytes, &[0; 8]), 1003),
        ("a reserved bit", frame(0xC1, b"[]"), 1002),
        ("a reserved opcode", frame(0x83, b"[]"), 1002),
        ("a frame without a mask", vec![0x81, 2, b'[', b']'], 1002),
        ("a long ping", frame(0x89, &[0; 126]), 1002),
        ("a piece without a beginning", frame(end, b"x"), 1002),
        ("HTTP", b"GET / HTTP/1.1\r\n\r\n".to_vec(), 1002),
    ] {
        let mut phone = phone(stage.phones(), "/live");
        phone.write_all(&sent).unwrap_or_else(|error| {
            panic!("{what}: not read to the end: {error}");
        });
        let (got, reason) = closed(&mut phone, what);
        assert_eq!(got, code, "{what}: {reason}");
        assert!(reason.len() > 5, "{what}: {reason:?}");
    }
    // The stage still serves phones.
    let mut late = socket(stage.phones(), "/live");
    assert!(late.read().expect("a state").is_text());
}

/// The last byte never comes, or the flood never ends: both are cut off.
#[test]
fn a_phone_cannot_keep_its_connection_after_the_close_frame() {
    let stage = Stage::small(&["--phones", "0"]);
    let mut silent = phone(stage.phones(), "/live");
    let long = frame(0x81, &[b'x'; 1_000]);
    silent.write_all(&long[..500]).expect("half a message");
    let began = Instant::now();
    assert_eq!(closed(&mut silent, "half of a long message").0, 1009);
    assert!(began.elapsed() < Duration::from_secs(20));

    let mut endless = phone(stage.phones(), "/live");
    let piece = frame(0x81, &[b'x'; 60_000]);
    let began = Instant::now();
    loop {
        match endless.write_all(&piece) {
            Ok(()) => assert!(began.elapsed() < TIMEOUT, "it is still read"),
            Err(error) => {
                let reset = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
                assert!(reset.contains(&error.kind()), "{error}");
                break;
            }
        }
    }
}

/// The presenter's page has other limits, and the same codes.
#[test]
fn a_presenters_page_is_closed_with_the_same_codes() {
    let stage = Stage::small(&[]);
    let token = stage.token();
    for (what, sent, code) in [
        ("a long command", frame(0x81, &[b'x'; 2_000]), 1009),
        ("text that is not UTF-8", frame(0x81, &[0xFF]), 1007),
        ("a frame without a mask", vec![0x81, 2, b'[', b']'], 1002),
    ] {
        let mut page = phone(stage.address(), "/control");
        page.write_all(&frame(0x81, token.as_bytes()))
            .expect("the token");
        page.write_all(&sent).expect("read to the end");
        assert_eq!(closed(&mut page, what).0, code, "{what}");
    }
    let mut page = phone(stage.address(), "/control");
    page.write_all(&frame(0x81, b"a guess")).expect("a guess");
    assert_eq!(closed(&mut page, "a wrong token").0, 4001);
}
