//! How a connection ends: every cause, its close code, and its words in the log.

use std::fmt;

/// Why a connection has ended. Each connection ends exactly once, and its log line says with which
/// of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// An HTTP request was answered, and no WebSocket was asked for.
    Served,
    /// The upgrade was refused with this status. A page cannot read why, but a log can.
    Refused(u16),
    /// No complete request arrived in time.
    RequestTimeout,
    /// The client was gone before its upgrade was complete.
    GoneBeforeUpgrade,
    /// A WebSocket was opened, and no `join` came in time.
    JoinTimeout,
    /// The player sent `leave`.
    Left,
    /// The page sent a Close frame: it was closed, reloaded, or left. Its code; 1005 if it had
    /// none.
    PageClosed(u16),
    /// The stream ended without a Close frame: the browser was killed, or the phone is gone.
    NoCloseFrame,
    /// The connection was reset, or another I/O error ended it.
    Reset,
    /// Sent bytes stayed unacknowledged for too long (`TCP_USER_TIMEOUT`).
    AckTimeout,
    /// A ping was not answered in time.
    PingTimeout,
    /// The player's outbox was full, so the room disconnected it.
    TooSlow,
    /// The phone did not accept a line in time.
    WriteTimeout,
    /// A message was longer than the limit.
    MessageTooBig,
    /// A text message was not UTF-8.
    InvalidUtf8,
    /// A frame broke the WebSocket protocol.
    ProtocolError,
    /// A binary message came to a room that speaks text.
    Binary,
    /// The client sent more messages a second than the limit.
    RateLimit,
    /// The room panicked, and was restarted.
    RoomPanicked,
    /// The session itself panicked.
    SessionPanicked,
    /// The server shuts down gracefully.
    Shutdown,
}

impl End {
    /// One word for the log, to be counted.
    pub fn cause(&self) -> &'static str {
        match self {
            End::Served => "served",
            End::Refused(_) => "refused",
            End::RequestTimeout => "request-timeout",
            End::GoneBeforeUpgrade => "gone-before-upgrade",
            End::JoinTimeout => "join-timeout",
            End::Left => "left",
            End::PageClosed(_) => "page-closed",
            End::NoCloseFrame => "no-close-frame",
            End::Reset => "reset",
            End::AckTimeout => "ack-timeout",
            End::PingTimeout => "ping-timeout",
            End::TooSlow => "too-slow",
            End::WriteTimeout => "write-timeout",
            End::MessageTooBig => "message-too-big",
            End::InvalidUtf8 => "invalid-utf8",
            End::ProtocolError => "protocol-error",
            End::Binary => "binary",
            End::RateLimit => "rate-limit",
            End::RoomPanicked => "room-panicked",
            End::SessionPanicked => "session-panicked",
            End::Shutdown => "shutdown",
        }
    }

    /// The code and the reason of the Close frame that the server sends. `None` if the client is
    /// gone, never had a WebSocket, or sent its own Close frame first.
    pub fn close(&self) -> Option<(u16, &'static str)> {
        Some(match self {
            End::Left => (1000, "you left"),
            End::ProtocolError => (1002, "not a valid WebSocket frame"),
            End::Binary => (1003, "this room speaks text: join NAME, grab, leave"),
            End::InvalidUtf8 => (1007, "that text is not UTF-8"),
            End::RateLimit => (1008, "too many messages a second"),
            End::MessageTooBig => (1009, "that message is too big"),
            End::RoomPanicked | End::SessionPanicked => {
                (1011, "the server had an error; come back in a moment")
            }
            End::Shutdown => (1012, "the snack bar restarts; come back in a moment"),
            End::TooSlow | End::WriteTimeout => (4000, "you read too slowly; come back"),
            End::JoinTimeout => (4005, "no join in time"),
            End::PingTimeout => (4006, "no answer to a ping"),
            End::Served
            | End::Refused(_)
            | End::RequestTimeout
            | End::GoneBeforeUpgrade
            | End::PageClosed(_)
            | End::NoCloseFrame
            | End::Reset
            | End::AckTimeout => return None,
        })
    }

    /// The code for the log: the server's close code, the page's, or the status of a refusal.
    pub fn code(&self) -> Option<u16> {
        match self {
            End::PageClosed(code) => Some(*code),
            End::Refused(status) => Some(*status),
            other => other.close().map(|(code, _)| code),
        }
    }

    /// Whether nothing went wrong.
    pub fn is_ordinary(&self) -> bool {
        matches!(
            self,
            End::Served | End::Left | End::PageClosed(1000 | 1001 | 1005) | End::Shutdown
        )
    }

    /// Whether the client's further frames can no longer be decoded. They are read and ignored.
    pub(crate) fn is_undecodable(&self) -> bool {
        matches!(
            self,
            End::MessageTooBig | End::InvalidUtf8 | End::ProtocolError
        )
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Served => f.write_str("answered over HTTP"),
            End::Refused(status) => write!(f, "refused with status {status}, before the upgrade"),
            End::RequestTimeout => f.write_str("no complete request in time"),
            End::GoneBeforeUpgrade => f.write_str("the client was gone before the upgrade"),
            End::JoinTimeout => f.write_str("no join in time"),
            End::Left => f.write_str("the player left"),
            End::PageClosed(1005) => f.write_str("the page sent a Close frame without a code"),
            End::PageClosed(code) => write!(f, "the page sent Close {code}"),
            End::NoCloseFrame => f.write_str("the connection ended without a Close frame"),
            End::Reset => f.write_str("the connection was reset"),
            End::AckTimeout => f.write_str("sent data was not acknowledged in time"),
            End::PingTimeout => f.write_str("a ping was not answered in time"),
            End::TooSlow => f.write_str("the player's outbox was full"),
            End::WriteTimeout => f.write_str("a line was not accepted in time"),
            End::MessageTooBig => f.write_str("a message was too big"),
            End::InvalidUtf8 => f.write_str("a text message was not UTF-8"),
            End::ProtocolError => f.write_str("a frame broke the WebSocket protocol"),
            End::Binary => f.write_str("the client sent a binary message"),
            End::RateLimit => f.write_str("too many messages a second"),
            End::RoomPanicked => f.write_str("the room panicked"),
            End::SessionPanicked => f.write_str("the session panicked"),
            End::Shutdown => f.write_str("the server shuts down"),
        }
    }
}
