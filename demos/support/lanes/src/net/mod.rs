//! Models of the network: a socket, the phone at its other end, and the outbox in front of it.
//!
//! A wire holds as many lines as its capacity says. A thread that writes to a full wire waits until
//! the phone reads, however long that takes. A phone that never reads stands for one that lost its
//! network.

mod outbox;
pub mod tokio;
mod wire;

pub use outbox::{Outbox, Queue, outbox};

use std::fmt::{self, Display};
use std::panic::Location;
use wire::Wire;

/// The server's end of a connection.
pub struct Socket {
    wire: Wire,
}

/// The player's end of a connection. It may read or not.
pub struct Phone {
    wire: Wire,
}

/// Creates a connection to the phone of `name`, with room for `capacity` lines on the wire.
///
/// It appears in drawings as `bob's phone`; a thread of that name may read it.
#[track_caller]
pub fn phone(name: impl Display, capacity: usize) -> (Socket, Phone) {
    let wire = Wire::new(&name, capacity);
    (Socket { wire: wire.clone() }, Phone { wire })
}

impl Socket {
    /// Writes a line; waits while the wire is full. If the phone has hung up, the line is lost.
    #[track_caller]
    pub fn tell(&mut self, line: &(impl Display + ?Sized)) {
        self.wire.tell(&line.to_string(), Location::caller());
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.wire.close();
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").finish_non_exhaustive()
    }
}

impl Phone {
    /// Receives the next line; waits for one. `None` once the server has closed the connection.
    #[track_caller]
    pub fn read(&self) -> Option<String> {
        self.wire.read(Location::caller())
    }

    /// Receives the next line, if there is one.
    #[track_caller]
    pub fn try_read(&self) -> Option<String> {
        self.wire.try_read(Location::caller())
    }

    /// Every line that was read so far.
    #[track_caller]
    pub fn received(&self) -> Vec<String> {
        self.wire.look(|state| state.received.clone())
    }

    /// Every line that was written to the wire so far, read or not.
    #[track_caller]
    pub fn told(&self) -> Vec<String> {
        self.wire
            .look(|state| state.received.iter().chain(&state.lines).cloned().collect())
    }

    /// The number of lines on the wire now.
    #[track_caller]
    pub fn waiting(&self) -> usize {
        self.wire.look(|state| state.lines.len())
    }

    /// The largest number of lines that were on the wire at once.
    #[track_caller]
    pub fn most_waiting(&self) -> usize {
        self.wire.look(|state| state.most)
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.wire.hang_up();
    }
}
