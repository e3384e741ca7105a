//! Tokio's `oneshot`: a channel for one reply.

use super::channel::sent;
use super::gated::{Door, Gated};
use crate::record::{self, Act, How, Kind, Place};
use ::tokio::sync::oneshot as real;
use real::error::{RecvError, TryRecvError};
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Tokio's own errors.
pub use ::tokio::sync::oneshot::error;

const OPEN: &str = "an end is there until it is used or dropped";

/// The end that sends the reply.
pub struct Sender<T> {
    door: Door,
    inner: Option<real::Sender<T>>,
}

/// The end that receives the reply: `await` it.
pub struct Receiver<T> {
    door: Door,
    inner: Option<real::Receiver<T>>,
}

/// Creates a reply channel. The name appears in drawings, for instance `ann's seat`.
#[track_caller]
pub fn channel<T>(name: impl Into<String>) -> (Sender<T>, Receiver<T>) {
    let door = Door::new(Kind::Oneshot, name.into());
    let (sender, receiver) = real::channel();
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
    /// Sends the reply.
    ///
    /// # Errors
    /// The reply, if the receiver is gone.
    #[track_caller]
    pub fn send(mut self, answer: T) -> Result<(), T> {
        let (at, inner) = (Location::caller(), self.inner.take());
        self.door.step(|| {
            let result = inner.expect(OPEN).send(answer);
            sent(&self.door, at, result.is_ok());
            result
        })
    }

    /// Waits until the receiver is gone or closed.
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        let why = self.door.why(How::Reader, Location::caller());
        Gated::new(
            &self.door,
            self.inner.as_mut().expect(OPEN).closed(),
            why,
            |()| (),
        )
    }

    /// Whether the receiver is gone or closed.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.door
            .step(|| self.inner.as_ref().expect(OPEN).is_closed())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else {
            return;
        };
        self.door.last_step(|| {
            record::step(Act::Close, self.door.id, None);
            drop(inner);
        });
    }
}

impl<T> Receiver<T> {
    /// Receives the reply, if it is there.
    ///
    /// # Errors
    /// If the reply is not there yet, or will never be.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let (at, door) = (Location::caller(), &self.door);
        let inner = self.inner.as_mut().expect(OPEN);
        door.step(|| {
            let result = inner.try_recv();
            let act = match &result {
                Ok(_) => Act::Read,
                Err(TryRecvError::Empty) => Act::FindEmpty,
                Err(TryRecvError::Closed) => Act::FindClosed,
            };
            record::step(act, door.id, Some(at));
            result
        })
    }

    /// Closes the channel: a reply that is not there yet is refused.
    #[track_caller]
    pub fn close(&mut self) {
        let (at, door) = (Location::caller(), &self.door);
        let inner = self.inner.as_mut().expect(OPEN);
        door.step(|| {
            record::step(Act::HangUp, door.id, Some(at));
            inner.close();
        });
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else {
            return;
        };
        self.door.last_step(|| drop(inner));
    }
}

/// The future that `.await` makes of a [`Receiver`] or of a reference to one.
pub struct Answer<F: Future>(Gated<F, Heard<F::Output>>);

type Heard<R> = Box<dyn FnMut(&R) + Send>;

impl<T, F: Future<Output = Result<T, RecvError>>> Answer<F> {
    #[track_caller]
    fn new(door: &Door, future: F, at: Place) -> Self {
        let why = door.why(How::Empty, at);
        let id = door.id;
        let heard = move |result: &Result<T, RecvError>| {
            record::step(
                if result.is_ok() {
                    Act::Read
                } else {
                    Act::FindClosed
                },
                id,
                Some(at),
            );
        };
        Answer(Gated::new(door, future, why, Box::new(heard)))
    }
}

impl<F: Future> Future for Answer<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T> IntoFuture for Receiver<T> {
    type Output = Result<T, RecvError>;
    type IntoFuture = Answer<real::Receiver<T>>;

    #[track_caller]
    fn into_future(mut self) -> Self::IntoFuture {
        let inner = self.inner.take().expect(OPEN);
        Answer::new(&self.door, inner, Location::caller())
    }
}

impl<'a, T> IntoFuture for &'a mut Receiver<T> {
    type Output = Result<T, RecvError>;
    type IntoFuture = Answer<&'a mut real::Receiver<T>>;

    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        Answer::new(
            &self.door,
            self.inner.as_mut().expect(OPEN),
            Location::caller(),
        )
    }
}
