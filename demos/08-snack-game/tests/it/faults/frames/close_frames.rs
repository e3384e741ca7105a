//! Autobahn's cases 6 and 7: UTF-8, and Close frames.

use super::case::{Case, close, closed, echo};
use crate::common::frames::{BEGIN, BINARY, CLOSE, LAST, PING, TEXT, frame};

/// 6: UTF-8, which this protocol has in close reasons only. 7: Close frames.
pub(super) fn goodbyes() -> Vec<Case> {
    let longest = [b'*'; 123];
    let mut cases = vec![
        closed("6.1", frame(0x01, b""), 1003),
        closed(
            "6.3",
            frame(
                TEXT,
                b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80edited",
            ),
            1003,
        ),
        closed(
            "7.1.1",
            [frame(BINARY, &echo()), close(1000, b"")].concat(),
            1000,
        ),
        closed("7.1.2", [close(1000, b""), close(1001, b"")].concat(), 1000),
        closed(
            "7.1.3",
            [close(1000, b""), frame(PING, b"late")].concat(),
            1000,
        ),
        closed(
            "7.1.4",
            [close(1000, b""), frame(BINARY, &echo())].concat(),
            1000,
        ),
        closed(
            "7.1.5",
            [frame(BEGIN, b"x"), close(1000, b""), frame(LAST, b"y")].concat(),
            1000,
        ),
        closed("7.3.1", frame(CLOSE, b""), 1005),
        closed("7.3.2", frame(CLOSE, b"a"), 1002),
        closed("7.3.3", close(1000, b""), 1000),
        closed("7.3.4", close(1000, "안녕".as_bytes()), 1000),
        closed("7.3.5", close(1000, &longest), 1000),
        closed("7.3.6", close(1000, &[b'*'; 124]), 1002),
        closed(
            "7.5.1",
            close(
                1000,
                b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80edited",
            ),
            1007,
        ),
        closed("7.5.1, an overlong form", close(1000, b"\xC0\xAF"), 1007),
        closed(
            "7.5.1, cut within a character",
            close(1000, b"\xEC\x95"),
            1007,
        ),
    ];
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
    ] {
        cases.push(closed("7.7", close(code, b"valid"), code));
    }
    for code in [
        0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        cases.push(closed("7.9", close(code, b"invalid"), 1002));
    }
    cases
}
