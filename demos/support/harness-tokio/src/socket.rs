//! The writing side of a player's connection.

use crate::watched::watched;
use harness::wait_graph::{Kind, Resource};
use snack::Name;
use std::fmt::{self, Display};
use std::io;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A socket for tasks. If the phone does not read, the kernel's buffer fills up, and then the task
/// that writes waits.
pub struct Socket {
    stream: Arc<TcpStream>,
    phone: Resource,
}

impl Socket {
    /// The connection of the player called `name`.
    pub fn new(name: &Name, stream: Arc<TcpStream>) -> Socket {
        // A line is small: the kernel must not hold it back until the next one. If the option
        // cannot be set, lines only arrive later.
        let _ = stream.set_nodelay(true);
        Socket {
            stream,
            phone: Resource::new(Kind::Phone, format!("{name}'s phone")),
        }
    }

    /// Writes a line. Waits as long as the phone does not read.
    ///
    /// An error is ignored here: the task that reads this connection sees its end, too, and makes
    /// the player leave. Not cancel safe: a dropped `tell` may have written half a line.
    #[track_caller]
    pub fn tell(&mut self, line: &impl Display) -> impl Future<Output = ()> {
        let writing = self.write(line);
        async move {
            let _ = writing.await;
        }
    }

    /// As [`tell`](Socket::tell), for a writer task, which has to know when the phone is gone.
    ///
    /// # Errors
    /// If the socket fails.
    #[track_caller]
    pub fn write(&mut self, line: &impl Display) -> impl Future<Output = io::Result<()>> {
        let (at, saying) = (Location::caller(), say(&self.stream, line));
        watched(&self.phone, at, saying)
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Socket({})", self.phone.name())
    }
}

/// Writes a line to a client that has no name yet. Two calls at the same time would mix their
/// lines.
///
/// # Errors
/// If the socket fails.
pub fn say(stream: &TcpStream, line: &impl Display) -> impl Future<Output = io::Result<()>> {
    let line = format!("{line}\n");
    async move {
        let mut left = line.as_bytes();
        while !left.is_empty() {
            match stream.try_write(left) {
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    stream.writable().await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Waits for `writing`, but no longer than `patience`.
///
/// # Errors
/// If `writing` fails; `TimedOut` if it takes too long.
pub async fn within<T>(
    patience: Duration,
    writing: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    let late = |_| Err(io::ErrorKind::TimedOut.into());
    timeout(patience, writing).await.unwrap_or_else(late)
}
