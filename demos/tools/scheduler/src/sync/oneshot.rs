//! A channel for one message.

use crate::gate::{Action, Handle, Place, State, new_object};
use std::{
    panic::Location,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

/// The end that sends the reply.
pub(crate) struct Sender<T> {
    handle: Handle,
    slot: Slot<T>,
}

/// The end that receives the reply.
pub(crate) struct Receiver<T> {
    handle: Handle,
    slot: Slot<T>,
}

type Slot<T> = Arc<Mutex<Option<T>>>;

/// The sender is gone without a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unanswered;

/// Creates a channel for one message.
pub(crate) fn channel<T>(name: impl Into<String>) -> (Sender<T>, Receiver<T>) {
    let empty = State::Once {
        sent: false,
        sender: true,
    };
    let handle = new_object(name.into(), empty);
    let slot = Slot::default();
    let sender = Sender {
        handle: handle.clone(),
        slot: Arc::clone(&slot),
    };
    (sender, Receiver { handle, slot })
}

impl<T> Sender<T> {
    /// Sends the reply. If the receiver is gone, the reply is not needed.
    #[track_caller]
    pub(crate) fn send(self, answer: T) -> Result<(), T> {
        self.handle
            .step(Action::Reply, Location::caller(), |state| {
                if let State::Once { sent, .. } = state {
                    *sent = true;
                }
            });
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.handle.state(|state| {
            if let State::Once { sender, .. } = state {
                *sender = false;
            }
        });
    }
}

/// The future that `.await` makes of a [`Receiver`] or of a reference to one.
pub(crate) struct Answer<T> {
    handle: Handle,
    slot: Slot<T>,
    at: Place,
}

impl<T> Receiver<T> {
    #[track_caller]
    fn answer(&self) -> Answer<T> {
        Answer {
            handle: self.handle.clone(),
            slot: Arc::clone(&self.slot),
            at: Location::caller(),
        }
    }
}

impl<T> IntoFuture for Receiver<T> {
    type Output = Result<T, Unanswered>;
    type IntoFuture = Answer<T>;

    #[track_caller]
    fn into_future(self) -> Answer<T> {
        self.answer()
    }
}

impl<T> IntoFuture for &mut Receiver<T> {
    type Output = Result<T, Unanswered>;
    type IntoFuture = Answer<T>;

    #[track_caller]
    fn into_future(self) -> Answer<T> {
        self.answer()
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, Unanswered>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        match self.handle.try_step(Action::ReceiveReply, self.at, |_| ()) {
            None => Poll::Pending,
            Some(()) => {
                let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
                Poll::Ready(slot.take().ok_or(Unanswered))
            }
        }
    }
}
