//! A bounded channel.

use super::{OPEN, drop_receiver, drop_sender, received, sent};
use crate::record::{self, Act, How, Kind};
use crate::tokio::gated::{Door, Gated};
use crate::waiting::Why;
use ::tokio::sync::mpsc as real;
use real::error::{SendError, TryRecvError, TrySendError};
use std::panic::Location;

/// The sender of a bounded channel.
pub struct Sender<T> {
    door: Door,
    inner: Option<real::Sender<T>>,
}

/// The receiver of a bounded channel.
pub struct Receiver<T> {
    door: Door,
    inner: Option<real::Receiver<T>>,
}

/// Creates a channel with this capacity. The name appears in drawings; a name such as
/// `ann's outbox` says which lane reads it.
#[track_caller]
pub fn channel<T>(name: impl Into<String>, capacity: usize) -> (Sender<T>, Receiver<T>) {
    let door = Door::new(Kind::Channel, name.into());
    record::holds_at_most(door.id, capacity);
    let (sender, receiver) = real::channel(capacity);
    (
        Sender {
            door: door.clone(),
            inner: Some(sender),
        },
        Receiver {
            door,
            inner: Some(receiver),
        },
    )
}

impl<T> Sender<T> {
    pub(super) fn inner(&self) -> &real::Sender<T> {
        self.inner.as_ref().expect(OPEN)
    }

    pub(super) fn door(&self) -> &Door {
        &self.door
    }

    /// Sends; the task waits while the channel is full.
    #[track_caller]
    pub fn send(&self, message: T) -> impl Future<Output = Result<(), SendError<T>>> {
        let at = Location::caller();
        let why = Why {
            id: self.door.id,
            how: How::Full,
            at,
            stops_thread: false,
        };
        let door = &self.door;
        Gated::new(
            door,
            self.inner().send(message),
            why,
            move |result: &Result<_, _>| sent(door, at, result.is_ok()),
        )
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

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.door.quietly(|| Sender {
            door: self.door.clone(),
            inner: self.inner.clone(),
        })
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        drop_sender(&self.door, self.inner.take(), |sender| {
            sender.strong_count() == 1
        });
    }
}

impl<T> Receiver<T> {
    fn inner(&self) -> &real::Receiver<T> {
        self.inner.as_ref().expect(OPEN)
    }

    fn inner_mut(&mut self) -> &mut real::Receiver<T> {
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

    /// Whether the channel is closed.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.door.step(|| self.inner().is_closed())
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

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        drop_receiver(&self.door, self.inner.take());
    }
}
