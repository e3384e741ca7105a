//! Reads the first head of a connection before anything else is set up for it: a client that sends
//! half a head, or nothing, costs the bytes that it has sent and a small task. hyper's buffers and
//! the task that serves requests come after it.

use super::{LONGEST_HEAD, REQUEST_TIMEOUT};
use crate::net::TcpStream;
use bytes::{Buf, Bytes};
use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::timeout,
};

/// The answer to a head with lines that end without a carriage return. RFC 9112 (section 2.2) lets
/// a server accept them; but two programs that disagree about where a line ends disagree about
/// where a request ends, and one of them may be a proxy.
pub(super) const BARE_LINE_FEED: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// The bytes of a connection up to the end of its first head, or more.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// They are for hyper, which finds what is wrong with them.
    Read(Bytes),
    /// A line ends with a line feed alone.
    BareLineFeed,
}

/// Reads the first head. `None` if the connection has ended before, or took too long.
pub(super) async fn read(stream: &TcpStream) -> Option<Head> {
    timeout(REQUEST_TIMEOUT, read_all(stream)).await.ok()?.ok()
}

async fn read_all(stream: &TcpStream) -> io::Result<Head> {
    let mut bytes = Vec::new();
    loop {
        poll_fn(|context| stream.poll_read_ready(context)).await?;
        match read_some(stream, &mut bytes) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                if let Some(head) = complete(&bytes, bytes.len() - count) {
                    return Ok(match head {
                        true => Head::Read(bytes.into()),
                        false => Head::BareLineFeed,
                    });
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Not an `async fn`, so that the buffer is on the stack and not in every connection's task.
fn read_some(stream: &TcpStream, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let mut some = [0; 4_096];
    let read = stream.try_read(&mut some)?;
    bytes.extend_from_slice(&some[..read]);
    Ok(read)
}

/// Whether the head is complete, of which the first `seen` bytes were looked at before. `None` if
/// more has to be read; `false` if one of its lines ends with a line feed alone. Empty lines before
/// a request are ignored, as RFC 9112 (section 2.2) asks.
fn complete(bytes: &[u8], seen: usize) -> Option<bool> {
    let empty = bytes
        .iter()
        .take_while(|byte| b"\r\n".contains(byte))
        .count();
    for at in seen.max(empty)..bytes.len() {
        if bytes[at] == b'\n' {
            if bytes[at - 1] != b'\r' {
                return Some(false);
            }
            if bytes[..at - 1].ends_with(b"\r\n") {
                return Some(true);
            }
        }
    }
    (bytes.len() >= LONGEST_HEAD).then_some(true)
}

/// A stream whose first bytes were read already.
#[derive(Debug)]
pub(super) struct Rewound {
    first: Bytes,
    stream: TcpStream,
}

impl Rewound {
    pub(super) fn new(first: Bytes, stream: TcpStream) -> Self {
        Self { first, stream }
    }

    /// The stream, and the bytes that were not read again.
    pub(super) fn into_parts(self) -> (Bytes, TcpStream) {
        (self.first, self.stream)
    }
}

impl AsyncRead for Rewound {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, space);
        }
        let count = self.first.len().min(space.remaining());
        space.put_slice(&self.first[..count]);
        self.first.advance(count);
        if self.first.is_empty() {
            self.first = Bytes::new(); // Gives the memory back.
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Rewound {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_an_empty_line_and_each_line_with_two_characters() {
        let whole = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nbody\n";
        let head = whole.len() - "body\n".len();
        for length in 0..head {
            assert_eq!(complete(&whole.as_bytes()[..length], 0), None, "{length}");
            let rest = complete(whole.as_bytes(), length.saturating_sub(3));
            assert_eq!(rest, Some(true), "{length}");
        }
        for bare in [
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
        ] {
            assert_eq!(complete(bare.as_bytes(), 0), Some(false), "{bare:?}");
        }
        let endless = vec![b'a'; LONGEST_HEAD];
        assert_eq!(complete(&endless[1..], 0), None);
        assert_eq!(complete(&endless, 9), Some(true), "hyper refuses it");
    }
}
