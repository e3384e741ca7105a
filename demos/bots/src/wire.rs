//! A line-speaking socket that never makes a bot wait for ever, and never believes what it reads.

use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use snack::Heard;

/// The longest wait in one call, so that a bot can look up from its phone.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// A line that is longer is garbage: no event takes 200 bytes.
const LONGEST_LINE: usize = 8 * 1024;

/// A connection, read in large pieces.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Box<[u8]>,
    /// Bytes of `buffer` that were read and are not yet understood.
    unread: std::ops::Range<usize>,
    /// Inside a line that was too long, and was counted.
    swallowing: bool,
}

/// What came of waiting for a line.
#[derive(Debug)]
pub(crate) enum Sound {
    Line(Heard),
    /// A line that no server of this house says, or one without end.
    Garbage,
    /// Nothing within the time allowed.
    Silence,
    /// The connection is over.
    End,
}

impl Wire {
    pub(crate) fn connect(address: SocketAddr, within: Duration) -> io::Result<Self> {
        Self::over(TcpStream::connect_timeout(&address, within)?)
    }

    /// Over a connection that was made elsewhere.
    pub(crate) fn over(stream: TcpStream) -> io::Result<Self> {
        // A request is five bytes: let it go at once.
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

    /// The socket, for whoever must be able to close it while this thread reads.
    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// The longest wait in [`hear`](Self::hear).
    pub(crate) fn wait_at_most(&self, wait: Duration) -> io::Result<()> {
        self.stream
            .set_read_timeout(Some(wait.clamp(Duration::from_millis(1), PATIENCE)))
    }

    /// Says one line, in one piece.
    pub(crate) fn say(&mut self, line: &impl Display) -> io::Result<()> {
        self.stream.write_all(format!("{line}\n").as_bytes())
    }

    /// The next line, waiting for [`PATIENCE`] at most.
    pub(crate) fn hear(&mut self) -> Sound {
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
                return heard.map_or(Sound::Garbage, Sound::Line);
            }
            if unread.len() == self.buffer.len() {
                self.unread = 0..0;
                let told = std::mem::replace(&mut self.swallowing, true);
                // Never turn in here for as long as a line is: the bot may have to go.
                return if told { Sound::Silence } else { Sound::Garbage };
            }
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
            match self.stream.read(&mut self.buffer[self.unread.end..]) {
                Ok(0) => return Sound::End,
                Ok(read) => self.unread.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_timeout(&error) => return Sound::Silence,
                // Reset or shut: for a reader that is the end as well.
                Err(_) => return Sound::End,
            }
        }
    }
}

/// A time-out has two names, one on Unix and one on Windows.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
