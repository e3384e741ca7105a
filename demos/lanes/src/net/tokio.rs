//! The same connection for tasks: writing waits with `await`.

use super::wire::Wire;
use crate::record::How;
use std::fmt::Display;
use std::future::poll_fn;
use std::io;
use std::panic::Location;

pub use super::Phone;

/// The server's end of a connection, for tasks.
pub struct Socket {
    wire: Wire,
}

/// A connection to the phone of `name`, with room for `capacity` lines on the wire.
#[track_caller]
pub fn phone(name: impl Display, capacity: usize) -> (Socket, Phone) {
    let wire = Wire::new(&name, capacity);
    (Socket { wire: wire.clone() }, Phone { wire })
}

impl Socket {
    /// Writes a line; the task waits while the wire is full, its thread does not.
    #[track_caller]
    pub fn tell(&mut self, line: &(impl Display + ?Sized)) -> impl Future<Output = ()> {
        let written = self.write(line);
        async move {
            // Nobody hears it if the phone hung up.
            let _ = written.await;
        }
    }

    /// The same for a task that has to know when its phone is gone.
    ///
    /// # Errors
    /// The phone hung up.
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

impl Phone {
    /// The next line; the task waits for one, its thread does not. Nothing once the connection is closed.
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
