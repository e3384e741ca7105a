//! Tokio's `broadcast`: every receiver gets every message, unless it is too slow.

use super::channel::{OPEN, drop_sender, sent};
use super::gated::{Door, Gated};
use crate::record::{self, Act, How, Kind, Place, Role};
use ::tokio::sync::broadcast as real;
use real::error::{RecvError, SendError, TryRecvError};
use std::panic::Location;

/// Tokio's own errors.
pub use ::tokio::sync::broadcast::error;

/// The end that sends.
pub struct Sender<T> {
    door: Door,
    inner: Option<real::Sender<T>>,
}

/// An end that receives every message.
pub struct Receiver<T> {
    door: Door,
    inner: Option<real::Receiver<T>>,
}

/// Creates a channel that keeps this many messages for the slowest receiver. The name appears in
/// drawings.
#[track_caller]
pub fn channel<T: Clone>(name: impl Into<String>, capacity: usize) -> (Sender<T>, Receiver<T>) {
    let door = Door::new(Kind::Channel, name.into());
    let (sender, receiver) = real::channel(capacity);
    let receiver = Receiver {
        door: door.clone(),
        inner: Some(receiver),
    };
    let inner = Some(sender);
    (Sender { door, inner }, receiver)
}

impl<T> Sender<T> {
    fn inner(&self) -> &real::Sender<T> {
        self.inner.as_ref().expect(OPEN)
    }

    /// Sends without waiting. Returns the number of receivers.
    ///
    /// # Errors
    /// The message, if every receiver is gone.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<usize, SendError<T>> {
        let at = Location::caller();
        self.door.step(|| {
            let result = self.inner().send(message);
            sent(&self.door, at, result.is_ok());
            result
        })
    }

    /// Creates another receiver, which gets the messages that are sent from now on.
    #[track_caller]
    pub fn subscribe(&self) -> Receiver<T> {
        let inner = Some(self.door.step(|| self.inner().subscribe()));
        let door = self.door.clone();
        Receiver { door, inner }
    }

    /// The number of receivers.
    #[track_caller]
    pub fn receiver_count(&self) -> usize {
        self.door.step(|| self.inner().receiver_count())
    }
}

impl<T: Clone> Receiver<T> {
    /// Receives the next message; the task waits for one.
    ///
    /// # Errors
    /// If messages were lost because this receiver is too slow, or if the channel is empty and
    /// every sender is gone.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        let (id, at) = (self.door.id, Location::caller());
        let why = self.door.why(How::Empty, at);
        let inner = self.inner.as_mut().expect(OPEN);
        Gated::new(
            &self.door,
            inner.recv(),
            why,
            move |result: &Result<_, _>| {
                received(
                    id,
                    at,
                    match result {
                        Ok(_) => Act::Read,
                        Err(RecvError::Lagged(_)) => Act::FindFull,
                        Err(RecvError::Closed) => Act::FindClosed,
                    },
                )
            },
        )
    }

    /// Receives the next message, if there is one.
    ///
    /// # Errors
    /// If there is none, if messages were lost, or if every sender is gone.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let (id, at) = (self.door.id, Location::caller());
        let inner = self.inner.as_mut().expect(OPEN);
        self.door.step(|| {
            let result = inner.try_recv();
            received(
                id,
                at,
                match &result {
                    Ok(_) => Act::Read,
                    Err(TryRecvError::Empty) => Act::FindEmpty,
                    Err(TryRecvError::Lagged(_)) => Act::FindFull,
                    Err(TryRecvError::Closed) => Act::FindClosed,
                },
            );
            result
        })
    }

    /// Creates another receiver, which gets the messages that are sent from now on.
    #[track_caller]
    pub fn resubscribe(&self) -> Receiver<T> {
        let inner = self.inner.as_ref().expect(OPEN);
        let inner = Some(self.door.step(|| inner.resubscribe()));
        let door = self.door.clone();
        Receiver { door, inner }
    }
}

#[track_caller]
fn received(id: record::ObjectId, at: Place, act: Act) {
    record::uses(id, Role::Reader);
    record::step(act, id, Some(at));
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

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.door.last_step(|| drop(inner));
    }
}
