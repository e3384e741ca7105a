//! The connection to a phone: a wire of bounded capacity, or an unbounded outbox.

use crate::gate::{Action, Handle, State, new_object};
use std::{
    fmt::Display,
    future::poll_fn,
    io,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

/// The server's end of a connection to a phone that reads nothing. Rooms with threads write to it
/// with [`Wire::tell`], rooms with tasks with [`Wire::write`].
pub(crate) struct Wire {
    handle: Handle,
    lines: Lines,
}

/// The lines that were written, for the check at the end.
pub(crate) type Lines = Arc<Mutex<Vec<String>>>;

impl Wire {
    /// Creates a wire with room for `room` lines.
    pub(crate) fn to(name: &str, room: usize) -> (Wire, Lines) {
        Wire::new(name, room, false)
    }

    /// Creates a wire whose phone has hung up.
    pub(crate) fn hung_up(name: &str) -> Wire {
        Wire::new(name, 0, true).0
    }

    fn new(name: &str, room: usize, hung_up: bool) -> (Wire, Lines) {
        let handle = new_object(format!("{name}'s phone"), State::Wire { room, hung_up });
        let lines = Lines::default();
        let wire = Wire {
            handle,
            lines: Arc::clone(&lines),
        };
        (wire, lines)
    }

    /// Writes a line; the thread waits while the wire is full.
    #[track_caller]
    pub(crate) fn tell(&mut self, line: &(impl Display + ?Sized)) {
        let at = Location::caller();
        if self.handle.step(Action::Write, at, put) {
            keep(&self.lines, line);
        }
    }

    /// Writes a line; the task waits while the wire is full.
    #[track_caller]
    pub(crate) fn write(
        &mut self,
        line: &(impl Display + ?Sized),
    ) -> impl Future<Output = io::Result<()>> {
        let at = Location::caller();
        poll_fn(
            move |_| match self.handle.try_step(Action::Write, at, put) {
                None => Poll::Pending,
                Some(true) => {
                    keep(&self.lines, line);
                    Poll::Ready(Ok(()))
                }
                Some(false) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            },
        )
    }
}

/// Takes space on the wire. False if the phone has hung up.
fn put(state: &mut State) -> bool {
    match state {
        State::Wire { hung_up: true, .. } => false,
        State::Wire { room, .. } => {
            *room -= 1;
            true
        }
        _ => unreachable!("the object of a wire has the state of a wire"),
    }
}

/// An unbounded queue for the lines to one phone. It never waits.
pub(crate) struct Outbox {
    handle: Handle,
    lines: Lines,
}

/// Creates an empty outbox.
pub(crate) fn outbox(name: &str) -> (Outbox, Lines) {
    let handle = new_object(format!("{name}'s outbox"), State::Outbox { lines: 0 });
    let lines = Lines::default();
    let outbox = Outbox {
        handle,
        lines: Arc::clone(&lines),
    };
    (outbox, lines)
}

impl Outbox {
    /// Adds a line to the queue.
    #[track_caller]
    pub(crate) fn tell(&self, line: &(impl Display + ?Sized)) {
        self.handle.step(Action::Put, Location::caller(), |state| {
            if let State::Outbox { lines } = state {
                *lines += 1;
            }
        });
        keep(&self.lines, line);
    }
}

fn keep(lines: &Lines, line: &(impl Display + ?Sized)) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    lines.push(line.to_string());
}
