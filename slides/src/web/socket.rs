//! A WebSocket that ends with a code and a reason, also after a message that the library cannot
//! read.
//!
//! axum's own WebSocket gives no way to its connection. After a message that is too long, the rest
//! of it is unread; to close the connection then would reset it, and the browser would report 1006
//! and no reason. Here the rest is read, after the Close frame.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::{io::AsyncReadExt, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role, WebSocketConfig},
    },
};

/// How long the other side may take to answer a Close frame, and to send what was on its way.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The same for a connection that another client waits for: a quarter of a second is longer than a
/// phone in the same hall needs.
const GIVE_WAY_TIMEOUT: Duration = Duration::from_millis(250);

/// The most that is read after a Close frame, in bytes. More than this is a flood, and is reset.
const LONGEST_REST: usize = 4 * 1024 * 1024;

/// Why the stage closes a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseReason {
    /// The stage was ended on the talk's last slide.
    TalkOver,
    /// The stage was ended before.
    StageEnds,
    BrokenFrame,
    NotText,
    NotUtf8,
    NotAVote,
    NotARemoteCommand,
    /// A remote that is not paired, or no longer.
    NotPaired,
    TooManyCodes,
    TooManyMessages,
    TooSlow,
    TooLong,
    TooManyPhones,
    WrongToken,
}

impl CloseReason {
    /// The close code and the reason in the Close frame. `web/socket.js` reads the code.
    fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            CloseReason::TalkOver => (1001, "the talk is over"),
            CloseReason::StageEnds => (1012, "the stage ends; try again in a moment"),
            CloseReason::BrokenFrame => (1002, "this is no frame of a WebSocket"),
            CloseReason::NotText => (1003, "send text, not bytes"),
            CloseReason::NotUtf8 => (1007, "text is UTF-8"),
            CloseReason::NotAVote => (1008, "a phone can only send [\"vote\", round, choice]"),
            CloseReason::NotARemoteCommand => {
                (1008, "a remote can only send next, back, demo and votes")
            }
            CloseReason::NotPaired => (4001, "this phone is not paired"),
            CloseReason::TooManyCodes => (4003, "too many codes; wait some seconds"),
            CloseReason::TooManyMessages => (1008, "too many messages"),
            CloseReason::TooSlow => (1008, "too slow"),
            CloseReason::TooLong => (1009, "the message is too long"),
            CloseReason::TooManyPhones => (1013, "too many phones"),
            CloseReason::WrongToken => (
                4001,
                "wrong token: open the address that the terminal printed",
            ),
        };
        CloseFrame {
            code: code.into(),
            reason: reason.into(),
        }
    }
}

/// How a WebSocket ended while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The other side closed it, or the connection is lost.
    Disconnected,
    /// The library cannot read what came: the stage has to close it for this reason.
    Unreadable(CloseReason),
}

/// The server's end of a WebSocket.
pub(crate) struct Socket {
    stream: WebSocketStream<TokioIo<Upgraded>>,
    /// Whether the library lost its place in the stream. Then only raw bytes can be read.
    is_broken: bool,
}

/// Answers a request for a WebSocket, and passes the socket to `serve`. `longest` limits a message,
/// in bytes.
pub(crate) fn upgrade<F: Future<Output = ()> + Send + 'static>(
    mut request: Request,
    longest: usize,
    serve: impl FnOnce(Socket) -> F + Send + 'static,
) -> Response {
    let Some(key) = key(request.headers()) else {
        return (
            StatusCode::BAD_REQUEST,
            "This address is for a WebSocket of version 13.\n",
        )
            .into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // The client may have gone before the answer was written.
        if let Ok(upgraded) = upgrade.await {
            serve(Socket::new(upgraded, longest).await).await;
        }
    });
    let answer = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept)
        .body(Body::empty());
    answer.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

impl Socket {
    async fn new(upgraded: Upgraded, longest: usize) -> Socket {
        let limits = WebSocketConfig::default()
            .max_message_size(Some(longest))
            .max_frame_size(Some(longest))
            .read_buffer_size(4096);
        let stream = TokioIo::new(upgraded);
        let stream = WebSocketStream::from_raw_socket(stream, Role::Server, Some(limits)).await;
        Socket {
            stream,
            is_broken: false,
        }
    }

    /// Waits for the next message. It can be dropped while it waits; no message is lost.
    ///
    /// # Errors
    /// The socket has ended, or has to be closed.
    pub(crate) async fn receive(&mut self) -> Result<Message, End> {
        match self.stream.next().await {
            Some(Ok(Message::Close(_))) | None => Err(End::Disconnected),
            Some(Ok(message)) => Ok(message),
            Some(Err(error)) => {
                let end = end_of(&error);
                self.is_broken = end != End::Disconnected;
                Err(end)
            }
        }
    }

    /// Sends a message, and returns whether the kernel took it in time.
    pub(crate) async fn send(&mut self, message: Message, within: Duration) -> bool {
        matches!(timeout(within, self.stream.send(message)).await, Ok(Ok(())))
    }

    /// Sends a Close frame, and reads until the other side has closed, too: for a short time, and
    /// not without end.
    pub(crate) async fn close(self, reason: CloseReason) {
        self.close_within(reason, CLOSE_TIMEOUT).await;
    }

    /// The same, in less time: the slot of this connection is needed for another client.
    pub(crate) async fn give_way(self) {
        self.close_within(CloseReason::TooManyPhones, GIVE_WAY_TIMEOUT)
            .await;
    }

    async fn close_within(mut self, reason: CloseReason, limit: Duration) {
        let frame = Message::Close(Some(reason.frame()));
        if !self.send(frame, limit).await {
            return;
        }
        let reading = async {
            while !self.is_broken {
                match self.receive().await {
                    Ok(_) => {}
                    // The bytes after it are read below.
                    Err(End::Unreadable(_)) => break,
                    Err(End::Disconnected) => return,
                }
            }
            self.read_bytes().await;
        };
        let _unless_slow = timeout(limit, reading).await;
    }

    async fn read_bytes(&mut self) {
        let (mut piece, mut rest) = ([0; 4096], LONGEST_REST);
        while let Ok(length @ 1..) = self.stream.get_mut().read(&mut piece).await {
            match rest.checked_sub(length) {
                Some(left) => rest = left,
                None => return,
            }
        }
    }
}

fn end_of(error: &tungstenite::Error) -> End {
    use tungstenite::error::ProtocolError;
    match error {
        tungstenite::Error::Capacity(_) => End::Unreadable(CloseReason::TooLong),
        tungstenite::Error::Utf8(_) => End::Unreadable(CloseReason::NotUtf8),
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            End::Disconnected
        }
        tungstenite::Error::Protocol(_) => End::Unreadable(CloseReason::BrokenFrame),
        _ => End::Disconnected,
    }
}

/// The key of a request for a WebSocket. `None` if it is no such request.
fn key(headers: &HeaderMap) -> Option<String> {
    let has = |name, word| {
        let lines = headers.get_all(name).into_iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        let mut words = lines.flat_map(|line| line.split(','));
        words.any(|it| it.trim().eq_ignore_ascii_case(word))
    };
    let asks = has(header::CONNECTION, "upgrade") && has(header::UPGRADE, "websocket");
    let version = headers.get(header::SEC_WEBSOCKET_VERSION)?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?.to_str().ok()?;
    (asks && version == "13" && key.len() == 24).then(|| key.to_owned())
}
