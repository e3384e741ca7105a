//! The reading side of a client's connection.

use snack::{LineBuffer, Refusal, Request};
use std::future::{pending, poll_fn};
use std::io;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// The size of one read in bytes: about a dozen of the longest lines.
const PIECE: usize = 1024;

/// The requests of a client, one a line, read in bounded memory.
#[derive(Debug)]
pub struct Lines {
    stream: Arc<TcpStream>,
    buffer: LineBuffer,
    piece: Box<[u8; PIECE]>,
    /// The part of `piece` that was read and not parsed yet.
    unread: Range<usize>,
    shutdown: Option<watch::Receiver<bool>>,
}

impl Lines {
    /// Reads from `stream`.
    pub fn new(stream: Arc<TcpStream>) -> Lines {
        Lines {
            stream,
            buffer: LineBuffer::new(),
            piece: Box::new([0; PIECE]),
            unread: 0..0,
            shutdown: None,
        }
    }

    /// Reads from `stream` until `shutdown` is true or its sender is dropped.
    ///
    /// A server that shuts a socket down wakes its own reader on Unix, but not on Windows.
    pub fn until(shutdown: watch::Receiver<bool>, stream: Arc<TcpStream>) -> Lines {
        Lines {
            shutdown: Some(shutdown),
            ..Lines::new(stream)
        }
    }

    /// Waits for the next line, and parses it. `Ok(None)` if the client hung up or the server shuts
    /// down. Cancel safe.
    ///
    /// # Errors
    /// If the socket fails.
    pub async fn next(&mut self) -> io::Result<Option<Result<Request, Refusal>>> {
        loop {
            if let Some(request) = self.buffer.next_request() {
                return Ok(Some(request));
            }
            if self.unread.is_empty() {
                let read = self.read().await?;
                if read == 0 {
                    self.buffer.end();
                    return Ok(self.buffer.next_request());
                }
                self.unread = 0..read;
            }
            self.unread.start += self.buffer.push(&self.piece[self.unread.clone()]);
        }
    }

    /// Reads a piece. 0 bytes if the client hung up or the server shuts down.
    async fn read(&mut self) -> io::Result<usize> {
        let stream = &self.stream;
        let mut shutdown = pin!(is_true(self.shutdown.as_mut()));
        loop {
            let readable = poll_fn(|context| match shutdown.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(None),
                Poll::Pending => stream.poll_read_ready(context).map(Some),
            });
            let Some(readable) = readable.await else {
                return Ok(0);
            };
            readable?;
            match stream.try_read(&mut self.piece[..]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
    }
}

/// Waits until `flag` is true or its sender is dropped. Without a flag it never returns.
async fn is_true(flag: Option<&mut watch::Receiver<bool>>) {
    match flag {
        Some(flag) => drop(flag.wait_for(|flag| *flag).await),
        None => pending().await,
    }
}
