//! HTTP requests to the server: JSON, and what the WebSocket handshake shares with it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_client::{Method, Response, StatusCode, body, send};
use hyper::body::Incoming;
use hyper::header;
use hyper::http::request;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The maximum time from connecting to the response, also on a busy machine.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum size of a response's body. `/api/xray` has a few thousand bytes.
const MAX_RESPONSE: usize = 64 * 1024;

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
        use http_client::Failure::{Body, Connection, NotHttp, Request};
        match failure {
            Request(_) => Self::Protocol("a path that is none"),
            NotHttp => Self::Protocol("it is not HTTP"),
            Body(_) => Self::Protocol("its body breaks off or is too long"),
            Connection(error) => Self::Unreachable(io::Error::other(error)),
        }
    }
}

/// Asks the server for this path, and returns the JSON of its response.
///
/// # Errors
/// If no such response arrives within ten seconds.
pub async fn get_json(server: SocketAddr, path: &str) -> io::Result<Value> {
    let answer = request(server, Method::GET, path, String::new()).await;
    answer.map_err(|failure| io::Error::other(failure.to_string()))
}

/// Sends one request and returns the JSON of its response.
pub(crate) async fn request(
    server: SocketAddr,
    method: Method,
    path: &str,
    sent: String,
) -> Result<Value, Failure> {
    let request = to(server, path)
        .method(method)
        .header(header::CONNECTION, "close");
    let exchange = async {
        let response = send(TcpStream::connect(server).await?, request, sent).await?;
        if response.status() != StatusCode::OK {
            return Err(refusal(response).await);
        }
        let body = body(response, MAX_RESPONSE).await?;
        serde_json::from_slice(&body).map_err(|_| Failure::Protocol("the body is not JSON"))
    };
    timeout(TIMEOUT, exchange)
        .await
        .unwrap_or(Err(Failure::Timeout))
}

/// Reads the body of a response with an unexpected status.
pub(crate) async fn refusal(response: Response<Incoming>) -> Failure {
    let status = response.status().as_u16();
    match body(response, MAX_RESPONSE).await {
        Ok(body) => Failure::Status(status, String::from_utf8_lossy(&body).into_owned()),
        Err(failure) => failure.into(),
    }
}

/// Begins a request.
pub(crate) fn to(server: SocketAddr, path: &str) -> request::Builder {
    http_client::to(&server.to_string(), path)
}
