//! tokio's bounded channel, which knows its name, who waits because it is full, and who empties it.

use crate::watched::watched;
use harness::wait_graph::{Kind, Resource};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use tokio::sync::mpsc as real;

pub use tokio::sync::mpsc::error;

/// A channel called `name` with room for `size` messages.
///
/// # Panics
/// `size` is 0.
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

/// The end into which messages are put.
pub struct Sender<T> {
    inner: real::Sender<T>,
    mailbox: Arc<Resource>,
}

impl<T> Sender<T> {
    /// Puts a message in, and waits for as long as there is no room.
    ///
    /// No `async fn`, because those do not know their caller.
    #[track_caller]
    pub fn send(&self, message: T) -> impl Future<Output = Result<(), error::SendError<T>>> {
        let at = Location::caller();
        async move { watched(&self.mailbox, at, self.inner.send(message)).await }
    }

    /// Puts a message in, if there is room. Never waits.
    ///
    /// # Errors
    /// There is none, or nobody is left who would take it out; the message comes back.
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

/// The end from which messages are taken.
pub struct Receiver<T> {
    inner: real::Receiver<T>,
    mailbox: Arc<Resource>,
}

impl<T> Receiver<T> {
    /// Waits for a message; `None` when nobody is left who could send one. One that is dropped
    /// loses nothing.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        self.mailbox.emptied_by_me();
        self.inner.recv()
    }

    /// Lets nobody put anything in any more; what is in it can still be taken out.
    pub fn close(&mut self) {
        self.inner.close();
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Receiver({})", self.mailbox.name())
    }
}
