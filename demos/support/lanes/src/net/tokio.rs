//! The same connection for tasks: a write waits with `await`.

use super::wire::Wire;
use crate::record::How;
use std::fmt::{self, Display};
use std::future::poll_fn;
use std::io;
use std::panic::Location;

pub use super::Phone;

/// The server's end of a connection, for tasks.
pub struct Socket {
    wire: Wire,
}

/// Creates a connection to the phone of `name`, with room for `capacity` lines on the wire.
#[track_caller]
pub fn phone(name: impl Display, capacity: usize) -> (Socket, Phone) {
    let wire = Wire::new(&name, capacity);
    (Socket { wire: wire.clone() }, Phone { wire })
}

impl Socket {
    /// Writes a line. While the wire is full, the task waits, but not its thread.
    #[track_caller]
    pub fn tell(&mut self, line: &(impl Display + ?Sized)) -> impl Future<Output = ()> {
        let written = self.write(line);
        async move {
            // If the phone has hung up, the line is lost.
            let _ = written.await;
        }
    }

    /// Writes a line, for a task that must know whether its phone is gone.
    ///
    /// # Errors
    /// If the phone has hung up.
    #[track_caller]
    pub fn write(
        &mut self,
        line: &(impl Display + ?Sized),
    ) -> impl Future<Output = io::Result<()>> {
        let (at, line, wire) = (Location::caller(), line.to_string(), &self.wire);
        let mut waiting = wire.waiting(How::Full, at, false);
        poll_fn(move |cx| {
            let written = wire.poll_tell(&line, cx.waker(), &mut waiting, at);
            written.map(|heard| heard.then_some(()).ok_or(io::ErrorKind::BrokenPipe.into()))
        })
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").finish_non_exhaustive()
    }
}

impl Phone {
    /// Receives the next line. The task waits for one, but not its thread. `None` once the
    /// connection is closed.
    #[track_caller]
    pub fn hear(&self) -> impl Future<Output = Option<String>> {
        let at = Location::caller();
        let mut waiting = self.wire.waiting(How::Empty, at, false);
        poll_fn(move |cx| self.wire.poll_read(cx.waker(), &mut waiting, at))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.wire.close();
    }
}
