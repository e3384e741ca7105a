//! One HTTP/1.1 request over a connection of its own, with a limit on the answer.
//!
//! hyper does the work. There is no timeout here: the caller puts one around the whole exchange,
//! the connecting included.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::{error, fmt};
use tokio::{net::TcpStream, task::JoinSet};

/// The answer of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status: 200.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The method, the path or the host is none.
    Request(hyper::http::Error),
    /// The connection broke, or what came is not HTTP.
    Connection(hyper::Error),
    /// The body is longer than the limit, or it broke off.
    Body(Box<dyn error::Error + Send + Sync>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Request(error) => write!(f, "not a request: {error}"),
            Failure::Connection(error) => write!(f, "no answer: {error}"),
            Failure::Body(error) => write!(f, "no whole answer: {error}"),
        }
    }
}

impl error::Error for Failure {}

/// Sends a request to `host`, to which `stream` is connected, and reads an answer whose body has at
/// most `at_most` bytes.
///
/// # Errors
/// If the request is invalid, the connection breaks, or the answer is not HTTP or too long.
pub async fn send(
    stream: TcpStream,
    host: &str,
    (method, path): (&str, &str),
    body: String,
    at_most: usize,
) -> Result<Answer, Failure> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, host)
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(body)))
        .map_err(Failure::Request)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(Failure::Connection)?;
    // The task ends with this call, also if the caller gives up.
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let answer = sender.send_request(request).await;
    let (head, body) = answer.map_err(Failure::Connection)?.into_parts();
    let body = Limited::new(body, at_most).collect().await;
    Ok(Answer {
        status: head.status.as_u16(),
        body: body.map_err(Failure::Body)?.to_bytes(),
    })
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
    async fn ask(answer: &'static str) -> (String, Result<Answer, Failure>) {
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
            let line = ("POST", "/api/seat?x=1");
            send(stream, "snack.bar:7008", line, "a body".into(), 10).await
        };
        let got = timeout(Duration::from_secs(10), exchange).await;
        (server.await.expect("a server"), got.expect("no hang"))
    }

    #[tokio::test]
    async fn a_request_is_sent_and_its_answer_read() {
        let (heard, answer) = ask("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno").await;
        assert!(
            heard.starts_with("POST /api/seat?x=1 HTTP/1.1\r\n"),
            "{heard}"
        );
        for line in [
            "host: snack.bar:7008",
            "connection: close",
            "content-length: 6",
        ] {
            assert!(heard.to_ascii_lowercase().contains(line), "{heard}");
        }
        let expected = Answer {
            status: 404,
            body: Bytes::from_static(b"no"),
        };
        assert_eq!(answer.expect("an answer"), expected);
    }

    #[tokio::test]
    async fn a_body_without_a_length_ends_with_the_connection() {
        let (_, answer) = ask("HTTP/1.1 200 OK\r\n\r\nyes").await;
        assert_eq!(answer.expect("an answer").body, "yes");
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
}
