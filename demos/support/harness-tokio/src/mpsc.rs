//! tokio's bounded channel, with a name and with a record of its waiting senders and its receiver.

use crate::watched::watched;
use harness::wait_graph::{Kind, Resource};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use tokio::sync::mpsc as real;

pub use tokio::sync::mpsc::error;

/// Creates a channel called `name` with a capacity of `size` messages.
///
/// # Panics
/// If `size` is 0.
pub fn channel<T>(name: impl Into<String>, size: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = real::channel(size);
    let mailbox = Arc::new(Resource::new(Kind::Mailbox, name));
    let sender = Sender {
        inner: sender,
        mailbox: Arc::clone(&mailbox),
    };
    let receiver = Receiver {
        inner: receiver,
        mailbox,
    };
    (sender, receiver)
}

/// The sending end.
pub struct Sender<T> {
    inner: real::Sender<T>,
    mailbox: Arc<Resource>,
}

impl<T> Sender<T> {
    /// Sends a message. Waits while the channel is full.
    ///
    /// It is not an `async fn`, because `#[track_caller]` has no effect on those.
    #[track_caller]
    pub fn send(&self, message: T) -> impl Future<Output = Result<(), error::SendError<T>>> {
        let at = Location::caller();
        async move { watched(&self.mailbox, at, self.inner.send(message)).await }
    }

    /// Sends a message if the channel is not full. Never waits.
    ///
    /// # Errors
    /// If the channel is full or its receiver was dropped. The error holds the message.
    pub fn try_send(&self, message: T) -> Result<(), error::TrySendError<T>> {
        self.inner.try_send(message)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender {
            inner: self.inner.clone(),
            mailbox: Arc::clone(&self.mailbox),
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Sender({})", self.mailbox.name())
    }
}

/// The receiving end.
pub struct Receiver<T> {
    inner: real::Receiver<T>,
    mailbox: Arc<Resource>,
}

impl<T> Receiver<T> {
    /// Waits for a message. `None` if every sender was dropped and no message is left. Cancel safe.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        self.mailbox.emptied_by_me();
        self.inner.recv()
    }

    /// Closes the channel: nothing more can be sent, but the messages in it can still be received.
    pub fn close(&mut self) {
        self.inner.close();
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Receiver({})", self.mailbox.name())
    }
}
