//! A channel that is never full, however much memory that takes.

use super::{OPEN, drop_receiver, drop_sender, received, sent};
use crate::record::{self, Act, How, Kind};
use crate::tokio::gated::{Door, Gated};
use crate::waiting::Why;
use ::tokio::sync::mpsc as real;
use real::error::{SendError, TryRecvError};
use std::panic::Location;

/// The end into which messages are put.
pub struct UnboundedSender<T> {
    door: Door,
    inner: Option<real::UnboundedSender<T>>,
}

/// The end from which they are taken.
pub struct UnboundedReceiver<T> {
    door: Door,
    inner: Option<real::UnboundedReceiver<T>>,
}

/// A channel without an end. The name stands in drawings.
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

    /// Sends at once.
    ///
    /// # Errors
    /// The message, if nobody receives any more.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let at = Location::caller();
        self.door.step(|| {
            let result = self.inner().send(message);
            sent(&self.door, at, result.is_ok());
            result
        })
    }

    /// Ready when nobody receives any more.
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

    /// Does nobody receive any more?
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.door.step(|| self.inner().is_closed())
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        self.door.step(|| UnboundedSender {
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

    /// The next message; the task waits for one. Nothing once every sender is gone and the channel is empty.
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

    /// The next message, if there is one.
    ///
    /// # Errors
    /// There is none, or there will never be one.
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

    /// Accepts no more messages; those that are there can be received.
    #[track_caller]
    pub fn close(&mut self) {
        let (at, door) = (Location::caller(), self.door.clone());
        door.step(|| {
            record::step(Act::Close, door.id, Some(at));
            self.inner_mut().close();
        });
    }

    /// Is no message there?
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.door.step(|| self.inner().is_empty())
    }

    /// How many messages are there.
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
