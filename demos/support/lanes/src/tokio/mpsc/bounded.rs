//! A bounded channel.

use super::{OPEN, drop_receiver, drop_sender, ends::ends, received, sent};
use crate::record::{self, Act, How, Kind};
use crate::tokio::gated::{Door, Gated};
use ::tokio::sync::mpsc as real;
use real::error::{SendError, TryRecvError, TrySendError};
use std::panic::Location;

ends!(Sender, Receiver, "a bounded");

/// Creates a channel with this capacity. The name appears in drawings; a name such as
/// `ann's outbox` says which lane reads it.
#[track_caller]
pub fn channel<T>(name: impl Into<String>, capacity: usize) -> (Sender<T>, Receiver<T>) {
    let door = Door::new(Kind::Channel, name.into());
    record::holds_at_most(door.id, capacity);
    let (sender, receiver) = real::channel(capacity);
    ends(door, sender, receiver)
}

impl<T> Sender<T> {
    pub(super) fn door(&self) -> &Door {
        &self.door
    }

    /// Sends; the task waits while the channel is full.
    #[track_caller]
    pub fn send(&self, message: T) -> impl Future<Output = Result<(), SendError<T>>> {
        let (door, at) = (&self.door, Location::caller());
        let why = door.why(How::Full, at);
        let future = self.inner().send(message);
        Gated::new(door, future, why, move |result: &Result<_, _>| {
            sent(door, at, result.is_ok())
        })
    }

    /// Sends if there is space.
    ///
    /// # Errors
    /// The message, if the channel is full, or the receiver is gone.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let at = Location::caller();
        self.door.step(|| {
            let result = self.inner().try_send(message);
            match result {
                Err(TrySendError::Full(_)) => record::step(Act::FindFull, self.door.id, Some(at)),
                _ => sent(&self.door, at, result.is_ok()),
            }
            result
        })
    }

    /// The number of messages that can be sent without waiting.
    #[track_caller]
    pub fn capacity(&self) -> usize {
        self.door.step(|| self.inner().capacity())
    }

    /// The capacity of the channel.
    pub fn max_capacity(&self) -> usize {
        self.inner().max_capacity()
    }
}

impl<T> Receiver<T> {
    /// Whether the channel is closed.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.door.step(|| self.inner().is_closed())
    }
}
