//! The way in: which room, and the WebSocket handshake.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tungstenite::handshake::{client::generate_key, derive_accept_key};

use crate::connection::Line;
use crate::rng::Chance;
use crate::seat_api::{Way, addresses};

/// From knocking to being in: also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// An answer's head is a few hundred bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// What a slow phone's kernel holds for it, so that being slow takes seconds and not minutes.
const SLOW_PHONE: u32 = 4 * 1024;

/// Why there is no way in.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody listens, or the line broke.
    Unreachable(io::Error),
    /// No answer within [`PATIENCE`].
    Mute,
    /// The room, or the house, is full; who may have room.
    Full(Vec<SocketAddr>),
    /// An answer other than 101, and what it said.
    Status(u16, String),
    /// An answer that no WebSocket server gives.
    Garbage(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "no connection: {error}"),
            Self::Mute => write!(f, "no answer within {} s", PATIENCE.as_secs()),
            Self::Full(_) => write!(f, "full"),
            Self::Status(status, body) => write!(f, "status {status}: {body}"),
            Self::Garbage(why) => write!(f, "no WebSocket answer: {why}"),
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Unreachable(error)
    }
}

/// Asks which way to go, as the page does before it opens a WebSocket.
pub(crate) async fn ask(server: SocketAddr, room: Option<&str>) -> Result<Way, Refusal> {
    let query = room.map_or_else(String::new, |room| format!("?room={room}"));
    let told = talk(server, &format!("GET /api/seat{query}"), "").await?;
    if told["full"] == true {
        return Err(Refusal::Full(addresses(&told["elsewhere"])));
    }
    let path = told["ws"]
        .as_str()
        .map(String::from)
        .ok_or(Refusal::Garbage("/api/seat names no `ws`"))?;
    Ok(Way {
        path,
        others: addresses(&told["servers"]),
    })
}

/// One question and its answer, which is JSON.
pub(crate) async fn talk(server: SocketAddr, what: &str, body: &str) -> Result<Value, Refusal> {
    let length = body.len();
    let request = format!(
        "{what} HTTP/1.1\r\nHost: {server}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let asking = async {
        let mut stream = TcpStream::connect(server).await?;
        stream.write_all(request.as_bytes()).await?;
        let (head, mut body) = head(&mut stream).await?;
        stream
            .take(LONGEST_HEAD as u64)
            .read_to_end(&mut body)
            .await?;
        let body = String::from_utf8_lossy(&body).into_owned();
        if head.status != 200 {
            return Err(Refusal::Status(head.status, body));
        }
        serde_json::from_str(&body).map_err(|_| Refusal::Garbage("an answer that is no JSON"))
    };
    timeout(PATIENCE, asking)
        .await
        .unwrap_or(Err(Refusal::Mute))
}

/// Opens the WebSocket.
pub(crate) async fn enter(
    server: SocketAddr,
    path: &str,
    slow: bool,
    masks: Chance,
) -> Result<Line, Refusal> {
    let key = generate_key();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: snack-rush.v1\r\n\r\n"
    );
    let entering = async {
        let socket = if server.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        if slow {
            socket.set_recv_buffer_size(SLOW_PHONE)?;
        }
        let mut stream = socket.connect(server).await?;
        stream.set_nodelay(true)?;
        stream.write_all(request.as_bytes()).await?;
        let (head, rest) = head(&mut stream).await?;
        if head.status != 101 {
            let body = String::from_utf8_lossy(&rest).into_owned();
            return Err(Refusal::Status(head.status, body));
        }
        if head.accept.as_deref() != Some(derive_accept_key(key.as_bytes()).as_str()) {
            return Err(Refusal::Garbage("a wrong Sec-WebSocket-Accept"));
        }
        Ok(Line::new(stream, rest, masks))
    };
    timeout(PATIENCE, entering)
        .await
        .unwrap_or(Err(Refusal::Mute))
}

struct Head {
    status: u16,
    accept: Option<String>,
}

/// Reads to the end of an answer's head; gives also what was read beyond it.
async fn head(stream: &mut TcpStream) -> Result<(Head, Vec<u8>), Refusal> {
    let mut read = Vec::with_capacity(1024);
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Ok((understand(&String::from_utf8_lossy(&read))?, rest));
        }
        if read.len() > LONGEST_HEAD {
            return Err(Refusal::Garbage("an answer without end"));
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
    }
}

fn understand(text: &str) -> Result<Head, Refusal> {
    let mut lines = text.lines();
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1.1 "))
        .and_then(|line| line.get(..3)?.parse().ok())
        .ok_or(Refusal::Garbage("no status line"))?;
    let accept = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-accept"))
        .map(|(_, value)| value.trim().to_owned());
    Ok(Head { status, accept })
}
