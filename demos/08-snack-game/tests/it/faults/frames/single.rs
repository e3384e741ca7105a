//! Autobahn's cases 1 to 4: unfragmented frames.

use super::case::{Case, closed, echo, echoed, pongs};
use crate::common::frames::{BINARY, CLOSE, PING, PONG, TEXT, frame, masked};

/// 1: messages of every length encoding. 2: pings and pongs. 3 and 4: reserved bits and opcodes.
pub(super) fn single_frames() -> Vec<Case> {
    let mut cases = vec![
        closed("1.1.1", frame(TEXT, b""), 1003),
        closed("1.1.2", frame(TEXT, &[b'*'; 125]), 1003),
        closed("1.1.6", frame(TEXT, &[b'*'; 65_535]), 1003),
        closed("1.2.1", frame(BINARY, b""), 4001),
        echoed("1.2.2", masked(BINARY, &echo(), [0; 4])),
        echoed("1.2.2, all masks", masked(BINARY, &echo(), [0xFF; 4])),
        closed("1.2.3", frame(BINARY, &[0xFE; 64]), 4001),
        closed("1.2.4", frame(BINARY, &[0xFE; 65]), 1009),
        closed("1.2.5", frame(BINARY, &[0xFE; 127]), 1009),
        closed("1.2.6", frame(BINARY, &[0xFE; 65_535]), 1009),
        closed("1.2.7", frame(BINARY, &[0xFE; 65_536]), 1009),
        pongs("2.1", frame(PING, b""), &[b""]),
        pongs("2.2", frame(PING, b"Hello, world!"), &[b"Hello, world!"]),
        pongs(
            "2.3",
            frame(PING, &[0, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0, 0xFF]),
            &[&[0, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0, 0xFF]],
        ),
        pongs("2.4", frame(PING, &[0xFE; 125]), &[&[0xFE; 125]]),
        closed("2.5", frame(PING, &[0xFE; 126]), 1002),
        pongs("2.7", frame(PONG, b""), &[]),
        pongs("2.8", frame(PONG, b"unsolicited"), &[]),
        pongs(
            "2.9",
            [frame(PONG, b"unsolicited"), frame(PING, b"ping")].concat(),
            &[b"ping"],
        ),
        closed(
            "4.1.1, unmasked",
            [vec![BINARY, echo().len() as u8], echo()].concat(),
            1002,
        ),
    ];
    let tens: Vec<[u8; 1]> = (0..10).map(|n| [n]).collect();
    // The server queues eight answers at most. This client reads, so all ten arrive.
    let ten = tens
        .iter()
        .flat_map(|payload| frame(PING, payload))
        .collect();
    let answers: Vec<&[u8]> = tens.iter().map(|payload| &payload[..]).collect();
    cases.push(pongs("2.10", ten, &answers));
    for (bits, number) in (1_u8..8).zip(["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"]) {
        for first in [BINARY, TEXT, PING, PONG, CLOSE] {
            let before = frame(BINARY, &echo());
            cases.push(closed(
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
            cases.push(closed(
                number,
                [before, frame(0x80 | opcode, payload)].concat(),
                1002,
            ));
        }
    }
    cases
}
