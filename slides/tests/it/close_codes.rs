//! What a phone may not send: it is closed with the code for it, and everything that it sent is
//! read to the end, so that the code arrives. With hand-made frames, because a library would refuse
//! to send most of them.

use crate::stage::{
    Stage,
    patience::{CLOSE_TIMEOUT, unless_too_slow},
    phones::{TEXT, frame, next_state, socket, upgraded},
};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

const TIMEOUT: Duration = Duration::from_secs(60);

/// The code of the Close frame among the server's frames, and its reason. The connection ends
/// afterwards, without a reset.
fn closed(stream: &mut TcpStream) -> Result<(u16, String), String> {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        return Err(format!("no orderly end: {error}"));
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
            return Ok((u16::from_be_bytes([*high, *low]), reason));
        }
        rest = next;
    }
    Err(format!("no Close frame among {} bytes", bytes.len()))
}

/// Sends these bytes, which must be read to the end, and expects this code.
fn answered(mut stream: TcpStream, sent: &[u8], code: u16) -> Result<(), String> {
    let written = stream.write_all(sent);
    written.map_err(|error| format!("not read to the end: {error}"))?;
    let (got, reason) = closed(&mut stream)?;
    match got == code && reason.len() > 5 {
        true => Ok(()),
        false => Err(format!(
            "closed with {got}, {reason:?}, and not with {code}"
        )),
    }
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
        unless_too_slow(CLOSE_TIMEOUT, || {
            let phone = upgraded(stage.phones(), "/live", b"");
            answered(phone, &sent, code).map_err(|why| format!("{what}: {why}"))
        });
    }
    // The stage still serves phones.
    next_state(&mut socket(stage.phones(), "/live"));
}

/// The last byte never comes, or the flood never ends: both are cut off.
#[test]
fn a_phone_cannot_keep_its_connection_after_the_close_frame() {
    let stage = Stage::small(&["--phones", "0"]);
    let mut silent = upgraded(stage.phones(), "/live", b"");
    let long = frame(0x81, &[b'x'; 1_000]);
    silent.write_all(&long[..500]).expect("half a message");
    // The connection has ended when it is read to its end, and each read is bounded.
    let (code, reason) = closed(&mut silent).expect("an orderly end");
    assert_eq!(code, 1009, "{reason}");

    let mut endless = upgraded(stage.phones(), "/live", b"");
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
        unless_too_slow(CLOSE_TIMEOUT, || {
            // Without the token in time, it would be closed with another code.
            let token = frame(TEXT, token.as_bytes());
            let page = upgraded(stage.address(), "/control", &token);
            answered(page, &sent, code).map_err(|why| format!("{what}: {why}"))
        });
    }
    unless_too_slow(CLOSE_TIMEOUT, || {
        let guess = frame(TEXT, b"a guess");
        answered(upgraded(stage.address(), "/control", &guess), b"", 4001)
    });
}
