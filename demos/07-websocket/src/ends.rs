//! How a connection ends: every cause there is, what the browser is told of it, and what the log
//! says.

use std::fmt;

/// Why a connection is over. Each one ends exactly once, and its log line says which of these it
/// was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It asked over HTTP, was answered, and wanted no WebSocket.
    Served,
    /// It wanted a WebSocket and was refused before the upgrade, where a page can still read why.
    Refused(u16),
    /// It asked for nothing, or too slowly.
    NeverAsked,
    /// It was told that it has a WebSocket, and was gone by then.
    GoneAtTheDoor,
    /// It had a WebSocket, and never said `join`.
    NeverJoined,
    /// The player said `leave`.
    Left,
    /// The page said goodbye by itself: it was closed, reloaded, or left. With its code, 1005 if it
    /// gave none.
    PageLeft(u16),
    /// The connection ended without a goodbye: the browser was killed, or the phone is gone.
    Vanished,
    /// The connection was reset, or broke.
    Reset,
    /// What it was sent has not been acknowledged for too long (`TCP_USER_TIMEOUT`).
    Unreachable,
    /// It was pinged and did not answer.
    Mute,
    /// It was too many lines behind: the room showed it out.
    TooSlow,
    /// It did not take a line for as long as a line may take.
    TakesNothing,
    /// It said more than a message may hold.
    TooBig,
    /// It said something that is not UTF-8, and called it text.
    NotText,
    /// It spoke something that is no WebSocket.
    NotWebSocket,
    /// It sent binary data to a room that speaks text.
    Binary,
    /// It said more messages a second than anybody may.
    TooMany,
    /// The room fell, and is opened again.
    RoomFell,
    /// Our own session panicked.
    Panicked,
    /// The server closes, in order.
    Closing,
}

impl End {
    /// One word for the log, for counting.
    pub fn cause(&self) -> &'static str {
        match self {
            End::Served => "served",
            End::Refused(_) => "refused",
            End::NeverAsked => "never-asked",
            End::GoneAtTheDoor => "gone-at-the-door",
            End::NeverJoined => "never-joined",
            End::Left => "left",
            End::PageLeft(_) => "page-left",
            End::Vanished => "vanished",
            End::Reset => "reset",
            End::Unreachable => "unreachable",
            End::Mute => "mute",
            End::TooSlow => "too-slow",
            End::TakesNothing => "takes-nothing",
            End::TooBig => "too-big",
            End::NotText => "not-text",
            End::NotWebSocket => "not-websocket",
            End::Binary => "binary",
            End::TooMany => "too-many",
            End::RoomFell => "room-fell",
            End::Panicked => "panicked",
            End::Closing => "closing",
        }
    }

    /// The close code and the reason that we send. `None`: there is nobody to tell, or it was the
    /// other side's goodbye.
    pub fn close(&self) -> Option<(u16, &'static str)> {
        Some(match self {
            End::Left => (1000, "you left"),
            End::NotWebSocket => (1002, "that is no WebSocket frame"),
            End::Binary => (1003, "this room speaks text: join NAME, grab, leave"),
            End::NotText => (1007, "that text is not UTF-8"),
            End::TooMany => (1008, "too many messages a second"),
            End::TooBig => (1009, "that message is too big"),
            End::RoomFell | End::Panicked => (1011, "the room fell; come back in a moment"),
            End::Closing => (1012, "the snack bar closes; come back in a moment"),
            End::TooSlow | End::TakesNothing => (4000, "you read too slowly; come back"),
            End::NeverJoined => (4005, "nobody joined on this connection"),
            End::Mute => (4006, "no answer to a ping"),
            End::Served
            | End::Refused(_)
            | End::NeverAsked
            | End::GoneAtTheDoor
            | End::PageLeft(_)
            | End::Vanished
            | End::Reset
            | End::Unreachable => return None,
        })
    }

    /// The code that both sides know of: ours, or the one that the page gave.
    pub fn code(&self) -> Option<u16> {
        match self {
            End::PageLeft(code) => Some(*code),
            End::Refused(status) => Some(*status),
            other => other.close().map(|(code, _)| code),
        }
    }

    /// Whether this is how connections are meant to end.
    pub fn is_ordinary(&self) -> bool {
        matches!(
            self,
            End::Served | End::Left | End::PageLeft(1000 | 1001 | 1005) | End::Closing
        )
    }

    /// After these, nothing more can be understood from the other side: what it still sends is only
    /// read.
    pub(crate) fn is_misunderstanding(&self) -> bool {
        matches!(self, End::TooBig | End::NotText | End::NotWebSocket)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Served => f.write_str("it was answered over HTTP"),
            End::Refused(status) => write!(f, "it was refused with {status}, before the upgrade"),
            End::NeverAsked => f.write_str("it never finished asking"),
            End::GoneAtTheDoor => f.write_str("it was gone before it had its WebSocket"),
            End::NeverJoined => f.write_str("it never joined"),
            End::Left => f.write_str("the player left"),
            End::PageLeft(1005) => f.write_str("the page said goodbye without a code"),
            End::PageLeft(code) => write!(f, "the page said goodbye with {code}"),
            End::Vanished => f.write_str("it ended without a goodbye"),
            End::Reset => f.write_str("the connection broke"),
            End::Unreachable => f.write_str("nothing was acknowledged any more"),
            End::Mute => f.write_str("a ping was not answered"),
            End::TooSlow => f.write_str("it was too far behind and was shown out"),
            End::TakesNothing => f.write_str("it took no line for too long"),
            End::TooBig => f.write_str("a message was too big"),
            End::NotText => f.write_str("a text was not UTF-8"),
            End::NotWebSocket => f.write_str("that was no WebSocket frame"),
            End::Binary => f.write_str("it sent binary data"),
            End::TooMany => f.write_str("it sent too many messages a second"),
            End::RoomFell => f.write_str("the room fell"),
            End::Panicked => f.write_str("the session panicked"),
            End::Closing => f.write_str("the server closes"),
        }
    }
}
