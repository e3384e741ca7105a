//! Autobahn's cases 5: fragmented messages.

use super::case::{Case, closed, echo, echoed, echoing};
use crate::common::frames::{BEGIN, BINARY, LAST, MORE, PING, PONG, frame};

/// 5: fragmented messages.
pub(super) fn pieces() -> Vec<Case> {
    let said = echo();
    let (a, b) = said.split_at(said.len() / 2);
    let bytewise = said.iter().enumerate().flat_map(|(n, &byte)| {
        let first = if n == 0 { BEGIN } else { MORE };
        frame(first, &[byte])
    });
    let bytewise: Vec<u8> = bytewise.chain(frame(LAST, b"")).collect();
    vec![
        closed(
            "5.1",
            [frame(0x09, b"frag"), frame(LAST, b"ment")].concat(),
            1002,
        ),
        closed(
            "5.2",
            [frame(0x0A, b"frag"), frame(LAST, b"ment")].concat(),
            1002,
        ),
        echoed("5.3", [frame(BEGIN, a), frame(LAST, b)].concat()),
        echoed(
            "5.3, empty fragments",
            [
                frame(BEGIN, b""),
                frame(MORE, &said),
                frame(MORE, b""),
                frame(LAST, b""),
            ]
            .concat(),
        ),
        echoed("5.5", bytewise),
        echoing(
            "5.6",
            [frame(BEGIN, a), frame(PING, b"between"), frame(LAST, b)].concat(),
            &[b"between"],
        ),
        echoed(
            "5.6, a pong",
            [frame(BEGIN, a), frame(PONG, b"between"), frame(LAST, b)].concat(),
        ),
        closed("5.9", frame(LAST, b"non-continuation payload"), 1002),
        closed("5.12", frame(MORE, b"non-continuation payload"), 1002),
        closed(
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
        closed("5.18", [frame(BEGIN, a), frame(BINARY, b)].concat(), 1002),
        closed(
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
        closed(
            "5, reserved bits in a fragment",
            [frame(BEGIN, a), frame(LAST | 0x40, b)].concat(),
            1002,
        ),
        closed(
            "5, an unmasked fragment",
            [frame(BEGIN, a), vec![LAST, 0]].concat(),
            1002,
        ),
        closed(
            "5, too long together",
            [frame(BEGIN, &[1; 33]), frame(LAST, &[1; 32])].concat(),
            1009,
        ),
    ]
}
