//! An unbounded channel: it is never full, however much memory that takes.

use super::{OPEN, drop_receiver, drop_sender, received, sent};
use crate::record::{self, Act, How, Kind};
use crate::tokio::gated::{Door, Gated};
use crate::waiting::Why;
use ::tokio::sync::mpsc as real;
use real::error::{SendError, TryRecvError};
use std::panic::Location;

/// The sender of an unbounded channel.
pub struct UnboundedSender<T> {
    door: Door,
    inner: Option<real::UnboundedSender<T>>,
}

/// The receiver of an unbounded channel.
pub struct UnboundedReceiver<T> {
    door: Door,
    inner: Option<real::UnboundedReceiver<T>>,
}

/// Creates an unbounded channel. The name appears in drawings.
#[track_caller]
pub fn unbounded_channel<T>(name: impl Into<String>) -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let door = Door::new(Kind::Channel, name.into());
    let (sender, receiver) = real::unbounded_channel();
    (
        UnboundedSender {
            door: door.clone(),
            inner: Some(sender),
        },
        UnboundedReceiver {
            door,
            inner: Some(receiver),
        },
    )
}

impl<T> UnboundedSender<T> {
    fn inner(&self) -> &real::UnboundedSender<T> {
        self.inner.as_ref().expect(OPEN)
    }

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

    /// Waits until the receiver is gone or closed.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        let why = Why {
            id: self.door.id,
            how: How::Reader,
            at: Location::caller(),
            stops_thread: false,
        };
        Gated::new(&self.door, self.inner().closed(), why, |()| ())
    }

    /// Whether the receiver is gone or closed.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.door.step(|| self.inner().is_closed())
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        self.door.quietly(|| UnboundedSender {
            door: self.door.clone(),
            inner: self.inner.clone(),
        })
    }
}

impl<T> Drop for UnboundedSender<T> {
    fn drop(&mut self) {
        drop_sender(&self.door, self.inner.take(), |sender| {
            sender.strong_count() == 1
        });
    }
}

impl<T> UnboundedReceiver<T> {
    fn inner(&self) -> &real::UnboundedReceiver<T> {
        self.inner.as_ref().expect(OPEN)
    }

    fn inner_mut(&mut self) -> &mut real::UnboundedReceiver<T> {
        self.inner.as_mut().expect(OPEN)
    }

    /// Receives the next message; the task waits for one. `None` once the channel is empty and
    /// every sender is gone.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        let at = Location::caller();
        let why = Why {
            id: self.door.id,
            how: How::Empty,
            at,
            stops_thread: false,
        };
        let (door, inner) = (&self.door, self.inner.as_mut().expect(OPEN));
        Gated::new(door, inner.recv(), why, move |result: &Option<T>| {
            received(door, at, result.is_some())
        })
    }

    /// Receives the next message, if there is one.
    ///
    /// # Errors
    /// If the channel is empty, or closed and empty.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let (at, door) = (Location::caller(), self.door.clone());
        door.step(|| {
            let result = self.inner_mut().try_recv();
            match result {
                Err(TryRecvError::Empty) => record::step(Act::FindEmpty, door.id, Some(at)),
                _ => received(&door, at, result.is_ok()),
            }
            result
        })
    }

    /// Closes the channel: no message is accepted any more, but those in it can be received.
    #[track_caller]
    pub fn close(&mut self) {
        let (at, door) = (Location::caller(), self.door.clone());
        door.step(|| {
            record::step(Act::Close, door.id, Some(at));
            self.inner_mut().close();
        });
    }

    /// Whether the channel is empty.
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.door.step(|| self.inner().is_empty())
    }

    /// The number of messages in the channel.
    #[track_caller]
    pub fn len(&self) -> usize {
        self.door.step(|| self.inner().len())
    }
}

impl<T> Drop for UnboundedReceiver<T> {
    fn drop(&mut self) {
        drop_receiver(&self.door, self.inner.take());
    }
}
