//! An unbounded channel: it is never full, however much memory that takes.

use super::{OPEN, drop_receiver, drop_sender, ends::ends, received, sent};
use crate::record::{self, Act, How, Kind};
use crate::tokio::gated::{Door, Gated};
use ::tokio::sync::mpsc as real;
use real::error::{SendError, TryRecvError};
use std::panic::Location;

ends!(UnboundedSender, UnboundedReceiver, "an unbounded");

/// Creates an unbounded channel. The name appears in drawings.
#[track_caller]
pub fn unbounded_channel<T>(name: impl Into<String>) -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let door = Door::new(Kind::Channel, name.into());
    let (sender, receiver) = real::unbounded_channel();
    ends(door, sender, receiver)
}

impl<T> UnboundedSender<T> {
    /// Sends without waiting.
    ///
    /// # Errors
    /// The message, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let at = Location::caller();
        self.door.step(|| {
            let result = self.inner().send(message);
            sent(&self.door, at, result.is_ok());
            result
        })
    }
}
