//! The writing end of a player's connection.

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

/// Lines go from the task that speaks to the kernel; when the kernel has no room left because the
/// phone at the far end does not read, that task waits.
pub struct Socket {
    stream: Arc<TcpStream>,
    phone: Resource,
}

impl Socket {
    /// The connection of the player called `name`.
    pub fn new(name: &Name, stream: Arc<TcpStream>) -> Socket {
        // A line is small and must not wait for another one. Where that cannot be had, it waits.
        let _ = stream.set_nodelay(true);
        Socket {
            stream,
            phone: Resource::new(Kind::Phone, format!("{name}'s phone")),
        }
    }

    /// Writes a line, and waits for as long as it takes the phone to read.
    ///
    /// An error is ignored here: the task that reads this connection meets its end too, and is the
    /// one that can let the player leave. A `tell` that is dropped half-way may leave half a line.
    #[track_caller]
    pub fn tell(&mut self, line: &impl Display) -> impl Future<Output = ()> {
        let writing = self.write(line);
        async move {
            let _ = writing.await;
        }
    }

    /// The same for the one task that writes to this phone and nothing else, and has to know when
    /// it is gone.
    ///
    /// # Errors
    /// What the socket says.
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

/// Writes a line to a visitor who has no name yet. One at a time: two of these mix their lines.
///
/// # Errors
/// What the socket says.
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

/// Waits for `writing`, but no longer than this.
///
/// # Errors
/// What the socket says, or that it took too long.
pub async fn within<T>(
    patience: Duration,
    writing: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    let late = |_| Err(io::ErrorKind::TimedOut.into());
    timeout(patience, writing).await.unwrap_or_else(late)
}
