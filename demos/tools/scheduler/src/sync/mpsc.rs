//! A bounded channel: each message sent or received is a step.

use crate::gate::{Action, Handle, State, new_object};
use std::{
    collections::VecDeque,
    future::poll_fn,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

/// The sender of a channel.
pub(crate) struct Sender<T> {
    handle: Handle,
    messages: Messages<T>,
}

/// The receiver of a channel.
pub(crate) struct Receiver<T> {
    handle: Handle,
    messages: Messages<T>,
}

type Messages<T> = Arc<Mutex<VecDeque<T>>>;

/// A message that could not be sent.
#[derive(Debug)]
pub(crate) struct Unsent<T>(T);

/// Creates a channel with this capacity.
pub(crate) fn channel<T>(name: impl Into<String>, capacity: usize) -> (Sender<T>, Receiver<T>) {
    let handle = new_object(
        name.into(),
        State::Channel {
            capacity,
            messages: 0,
            senders: 1,
            closed: false,
        },
    );
    let messages = Messages::default();
    let sender = Sender {
        handle: handle.clone(),
        messages: Arc::clone(&messages),
    };
    (sender, Receiver { handle, messages })
}

impl<T> Sender<T> {
    /// Sends; the task waits while the channel is full.
    #[track_caller]
    pub(crate) fn send(&self, message: T) -> impl Future<Output = Result<(), Unsent<T>>> {
        let at = Location::caller();
        let mut message = Some(message);
        poll_fn(move |_| {
            let Some(fits) = self.handle.try_step(Action::Send, at, put) else {
                return Poll::Pending;
            };
            let message = message.take().expect("polled until it is ready");
            Poll::Ready(self.push(fits, message))
        })
    }

    /// Sends if there is space.
    #[track_caller]
    pub(crate) fn try_send(&self, message: T) -> Result<(), Unsent<T>> {
        let at = Location::caller();
        let fits = self.handle.step(Action::TrySend, at, put);
        self.push(fits, message)
    }

    fn push(&self, fits: bool, message: T) -> Result<(), Unsent<T>> {
        if !fits {
            return Err(Unsent(message));
        }
        lock(&self.messages).push_back(message);
        Ok(())
    }
}

/// Takes space for a message. False if the channel is full or the receiver is gone.
fn put(state: &mut State) -> bool {
    let State::Channel {
        capacity,
        messages,
        closed,
        ..
    } = state
    else {
        unreachable!("a channel is a channel")
    };
    let fits = messages < capacity && !*closed;
    *messages += usize::from(fits);
    fits
}

impl<T> Receiver<T> {
    /// Receives the next message; the task waits for one. `None` once the channel is empty and
    /// every sender is gone.
    #[track_caller]
    pub(crate) fn recv(&mut self) -> impl Future<Output = Option<T>> {
        let at = Location::caller();
        poll_fn(move |_| {
            let taken = self.handle.try_step(Action::Receive, at, |state| {
                if let State::Channel { messages, .. } = state {
                    *messages = messages.saturating_sub(1);
                }
            });
            match taken {
                None => Poll::Pending,
                Some(()) => Poll::Ready(lock(&self.messages).pop_front()),
            }
        })
    }

    /// Closes the channel: no message is accepted any more, but those in it can be received.
    #[track_caller]
    pub(crate) fn close(&mut self) {
        self.handle.step(Action::Close, Location::caller(), shut);
    }
}

fn shut(state: &mut State) {
    if let State::Channel { closed, .. } = state {
        *closed = true;
    }
}

fn lock<T>(messages: &Messages<T>) -> std::sync::MutexGuard<'_, VecDeque<T>> {
    messages.lock().unwrap_or_else(PoisonError::into_inner)
}

fn count_senders(handle: &Handle, by: isize) {
    handle.state(|state| {
        if let State::Channel { senders, .. } = state {
            *senders = senders.saturating_add_signed(by);
        }
    });
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        count_senders(&self.handle, 1);
        Sender {
            handle: self.handle.clone(),
            messages: Arc::clone(&self.messages),
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        count_senders(&self.handle, -1);
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.handle.state(shut);
        // Messages that were not received are dropped with the channel; they may hold senders of
        // other channels.
        let unread = std::mem::take(&mut *lock(&self.messages));
        drop(unread);
    }
}
