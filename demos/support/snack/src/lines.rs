//! Splits bytes into lines in bounded memory, however the network cuts the bytes.

use std::io::{self, BufRead, ErrorKind};

use crate::{LINE_LIMIT, Refusal, Request};

/// Gathers one line at a time out of pieces of any size. Holds [`LINE_LIMIT`] + 1 bytes at most.
///
/// ```
/// let mut lines = snack::LineBuffer::new();
/// let mut bytes = &b"join ann\r\ngrab\nlea"[..];
/// let mut heard = Vec::new();
/// while !bytes.is_empty() {
///     let taken = lines.push(bytes);
///     bytes = &bytes[taken..];
///     heard.extend(lines.next_line());
/// }
/// assert_eq!(heard, [Ok("join ann".to_owned()), Ok("grab".to_owned())]);
/// ```
#[derive(Debug, Default)]
pub struct LineBuffer {
    line: Vec<u8>,
    state: State,
}

#[derive(Debug, Default)]
enum State {
    /// More bytes may follow.
    #[default]
    Open,
    /// `line` waits for `next_line`.
    Complete,
    /// Too long: `next_line` has not said so yet.
    TooLong,
    /// Too long, and reported: the rest of the line is ignored.
    Swallowing,
}

impl LineBuffer {
    /// Creates an empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes up to the end of a line, and returns how many. Then call
    /// [`next_line`](Self::next_line), and push the rest.
    ///
    /// Takes none only while a line or an error waits for `next_line`.
    #[must_use = "bytes beyond these were not taken: push them after `next_line`"]
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let piece = &bytes[..end.unwrap_or(bytes.len())];
        match self.state {
            State::Complete | State::TooLong => 0,
            State::Swallowing => {
                if end.is_some() {
                    self.state = State::Open;
                }
                end.map_or(bytes.len(), |end| end + 1)
            }
            State::Open => {
                // One byte more than the limit, because it may be the `\r` of a line end.
                let fits = self.line.len() + piece.len() <= LINE_LIMIT + 1;
                if fits {
                    self.line.extend_from_slice(piece);
                }
                let taken = piece.len();
                if !fits || (end.is_some() && self.is_too_long()) {
                    // The line end, if it is here, stays for `Swallowing`.
                    self.state = State::TooLong;
                    taken
                } else if end.is_some() {
                    self.state = State::Complete;
                    taken + 1
                } else {
                    taken
                }
            }
        }
    }

    /// Returns the complete line, without its end, or why it is refused (once per line). `None` if
    /// more bytes are needed. Blank lines are skipped.
    pub fn next_line(&mut self) -> Option<Result<String, Refusal>> {
        match self.state {
            State::Open | State::Swallowing => None,
            State::TooLong => {
                self.line.clear();
                self.state = State::Swallowing;
                Some(Err(Refusal::LineTooLong))
            }
            State::Complete => {
                let line = str::from_utf8(without_return(&self.line)).map(str::to_owned);
                self.line.clear();
                self.state = State::Open;
                match line {
                    Ok(line) if line.trim().is_empty() => None,
                    Ok(line) => Some(Ok(line)),
                    Err(_) => Some(Err(Refusal::NotText)),
                }
            }
        }
    }

    /// Returns [`next_line`](Self::next_line), parsed.
    pub fn next_request(&mut self) -> Option<Result<Request, Refusal>> {
        Some(self.next_line()?.and_then(|line| line.parse()))
    }

    /// Ends the input: bytes without a line end count as a line.
    pub fn end(&mut self) {
        match self.state {
            State::Open if self.is_too_long() => self.state = State::TooLong,
            State::Open if !self.line.is_empty() => self.state = State::Complete,
            _ => {}
        }
    }

    fn is_too_long(&self) -> bool {
        without_return(&self.line).len() > LINE_LIMIT
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The requests of one player, read from a socket or any other buffered reader.
#[derive(Debug)]
pub struct LineReader<R> {
    reader: R,
    lines: LineBuffer,
}

impl<R: BufRead> LineReader<R> {
    /// Creates requests that are read from `reader`.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            lines: LineBuffer::new(),
        }
    }

    /// Waits for the next line, and parses it. `Ok(None)` if the player hung up.
    ///
    /// # Errors
    /// The reader's error. After a time-out the caller can try again: no byte that was read is
    /// lost.
    #[expect(
        clippy::should_implement_trait,
        reason = "it ends, and it fails: an iterator has one way to say both"
    )]
    pub fn next(&mut self) -> io::Result<Option<Result<Request, Refusal>>> {
        loop {
            if let Some(request) = self.lines.next_request() {
                return Ok(Some(request));
            }
            let bytes = match self.reader.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            if bytes.is_empty() {
                self.lines.end();
                return Ok(self.lines.next_request());
            }
            let taken = self.lines.push(bytes);
            self.reader.consume(taken);
        }
    }
}
