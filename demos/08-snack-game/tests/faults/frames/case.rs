//! A case: what is said, and what has to come of it.

use crate::common::frames::{CLOSE, frame};
use rush::wire::ToServer;

/// What has to come of it.
pub(super) enum Then {
    /// These pongs, in their order, and the line is well.
    Well(Vec<Vec<u8>>),
    /// A goodbye with this code; 1005: one without a code.
    Ends(u16),
}

/// One of Autobahn's.
pub(super) struct Case {
    /// Autobahn's number.
    pub(super) number: &'static str,
    /// What is said.
    pub(super) says: Vec<u8>,
    /// Whether an `Echo` is in it, and has to come back.
    pub(super) echoes: bool,
    /// And then.
    pub(super) then: Then,
}

/// The `Echo` in it comes back.
pub(super) fn well(number: &'static str, says: Vec<u8>) -> Case {
    echoing(number, says, &[])
}

/// There is no `Echo` in it, and these come back.
pub(super) fn pongs(number: &'static str, says: Vec<u8>, pongs: &[&[u8]]) -> Case {
    let echoes = false;
    Case {
        echoes,
        ..echoing(number, says, pongs)
    }
}

/// The `Echo` in it comes back, and these.
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

/// A goodbye with this code comes back.
pub(super) fn ends(number: &'static str, says: Vec<u8>, code: u16) -> Case {
    let (then, echoes) = (Then::Ends(code), false);
    Case {
        number,
        says,
        echoes,
        then,
    }
}

/// What comes back when all is well.
pub(super) const WELL: u32 = 0x0057_454C;

/// A message that comes back.
pub(super) fn echo() -> Vec<u8> {
    ToServer::Echo(WELL).encode().to_vec()
}

/// A close frame.
pub(super) fn goodbye(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes(), reason].concat())
}
