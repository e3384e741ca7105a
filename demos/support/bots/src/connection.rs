//! A socket for lines. It never blocks a bot for ever, and trusts nothing that it reads.

use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use snack::Heard;

/// The longest wait in one call, so that a bot can check whether the crowd is closing.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// A longer line is garbage: no event takes 200 bytes.
const LONGEST_LINE: usize = 8 * 1024;

/// A connection, read in large pieces.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Box<[u8]>,
    /// Bytes of `buffer` that were read but not parsed yet.
    unread: std::ops::Range<usize>,
    /// Whether the current line is too long and was counted already.
    swallowing: bool,
}

/// The result of a wait for a line.
#[derive(Debug)]
pub(crate) enum Received {
    Line(Heard),
    /// A line that no server of this repository sends, or one that is too long.
    Garbage,
    /// No line within the time allowed.
    Silence,
    /// The connection is over.
    End,
}

impl Connection {
    pub(crate) fn connect(address: SocketAddr, within: Duration) -> io::Result<Self> {
        Self::over(TcpStream::connect_timeout(&address, within)?)
    }

    /// Wraps a socket that was connected elsewhere.
    pub(crate) fn over(stream: TcpStream) -> io::Result<Self> {
        // A request is five bytes and must be sent at once.
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            buffer: vec![0; LONGEST_LINE].into(),
            unread: 0..0,
            swallowing: false,
        })
    }

    /// The socket, for a thread that must be able to close it while this thread reads.
    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// The longest wait in [`hear`](Self::hear).
    pub(crate) fn wait_at_most(&self, wait: Duration) -> io::Result<()> {
        self.stream
            .set_read_timeout(Some(wait.clamp(Duration::from_millis(1), PATIENCE)))
    }

    /// Sends one line, in one piece.
    pub(crate) fn say(&mut self, line: &impl Display) -> io::Result<()> {
        self.stream.write_all(format!("{line}\n").as_bytes())
    }

    /// The next line, waiting for [`PATIENCE`] at most.
    pub(crate) fn hear(&mut self) -> Received {
        loop {
            let unread = &self.buffer[self.unread.clone()];
            if let Some(end) = unread.iter().position(|&byte| byte == b'\n') {
                self.unread.start += end + 1;
                if std::mem::take(&mut self.swallowing) {
                    continue; // It was counted when it grew too long.
                }
                let heard = str::from_utf8(&unread[..end])
                    .ok()
                    .and_then(|line| line.parse().ok());
                return heard.map_or(Received::Garbage, Received::Line);
            }
            if unread.len() == self.buffer.len() {
                self.unread = 0..0;
                let told = std::mem::replace(&mut self.swallowing, true);
                // Returns after each read, however long the line is: the bot may have to end.
                return if told {
                    Received::Silence
                } else {
                    Received::Garbage
                };
            }
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
            match self.stream.read(&mut self.buffer[self.unread.end..]) {
                Ok(0) => return Received::End,
                Ok(read) => self.unread.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_timeout(&error) => return Received::Silence,
                // Reset or shut down: for a reader both are the end.
                Err(_) => return Received::End,
            }
        }
    }
}

/// Whether the error is a time-out, which has one name on Unix and another on Windows.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
