//! The reading end of a player's connection.

use snack::{LineBuffer, Refusal, Request};
use std::io;
use std::ops::Range;
use std::sync::Arc;
use tokio::net::TcpStream;

/// As much is read at once: some dozen of the longest lines.
const PIECE: usize = 1024;

/// What a player asks for, line by line, in bounded memory.
#[derive(Debug)]
pub struct Lines {
    stream: Arc<TcpStream>,
    buffer: LineBuffer,
    piece: Box<[u8; PIECE]>,
    /// What was read and not yet looked at.
    unread: Range<usize>,
}

impl Lines {
    /// Reads from `stream`.
    pub fn new(stream: Arc<TcpStream>) -> Lines {
        Lines {
            stream,
            buffer: LineBuffer::new(),
            piece: Box::new([0; PIECE]),
            unread: 0..0,
        }
    }

    /// Waits for the next line, and what it asks for. `Ok(None)`: the player hung up. A `next` that
    /// is dropped loses nothing.
    ///
    /// # Errors
    /// What the socket says.
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

    async fn read(&mut self) -> io::Result<usize> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.piece[..]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
    }
}
