//! Why a connection ends: the cause that the log and the client are given, and what its reader
//! found in the end.

use crate::decode::DecodeError;
use rush::close::Close;
use std::{
    borrow::Cow,
    fmt,
    io::{self, ErrorKind},
};

/// The first cause of a connection's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseCause {
    /// The room closes it, with one of the protocol's close codes.
    Room(Close),
    /// The bytes received are no valid frame, or one that the game does not accept.
    Decode(DecodeError),
    /// The client sent a close frame, with this code if it named one.
    CloseFrame(Option<u16>),
    /// Nothing was received for too long.
    Silent,
    /// The connection ended without a close frame.
    NoCloseFrame,
    /// A cause that an earlier process wrote into a snapshot.
    Restored {
        /// The close code.
        code: u16,
        /// The sentence beside it.
        reason: Box<str>,
    },
}

impl CloseCause {
    /// The close code, as the client or the log gets it.
    pub fn code(&self) -> u16 {
        match self {
            Self::Room(close) => close.code(),
            Self::Decode(error) => error.code(),
            Self::CloseFrame(code) => code.unwrap_or(1005),
            Self::Silent | Self::NoCloseFrame => 1006,
            Self::Restored { code, .. } => *code,
        }
    }

    /// The sentence beside the code.
    pub fn reason(&self) -> Cow<'_, str> {
        match self {
            Self::Room(close) => close.reason(),
            Self::Decode(error) => error.reason().into(),
            Self::CloseFrame(_) => "close frame received".into(),
            Self::Silent => "silent".into(),
            Self::NoCloseFrame => "no close frame".into(),
            Self::Restored { reason, .. } => (&**reason).into(),
        }
    }
}

impl From<Close> for CloseCause {
    fn from(close: Close) -> Self {
        Self::Room(close)
    }
}

/// What the reader of a connection found at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadEnd {
    /// The end of the stream.
    Closed,
    /// The end of the stream, after frames that are ignored.
    Drained,
    /// The room has gone.
    RoomClosed,
    /// The peer reset the connection.
    Reset,
    /// The peer acknowledged nothing for too long.
    TimedOut,
    /// The connection was closed for writing.
    BrokenPipe,
    /// Another error.
    Failed,
}

impl From<&io::Error> for ReadEnd {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionReset => Self::Reset,
            ErrorKind::TimedOut => Self::TimedOut,
            ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Failed,
        }
    }
}

impl fmt::Display for ReadEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "connection closed",
            Self::Drained => "read to the end",
            Self::RoomClosed => "room closed",
            Self::Reset => "connection reset",
            Self::TimedOut => "not acknowledged in time",
            Self::BrokenPipe => "broken pipe",
            Self::Failed => "read failed",
        })
    }
}
