//! Reads the first head of a connection before anything else is set up for it: a client that sends
//! half a head, or nothing, costs the bytes that it has sent and a small task. hyper's buffers and
//! the task that serves requests come after it.

use super::{LONGEST_HEAD, REQUEST_TIMEOUT, line_ends::LineEnds};
use crate::net::TcpStream;
use bytes::{Buf, Bytes};
use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep, timeout},
};

/// How long a client may take nothing of an answer. One that never reads must not hold its
/// connection for ever.
const UNREAD: Duration = Duration::from_secs(20);

/// Reads up to the end of the first head, or more: hyper finds what is wrong with it. `None` if the
/// connection has ended before, or took too long.
pub(super) async fn read(stream: &TcpStream) -> Option<Bytes> {
    timeout(REQUEST_TIMEOUT, read_all(stream)).await.ok()?.ok()
}

async fn read_all(stream: &TcpStream) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    loop {
        poll_fn(|context| stream.poll_read_ready(context)).await?;
        match read_some(stream, &mut bytes) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                if is_enough(&bytes, bytes.len() - count) {
                    return Ok(bytes.into());
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

/// Whether hyper can answer: the head, of which the first `seen` bytes were looked at before, is
/// complete, or too long, or one of its lines ends with a line feed alone.
fn is_enough(bytes: &[u8], seen: usize) -> bool {
    // Empty lines before a request are ignored, as RFC 9112 (section 2.2) asks.
    let empty = bytes
        .iter()
        .take_while(|byte| b"\r\n".contains(byte))
        .count();
    let mut ends = (seen.max(empty)..bytes.len()).filter(|&at| bytes[at] == b'\n');
    let ends_head = |at| bytes[at - 1] != b'\r' || bytes[..at - 1].ends_with(b"\r\n");
    ends.any(ends_head) || bytes.len() >= LONGEST_HEAD
}

/// A stream whose first bytes were read already, and whose client must read on.
#[derive(Debug)]
pub(super) struct Rewound {
    first: Bytes,
    stream: TcpStream,
    line_ends: LineEnds,
    /// Runs while the client takes nothing.
    unread: Option<Pin<Box<Sleep>>>,
}

impl Rewound {
    pub(super) fn new(first: Bytes, stream: TcpStream) -> Self {
        Self {
            first,
            stream,
            line_ends: LineEnds::default(),
            unread: None,
        }
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
        let filled = space.filled().len();
        if self.first.is_empty() {
            ready!(Pin::new(&mut self.stream).poll_read(context, space))?;
        } else {
            let count = self.first.len().min(space.remaining());
            space.put_slice(&self.first[..count]);
            self.first.advance(count);
            if self.first.is_empty() {
                self.first = Bytes::new(); // Gives the memory back.
            }
        }
        self.line_ends.check(&mut space.filled_mut()[filled..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Rewound {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_ready() {
            self.unread = None;
            return written;
        }
        let unread = self.unread.get_or_insert_with(|| Box::pin(sleep(UNREAD)));
        ready!(unread.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
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
    use tokio::io::AsyncWriteExt;

    #[test]
    fn a_head_ends_with_an_empty_line_and_hyper_refuses_others() {
        let whole = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nbody\n";
        let head = whole.len() - "body\n".len();
        for length in 0..head {
            assert!(!is_enough(&whole.as_bytes()[..length], 0), "{length}");
            let seen = length.saturating_sub(3);
            assert!(is_enough(&whole.as_bytes()[..head], seen), "{length}");
        }
        for bare in [
            "GET / HTTP/1.1\n",
            "GET / HTTP/1.1\r\nHost: a\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
        ] {
            let end = bare.len() - 1;
            assert!(!is_enough(&bare.as_bytes()[..end], 0), "{bare:?}");
            assert!(is_enough(bare.as_bytes(), end), "{bare:?}");
        }
        let endless = vec![b'a'; LONGEST_HEAD];
        assert!(!is_enough(&endless[1..], 0));
        assert!(is_enough(&endless, 9));
    }

    /// The time passes when nothing else happens.
    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_nothing_of_its_answer_loses_its_connection() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let _never_reads = std::net::TcpStream::connect(address).expect("it listens");
        let (stream, _) = listener.accept().expect("a connection");
        stream.set_nonblocking(true).expect("non-blocking");
        let stream = tokio::net::TcpStream::from_std(stream).expect("a socket");
        let mut stream = Rewound::new(Bytes::new(), stream.into());
        let began = tokio::time::Instant::now();
        let error = loop {
            if let Err(error) = stream.write_all(&[0; 64 * 1024]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(began.elapsed() >= UNREAD);
    }
}
