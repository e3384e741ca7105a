//! A test case: what is sent, and which answer is expected.

use crate::common::frames::{CLOSE, frame};
use rush::wire::ToServer;

/// Expected answer.
pub(super) enum Then {
    /// These pongs, in order, and the connection stays open.
    Well(Vec<Vec<u8>>),
    /// A Close frame with this code, or 1005 for one without a code.
    Ends(u16),
}

/// One case of Autobahn.
pub(super) struct Case {
    /// Number of the case in Autobahn.
    pub(super) number: &'static str,
    /// The bytes to send.
    pub(super) says: Vec<u8>,
    /// True if the bytes contain an `Echo`, whose answer is expected.
    pub(super) echoes: bool,
    /// Expected after that.
    pub(super) then: Then,
}

/// Makes a case that expects the answer to its `Echo`.
pub(super) fn well(number: &'static str, says: Vec<u8>) -> Case {
    echoing(number, says, &[])
}

/// Makes a case without an `Echo` that expects these pongs.
pub(super) fn pongs(number: &'static str, says: Vec<u8>, pongs: &[&[u8]]) -> Case {
    let echoes = false;
    Case {
        echoes,
        ..echoing(number, says, pongs)
    }
}

/// Makes a case that expects the answer to its `Echo`, and these pongs.
pub(super) fn echoing(number: &'static str, says: Vec<u8>, pongs: &[&[u8]]) -> Case {
    let then = Then::Well(pongs.iter().map(|pong| pong.to_vec()).collect());
    let echoes = true;
    Case {
        number,
        says,
        echoes,
        then,
    }
}

/// Makes a case that expects a Close frame with this code.
pub(super) fn ends(number: &'static str, says: Vec<u8>, code: u16) -> Case {
    let (then, echoes) = (Then::Ends(code), false);
    Case {
        number,
        says,
        echoes,
        then,
    }
}

/// The answer to [`echo`].
pub(super) const WELL: u32 = 0x0057_454C;

/// An `Echo` message.
pub(super) fn echo() -> Vec<u8> {
    ToServer::Echo(WELL).encode().to_vec()
}

/// A Close frame.
pub(super) fn goodbye(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes(), reason].concat())
}
