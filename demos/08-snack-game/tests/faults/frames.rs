//! Autobahn's cases (1 to 7, 9 and 10), rebuilt for a server that speaks short binary messages: its echo is our `Echo`. Every case is said
//! at once, and again a byte at a time.

use crate::common::{Game, Phone};
use std::{
    io::{Read, Write},
    net::TcpStream,
};

/// What has to come of it.
enum Then {
    /// These pongs, in their order, and the line is well.
    Well(Vec<Vec<u8>>),
    /// A goodbye with this code; 1005: one without a code.
    Ends(u16),
}

struct Case {
    /// Autobahn's number.
    number: &'static str,
    says: Vec<u8>,
    /// Whether an `Echo` is in it, and has to come back.
    echoes: bool,
    then: Then,
}

fn well(number: &'static str, says: Vec<u8>) -> Case {
    echoing(number, says, &[])
}

fn pongs(number: &'static str, says: Vec<u8>, pongs: &[&[u8]]) -> Case {
    let echoes = false;
    Case {
        echoes,
        ..echoing(number, says, pongs)
    }
}

fn echoing(number: &'static str, says: Vec<u8>, pongs: &[&[u8]]) -> Case {
    let then = Then::Well(pongs.iter().map(|pong| pong.to_vec()).collect());
    let echoes = true;
    Case {
        number,
        says,
        echoes,
        then,
    }
}

fn ends(number: &'static str, says: Vec<u8>, code: u16) -> Case {
    let (then, echoes) = (Then::Ends(code), false);
    Case {
        number,
        says,
        echoes,
        then,
    }
}

const BINARY: u8 = 0x82;
const BEGIN: u8 = 0x02;
const MORE: u8 = 0x00;
const LAST: u8 = 0x80;
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8A;

/// What comes back when all is well.
const WELL: u32 = 0x0057_454C;

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    masked(first, payload, [0x37, 0xFA, 0x21, 0x3D])
}

fn masked(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut out = vec![first];
    match payload.len() {
        short @ 0..126 => out.push(0x80 | short as u8),
        middle @ 126..65_536 => {
            out.push(0x80 | 126);
            out.extend((middle as u16).to_be_bytes());
        }
        long => {
            out.push(0x80 | 127);
            out.extend((long as u64).to_be_bytes());
        }
    }
    out.extend(mask);
    out.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    out
}

fn echo() -> Vec<u8> {
    rush::wire::ToServer::Echo(WELL).encode().to_vec()
}

fn goodbye(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes(), reason].concat())
}

/// 1: a message of every kind of length. 2: pings and pongs. 3 and 4: reserved bits and opcodes.
fn single_frames() -> Vec<Case> {
    let mut cases = vec![
        ends("1.1.1", frame(TEXT, b""), 1003),
        ends("1.1.2", frame(TEXT, &[b'*'; 125]), 1003),
        ends("1.1.6", frame(TEXT, &[b'*'; 65_535]), 1003),
        ends("1.2.1", frame(BINARY, b""), 4001),
        well("1.2.2", masked(BINARY, &echo(), [0; 4])),
        well("1.2.2, all masks", masked(BINARY, &echo(), [0xFF; 4])),
        ends("1.2.3", frame(BINARY, &[0xFE; 64]), 4001),
        ends("1.2.4", frame(BINARY, &[0xFE; 65]), 1009),
        ends("1.2.5", frame(BINARY, &[0xFE; 127]), 1009),
        ends("1.2.6", frame(BINARY, &[0xFE; 65_535]), 1009),
        ends("1.2.7", frame(BINARY, &[0xFE; 65_536]), 1009),
        pongs("2.1", frame(PING, b""), &[b""]),
        pongs("2.2", frame(PING, b"Hello, world!"), &[b"Hello, world!"]),
        pongs(
            "2.3",
            frame(PING, &[0, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0, 0xFF]),
            &[&[0, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0, 0xFF]],
        ),
        pongs("2.4", frame(PING, &[0xFE; 125]), &[&[0xFE; 125]]),
        ends("2.5", frame(PING, &[0xFE; 126]), 1002),
        pongs("2.7", frame(PONG, b""), &[]),
        pongs("2.8", frame(PONG, b"unsolicited"), &[]),
        pongs(
            "2.9",
            [frame(PONG, b"unsolicited"), frame(PING, b"ping")].concat(),
            &[b"ping"],
        ),
        ends(
            "4.1.1, unmasked",
            [vec![BINARY, echo().len() as u8], echo()].concat(),
            1002,
        ),
    ];
    let tens: Vec<[u8; 1]> = (0..10).map(|n| [n]).collect();
    // Eight answers wait for a phone at most: it reads, and all ten are there.
    let ten = tens
        .iter()
        .flat_map(|payload| frame(PING, payload))
        .collect();
    let answers: Vec<&[u8]> = tens.iter().map(|payload| &payload[..]).collect();
    cases.push(pongs("2.10", ten, &answers));
    for (bits, number) in (1_u8..8).zip(["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"]) {
        for first in [BINARY, TEXT, PING, PONG, CLOSE] {
            let before = frame(BINARY, &echo());
            cases.push(ends(
                number,
                [before, frame(first | (bits << 4), b"")].concat(),
                1002,
            ));
        }
    }
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        let number = if opcode < 8 { "4.1" } else { "4.2" };
        for payload in [&b""[..], b"reserved opcode payload"] {
            let before = frame(BINARY, &echo());
            cases.push(ends(
                number,
                [before, frame(0x80 | opcode, payload)].concat(),
                1002,
            ));
        }
    }
    cases
}

