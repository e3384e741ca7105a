//! Autobahn's cases 9 and 10: messages that are far too large, whole and fragmented.

use super::case::{Case, closed, echo, echoed};
use crate::common::frames::{BEGIN, BINARY, LAST, MORE, frame};

/// 9: messages that are far too large, whole or fragmented. 10: the same in tiny fragments.
pub(super) fn sizes() -> Vec<Case> {
    let header = |length: u64| [&[BINARY, 0xFF][..], &length.to_be_bytes(), &[1, 2, 3, 4]].concat();
    let mut pieces = frame(BEGIN, &[0; 64]);
    (0..1_000).for_each(|_| pieces.extend(frame(MORE, &[0; 64])));
    let empty = |fragments| {
        let more = frame(MORE, b"").repeat(fragments);
        [frame(BEGIN, b""), more, frame(LAST, &echo())].concat()
    };
    vec![
        closed("9.2.1", frame(BINARY, &vec![0xFE; 64 * 1024]), 1009),
        closed("9.2.4", frame(BINARY, &vec![0xFE; 4 * 1024 * 1024]), 1009),
        closed("9.2.6, only the header", header(16 * 1024 * 1024), 1009),
        closed("9.2, the largest length", header(u64::MAX >> 1), 1009),
        closed("9.2, a length beyond the largest", header(u64::MAX), 1009),
        closed("9.4.1", pieces, 1009),
        echoed("10.1.1", empty(60)),
        // Each frame counts for the rate limit.
        closed("10.1.1, a thousand", empty(1_000), 1008),
    ]
}
