//! A test case: what is sent, and which answer is expected.

use crate::common::frames::{CLOSE, frame};
use rush::wire::ToServer;

/// Expected answer.
pub(super) enum Expected {
    /// These pongs, in this sequence, and the connection stays open.
    Pongs(Vec<Vec<u8>>),
    /// A Close frame with this code, or 1005 for one without a code.
    Close(u16),
}

/// One case of Autobahn.
pub(super) struct Case {
    /// Number of the case in Autobahn.
    pub(super) number: &'static str,
    /// The bytes to send.
    pub(super) bytes: Vec<u8>,
    /// True if the bytes contain an `Echo`, whose answer is expected.
    pub(super) echoes: bool,
    /// Expected after that.
    pub(super) expected: Expected,
}

/// Makes a case that expects the answer to its `Echo`.
pub(super) fn echoed(number: &'static str, bytes: Vec<u8>) -> Case {
    echoing(number, bytes, &[])
}

/// Makes a case without an `Echo` that expects these pongs.
pub(super) fn pongs(number: &'static str, bytes: Vec<u8>, pongs: &[&[u8]]) -> Case {
    let echoes = false;
    Case {
        echoes,
        ..echoing(number, bytes, pongs)
    }
}

/// Makes a case that expects the answer to its `Echo`, and these pongs.
pub(super) fn echoing(number: &'static str, bytes: Vec<u8>, pongs: &[&[u8]]) -> Case {
    let expected = Expected::Pongs(pongs.iter().map(|pong| pong.to_vec()).collect());
    let echoes = true;
    Case {
        number,
        bytes,
        echoes,
        expected,
    }
}

/// Makes a case that expects a Close frame with this code.
pub(super) fn closed(number: &'static str, bytes: Vec<u8>, code: u16) -> Case {
    let (expected, echoes) = (Expected::Close(code), false);
    Case {
        number,
        bytes,
        echoes,
        expected,
    }
}

/// The number in [`echo`], which the server sends back.
pub(super) const ECHO_NUMBER: u32 = 0x0057_454C;

/// An `Echo` message.
pub(super) fn echo() -> Vec<u8> {
    ToServer::Echo(ECHO_NUMBER).encode().to_vec()
}

/// A Close frame.
pub(super) fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes(), reason].concat())
}