/// 5: messages in pieces.
fn pieces() -> Vec<Case> {
    let said = echo();
    let (a, b) = said.split_at(said.len() / 2);
    let bytewise = said.iter().enumerate().flat_map(|(n, &byte)| {
        let first = if n == 0 { BEGIN } else { MORE };
        frame(first, &[byte])
    });
    let bytewise: Vec<u8> = bytewise.chain(frame(LAST, b"")).collect();
    vec![
        ends(
            "5.1",
            [frame(0x09, b"frag"), frame(LAST, b"ment")].concat(),
            1002,
        ),
        ends(
            "5.2",
            [frame(0x0A, b"frag"), frame(LAST, b"ment")].concat(),
            1002,
        ),
        well("5.3", [frame(BEGIN, a), frame(LAST, b)].concat()),
        well(
            "5.3, empty pieces",
            [
                frame(BEGIN, b""),
                frame(MORE, &said),
                frame(MORE, b""),
                frame(LAST, b""),
            ]
            .concat(),
        ),
        well("5.5", bytewise),
        echoing(
            "5.6",
            [frame(BEGIN, a), frame(PING, b"between"), frame(LAST, b)].concat(),
            &[b"between"],
        ),
        well(
            "5.6, a pong",
            [frame(BEGIN, a), frame(PONG, b"between"), frame(LAST, b)].concat(),
        ),
        ends("5.9", frame(LAST, b"non-continuation payload"), 1002),
        ends("5.12", frame(MORE, b"non-continuation payload"), 1002),
        ends(
            "5.15",
            [
                frame(BEGIN, a),
                frame(LAST, b),
                frame(MORE, b"x"),
                frame(BINARY, &said),
            ]
            .concat(),
            1002,
        ),
        ends("5.18", [frame(BEGIN, a), frame(BINARY, b)].concat(), 1002),
        ends(
            "5.18, begun twice",
            [frame(BEGIN, a), frame(BEGIN, b)].concat(),
            1002,
        ),
        echoing(
            "5.19",
            [
                frame(BEGIN, b""),
                frame(MORE, a),
                frame(PING, b"1"),
                frame(MORE, b""),
                frame(PING, b"2"),
                frame(LAST, b),
            ]
            .concat(),
            &[b"1", b"2"],
        ),
        ends(
            "5, reserved bits in a piece",
            [frame(BEGIN, a), frame(LAST | 0x40, b)].concat(),
            1002,
        ),
        ends(
            "5, an unmasked piece",
            [frame(BEGIN, a), vec![LAST, 0]].concat(),
            1002,
        ),
        ends(
            "5, too long together",
            [frame(BEGIN, &[1; 33]), frame(LAST, &[1; 32])].concat(),
            1009,
        ),
    ]
}

/// 6: text, of which there is none but in reasons. 7: goodbyes.
fn goodbyes() -> Vec<Case> {
    let longest = [b'*'; 123];
    let mut cases = vec![
        ends("6.1", frame(0x01, b""), 1003),
        ends(
            "6.3",
            frame(
                TEXT,
                b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80edited",
            ),
            1003,
        ),
        ends(
            "7.1.1",
            [frame(BINARY, &echo()), goodbye(1000, b"")].concat(),
            1000,
        ),
        ends(
            "7.1.2",
            [goodbye(1000, b""), goodbye(1001, b"")].concat(),
            1000,
        ),
        ends(
            "7.1.3",
            [goodbye(1000, b""), frame(PING, b"late")].concat(),
            1000,
        ),
        ends(
            "7.1.4",
            [goodbye(1000, b""), frame(BINARY, &echo())].concat(),
            1000,
        ),
        ends(
            "7.1.5",
            [frame(BEGIN, b"x"), goodbye(1000, b""), frame(LAST, b"y")].concat(),
            1000,
        ),
        ends("7.3.1", frame(CLOSE, b""), 1005),
        ends("7.3.2", frame(CLOSE, b"a"), 1002),
        ends("7.3.3", goodbye(1000, b""), 1000),
        ends("7.3.4", goodbye(1000, "안녕".as_bytes()), 1000),
        ends("7.3.5", goodbye(1000, &longest), 1000),
        ends("7.3.6", goodbye(1000, &[b'*'; 124]), 1002),
        ends(
            "7.5.1",
            goodbye(
                1000,
                b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80edited",
            ),
            1007,
        ),
        ends("7.5.1, an overlong form", goodbye(1000, b"\xC0\xAF"), 1007),
        ends(
            "7.5.1, cut within a letter",
            goodbye(1000, b"\xEC\x95"),
            1007,
        ),
    ];
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ] {
        cases.push(ends("7.7", goodbye(code, b"valid"), code));
    }
    for code in [
        0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        cases.push(ends("7.9", goodbye(code, b"invalid"), 1002));
    }
    cases
}

