//! One request of a browser, read from its connection.

use httparse::{Header, Status};
use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

/// The longest request: the head of a browser's, and a pick.
const LONGEST: usize = 16 << 10;
/// The most fields of a head: browsers send about fifteen.
const FIELDS: usize = 64;
/// How long a request may take to come.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A request: what matters of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) host: String,
    /// The site whose page asks, if the browser says so.
    pub(super) origin: Option<String>,
    pub(super) body: Vec<u8>,
}

/// An answer that is no success: its status, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) &'static str, pub(super) String);

impl Refusal {
    pub(super) fn new(status: &'static str, why: &str) -> Refusal {
        Refusal(status, why.to_owned())
    }
}

/// Reads a request. An error: the browser has gone.
pub(super) fn read(connection: &mut impl Read) -> io::Result<Result<Request, Refusal>> {
    let began = Instant::now();
    let mut bytes = vec![];
    let mut piece = [0; 2048];
    loop {
        match parsed(&bytes) {
            Ok(None) => {}
            Ok(Some(request)) => return Ok(Ok(request)),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let slow = "408 Request Timeout";
        let length = match connection.read(&mut piece) {
            Ok(0) if bytes.is_empty() => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(0) => return Ok(Err(bad("the request ends before its end"))),
            Ok(length) => length,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok(Err(Refusal::new(slow, "the request did not come in time")));
            }
            Err(error) => return Err(error),
        };
        if began.elapsed() > PATIENCE {
            return Ok(Err(Refusal::new(slow, "the request did not come in time")));
        }
        if bytes.len() + length > LONGEST {
            let long = format!("a request may have {LONGEST} bytes, and this one is longer");
            return Ok(Err(Refusal("413 Content Too Large", long)));
        }
        bytes.extend_from_slice(&piece[..length]);
    }
}

fn bad(why: &str) -> Refusal {
    Refusal::new("400 Bad Request", why)
}

/// Returns the request if these bytes are a whole one; `None` if more has to come.
fn parsed(bytes: &[u8]) -> Result<Option<Request>, Refusal> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut head = httparse::Request::new(&mut fields);
    let end = match head.parse(bytes) {
        Ok(Status::Partial) => return Ok(None),
        Ok(Status::Complete(end)) => end,
        Err(why) => return Err(bad(&format!("this is no request of HTTP 1: {why}"))),
    };
    let field = |name: &str| {
        let is_it = |it: &&Header<'_>| it.name.eq_ignore_ascii_case(name);
        let mut found = head.headers.iter().filter(is_it);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            // Which of two is meant is a matter of taste, and a proxy may have another one.
            (_, Some(_)) => Err(bad(&format!("the request has two fields {name}"))),
            (Some(one), None) => match std::str::from_utf8(one.value) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(bad(&format!("the field {name} is no text"))),
            },
        }
    };
    let path = head.path.unwrap_or_default();
    if !path.starts_with('/') {
        return Err(bad("the first line names no page"));
    }
    let host = field("Host")?.ok_or_else(|| bad("the request does not name its Host"))?;
    if field("Transfer-Encoding")?.is_some() {
        let why = "the request must say how long its body is";
        return Err(Refusal::new("411 Length Required", why));
    }
    let length: usize = match field("Content-Length")? {
        None => 0,
        // Not `+1`, which is a number for Rust.
        Some(length) => match length.parse() {
            Ok(number) if length.bytes().all(|it| it.is_ascii_digit()) => number,
            _ => return Err(bad("Content-Length is no number of bytes")),
        },
    };
    if length > LONGEST {
        let long = format!("a body may have {LONGEST} bytes, and this one has {length}");
        return Err(Refusal("413 Content Too Large", long));
    }
    let origin = field("Origin")?;
    let body = bytes[end..].get(..length);
    Ok(body.map(|body| Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        host: host.to_owned(),
        origin: origin.map(str::to_owned),
        body: body.to_vec(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_in_pieces() {
        let text =
            b"POST /a/ask HTTP/1.1\r\nHost: 127.0.0.1:1\r\ncontent-length: 6\r\n\r\n\"undo\"";
        for end in 0..text.len() {
            assert_eq!(parsed(&text[..end]), Ok(None), "{end} bytes");
        }
        let request = parsed(text).expect("good").expect("whole");
        assert_eq!(
            (&*request.method, &*request.path, &*request.body),
            ("POST", "/a/ask", &b"\"undo\""[..])
        );
        assert_eq!((&*request.host, request.origin), ("127.0.0.1:1", None));
    }

    #[test]
    fn what_is_no_request_is_refused_with_a_sentence() {
        let refused = |text: &[u8]| {
            let read = read(&mut io::Cursor::new(text)).expect("memory");
            read.expect_err("no request").0
        };
        let bad = "400 Bad Request";
        let many = "A: b\r\n".repeat(FIELDS + 1);
        for text in [
            &b"hello\r\n\r\n"[..],
            b"no request HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET / SPDY/9\r\nHost: a\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nOrigin: b\r\nOrigin: c\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n1",
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 0\r\n\r\n1",
            b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
            b"GET / HTTP/1.1\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nshort",
            format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n").as_bytes(),
        ] {
            assert_eq!(refused(text), bad, "{}", text.escape_ascii());
        }
        assert_eq!(
            refused(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "411 Length Required"
        );
        let long = "413 Content Too Large";
        assert_eq!(refused(&vec![b'a'; LONGEST * 2]), long);
        assert_eq!(
            refused(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"),
            long
        );
        assert!(read(&mut io::empty()).is_err(), "the browser has gone");
    }
}
