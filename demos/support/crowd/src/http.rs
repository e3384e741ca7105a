//! HTTP/1.1 requests to the server: one JSON request, and what the WebSocket handshake shares with
//! it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The maximum time from connecting to the response, also on a busy machine.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum size of a response. The server's have a few hundred bytes.
const MAX_RESPONSE: usize = 16 * 1024;

/// Why a request or a handshake failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server does not listen, or the connection broke.
    Unreachable(io::Error),
    /// No response within [`TIMEOUT`].
    Timeout,
    /// The room or the server is full. The addresses are of servers that may have a free seat.
    Full(Vec<SocketAddr>),
    /// A status that was not expected, with the response's body.
    Status(u16, String),
    /// A response that violates the protocol.
    Protocol(&'static str),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "no connection: {error}"),
            Self::Timeout => write!(f, "no response within {} s", TIMEOUT.as_secs()),
            Self::Full(_) => write!(f, "full"),
            Self::Status(status, body) => write!(f, "status {status}: {body}"),
            Self::Protocol(why) => write!(f, "invalid response: {why}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Unreachable(error)
    }
}

impl From<http_client::Failure> for Failure {
    fn from(failure: http_client::Failure) -> Self {
        Self::Unreachable(io::Error::other(failure))
    }
}

/// Sends one request and returns the JSON of its response.
pub(crate) async fn request(
    server: SocketAddr,
    line: (&str, &str),
    body: &str,
) -> Result<Value, Failure> {
    let exchange = async {
        let stream = TcpStream::connect(server).await?;
        let host = server.to_string();
        let answer = http_client::send(stream, &host, line, body.to_owned(), MAX_RESPONSE).await?;
        if answer.status != 200 {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(Failure::Status(answer.status, body));
        }
        serde_json::from_slice(&answer.body).map_err(|_| Failure::Protocol("the body is not JSON"))
    };
    timeout(TIMEOUT, exchange)
        .await
        .unwrap_or(Err(Failure::Timeout))
}

/// The status line and the headers of a response, as far as they are used.
pub(crate) struct Head {
    pub(crate) status: u16,
    /// `Sec-WebSocket-Accept`.
    pub(crate) accept: Option<String>,
}

/// Reads a response to the end of its head. Also returns the bytes that were read beyond it.
pub(crate) async fn read_head(stream: &mut TcpStream) -> Result<(Head, Vec<u8>), Failure> {
    let mut read = Vec::with_capacity(1024);
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Ok((parse_head(&String::from_utf8_lossy(&read))?, rest));
        }
        if read.len() > MAX_RESPONSE {
            return Err(Failure::Protocol("the head is too long"));
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
    }
}

fn parse_head(text: &str) -> Result<Head, Failure> {
    let mut lines = text.lines();
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1.1 "))
        .and_then(|line| line.get(..3)?.parse().ok())
        .ok_or(Failure::Protocol("no status line"))?;
    let accept = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-accept"))
        .map(|(_, value)| value.trim().to_owned());
    Ok(Head { status, accept })
}