/// 9: what is far too large, whole or in pieces. 10: the same in tiny pieces.
fn sizes() -> Vec<Case> {
    let header = |length: u64| [&[BINARY, 0xFF][..], &length.to_be_bytes(), &[1, 2, 3, 4]].concat();
    let mut pieces = frame(BEGIN, &[0; 64]);
    (0..1_000).for_each(|_| pieces.extend(frame(MORE, &[0; 64])));
    let mut empty = frame(BEGIN, b"");
    (0..1_000).for_each(|_| empty.extend(frame(MORE, b"")));
    empty.extend(frame(LAST, &echo()));
    vec![
        ends("9.2.1", frame(BINARY, &vec![0xFE; 64 * 1024]), 1009),
        ends("9.2.4", frame(BINARY, &vec![0xFE; 4 * 1024 * 1024]), 1009),
        ends("9.2.6, its header alone", header(16 * 1024 * 1024), 1009),
        ends("9.2, all there is", header(u64::MAX >> 1), 1009),
        ends("9.2, more than there is", header(u64::MAX), 1009),
        ends("9.4.1", pieces, 1009),
        well("10.1.1", empty),
    ]
}

/// A byte at a time where it is not a matter of megabytes.
const PATIENT: usize = 512;

#[test]
fn every_case_of_autobahn_has_its_answer_at_once_and_a_byte_at_a_time() {
    let game = Game::start();
    let cases = [single_frames(), pieces(), goodbyes(), sizes()];
    let cases: Vec<Case> = cases.into_iter().flatten().collect();
    for case in &cases {
        answers(&game, case, case.says.len());
        if case.says.len() <= PATIENT {
            answers(&game, case, 1);
        }
    }
    println!("{} cases", cases.len());
    crate::common::wait_until("nobody is left", || {
        crate::common::ask_json(game.address, "/api/xray")["connections"] == 0
    });
    assert_eq!(game.server().house().seen.falls.get(), 0);
}

/// Says a case on a line of its own, in portions; what comes back has to be what should.
#[track_caller]
fn answers(game: &Game, case: &Case, portion: usize) {
    let number = case.number;
    let mut stream = Phone::knock(game.address, "hall").socket.into_inner();
    for portion in case.says.chunks(portion.max(1)) {
        if stream.write_all(portion).is_err() {
            break; // It has heard enough; what it says is still there.
        }
    }
    let mut heard = Vec::new();
    match &case.then {
        Then::Ends(code) => {
            stream
                .read_to_end(&mut heard)
                .unwrap_or_else(|error| panic!("{number}: {error}"));
            let (first, payload) = frames(&heard)
                .pop()
                .unwrap_or_else(|| panic!("{number}: nothing"));
            let told = payload
                .get(..2)
                .map_or(1005, |code| u16::from_be_bytes([code[0], code[1]]));
            assert_eq!((first, told), (CLOSE, *code), "{number}, by {portion}");
        }
        Then::Well(pongs) => {
            let well = rush::wire::ToClient::Echo(WELL).encode();
            stream
                .write_all(&frame(BINARY, &echo()))
                .expect("it is open");
            // One for each message of the case, and ours.
            let well = [&[BINARY, well.len() as u8][..], &well].concat();
            let times = if case.echoes { 2 } else { 1 };
            hears(&mut stream, &mut heard, &well, times);
            let told: Vec<Vec<u8>> = frames(&heard)
                .into_iter()
                .filter_map(|(first, payload)| (first == PONG).then_some(payload))
                .collect();
            assert_eq!(&told, pongs, "{number}, by {portion}");
        }
    }
}

/// Hears until these bytes came so many times.
fn hears(stream: &mut TcpStream, heard: &mut Vec<u8>, last: &[u8], times: usize) {
    let mut some = [0; 4096];
    while heard.windows(last.len()).filter(|it| *it == last).count() < times {
        let count = stream.read(&mut some).expect("it answers");
        assert_ne!(count, 0, "it ended after {heard:?}");
        heard.extend(&some[..count]);
    }
}

/// What was told: the first byte of each frame, and its payload.
fn frames(mut heard: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    while let [first, length, rest @ ..] = heard {
        let (payload, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        frames.push((*first, payload.to_vec()));
        heard = rest;
    }
    frames
}
