//! One HTTP/1.1 request over a connection of its own, with a limit on the answer. hyper does the
//! work.
//!
//! There is no timeout here: the caller puts one around the whole exchange, and the connecting too.

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{Request, body::Incoming, client::conn::http1, header, http::request};
use hyper_util::rt::TokioIo;
use std::{error, fmt};
use tokio::net::TcpStream;

pub use hyper::{Method, Response, StatusCode};

/// The longest head of an answer, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The method, the path or a header is none.
    Request(hyper::http::Error),
    /// The connection broke.
    Connection(hyper::Error),
    /// What came is not HTTP.
    NotHttp,
    /// The body is longer than the limit, or it broke off.
    Body(Box<dyn error::Error + Send + Sync>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Request(error) => write!(f, "not a request: {error}"),
            Failure::Connection(error) => write!(f, "no answer: {error}"),
            Failure::NotHttp => f.write_str("the answer is not HTTP"),
            Failure::Body(error) => write!(f, "the body breaks off or is too long: {error}"),
        }
    }
}

impl error::Error for Failure {}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Failure {
        match error.is_parse() {
            true => Failure::NotHttp,
            false => Failure::Connection(error),
        }
    }
}

/// Begins a request to `host` for this path.
pub fn to(host: &str, path: &str) -> request::Builder {
    Request::builder().uri(path).header(header::HOST, host)
}

/// Sends a request over a new connection, and waits for the head of its answer. A task serves the
/// connection until the answer was read or dropped, or the connection has been upgraded.
///
/// # Errors
/// If the request is invalid, the connection breaks, or the answer is not HTTP.
pub async fn send(
    stream: TcpStream,
    request: request::Builder,
    body: String,
) -> Result<Response<Incoming>, Failure> {
    let request = request.body(body).map_err(Failure::Request)?;
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(LONGEST_HEAD)
        .handshake(TokioIo::new(stream))
        .await?;
    tokio::spawn(connection.with_upgrades());
    Ok(sender.send_request(request).await?)
}

/// Reads the body of an answer, of at most `at_most` bytes.
///
/// # Errors
/// If the body is longer, or the connection breaks.
pub async fn body(answer: Response<Incoming>, at_most: usize) -> Result<Bytes, Failure> {
    let body = Limited::new(answer.into_body(), at_most).collect().await;
    Ok(body.map_err(Failure::Body)?.to_bytes())
}

/// Asks `host`, to which `stream` is connected, for this path. Returns the status and the body, of
/// at most `at_most` bytes.
///
/// # Errors
/// If there is no such answer.
pub async fn get(
    stream: TcpStream,
    host: &str,
    path: &str,
    at_most: usize,
) -> Result<(StatusCode, Bytes), Failure> {
    let request = to(host, path).header(header::CONNECTION, "close");
    let answer = send(stream, request, String::new()).await?;
    Ok((answer.status(), body(answer, at_most).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        time::timeout,
    };

    /// What a server hears that answers with these bytes, and what the client makes of the answer.
    async fn ask(answer: &'static str) -> (String, Result<(StatusCode, Bytes), Failure>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut heard = Vec::new();
            while !heard.ends_with(b"a body") {
                assert!(stream.read_buf(&mut heard).await.expect("bytes") > 0);
            }
            let _unless_gone = stream.write_all(answer.as_bytes()).await;
            String::from_utf8(heard).expect("text")
        });
        let exchange = async {
            let stream = TcpStream::connect(address).await.expect("a connection");
            let request = to("snack.bar:7008", "/api/seat?x=1").method(Method::POST);
            let answer = send(stream, request, "a body".into()).await?;
            Ok((answer.status(), body(answer, 10).await?))
        };
        let got = timeout(Duration::from_secs(60), exchange).await;
        (server.await.expect("a server"), got.expect("no hang"))
    }

    #[tokio::test]
    async fn a_request_is_sent_and_its_answer_read() {
        let (heard, answer) = ask("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno").await;
        assert!(
            heard.starts_with("POST /api/seat?x=1 HTTP/1.1\r\n"),
            "{heard}"
        );
        for line in ["host: snack.bar:7008", "content-length: 6"] {
            assert!(heard.to_ascii_lowercase().contains(line), "{heard}");
        }
        let expected = (StatusCode::NOT_FOUND, Bytes::from_static(b"no"));
        assert_eq!(answer.expect("an answer"), expected);
    }

    #[tokio::test]
    async fn a_body_without_a_length_ends_with_the_connection() {
        let (_, answer) = ask("HTTP/1.1 200 OK\r\n\r\nyes").await;
        assert_eq!(answer.expect("an answer").1, "yes");
    }

    #[tokio::test]
    async fn an_answer_that_is_too_long_or_none_is_a_failure() {
        let (_, long) = ask("HTTP/1.1 200 OK\r\n\r\n12345678901").await;
        assert!(matches!(long, Err(Failure::Body(_))), "{long:?}");
        for answer in [
            "",
            "HTTP",
            "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno",
        ] {
            let (_, none) = ask(answer).await;
            assert!(none.is_err(), "{answer}: {none:?}");
        }
    }

    #[tokio::test]
    async fn a_request_that_the_caller_gives_up_closes_its_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stream = TcpStream::connect(address).await.expect("a connection");
        let (mut accepted, _) = listener.accept().await.expect("a client");
        let mut asking = Box::pin(get(stream, "here", "/health", 10));
        let mut heard = Vec::new();
        while !heard.ends_with(b"\r\n\r\n") {
            tokio::select! {
                answer = &mut asking => panic!("nothing was answered, but {answer:?}"),
                read = accepted.read_buf(&mut heard) => assert!(read.expect("bytes") > 0),
            }
        }
        drop(asking);
        let closed = timeout(Duration::from_secs(60), accepted.read_buf(&mut heard)).await;
        assert_eq!(
            closed.expect("the connection is closed").expect("no error"),
            0
        );
    }
}
