//! Models of the network: a socket and the phone at its other end, and the outbox in front of it.
//!
//! A wire holds so many lines as its capacity says. Who writes into a full one waits until the phone reads, however long
//! that takes; a phone that reads nothing is a model's way to say "its owner is in a tunnel".

mod outbox;
pub mod tokio;
mod wire;

pub use outbox::{Outbox, Queue, outbox};

use std::fmt::Display;
use std::panic::Location;
use wire::Wire;

/// The server's end of a connection.
pub struct Socket {
    wire: Wire,
}

/// The player's end of a connection: reads, or does not.
pub struct Phone {
    wire: Wire,
}

/// A connection to the phone of `name`, with room for `capacity` lines on the wire.
///
/// It appears in drawings as `bob's phone`; a thread of that name may read it.
#[track_caller]
pub fn phone(name: impl Display, capacity: usize) -> (Socket, Phone) {
    let wire = Wire::new(&name, capacity);
    (Socket { wire: wire.clone() }, Phone { wire })
}

impl Socket {
    /// Writes a line; waits while the wire is full. Nobody hears it if the phone hung up.
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

impl Phone {
    /// The next line; waits for one. Nothing once the server has closed the connection.
    #[track_caller]
    pub fn read(&self) -> Option<String> {
        self.wire.read(Location::caller())
    }

    /// The next line, if there is one.
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

    /// How many lines are on the wire now.
    #[track_caller]
    pub fn waiting(&self) -> usize {
        self.wire.look(|state| state.lines.len())
    }

    /// How many lines were on the wire at most.
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
