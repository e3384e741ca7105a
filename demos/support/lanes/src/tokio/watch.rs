//! Tokio's `watch`: the latest value, for many receivers.
//!
//! A borrowed value is a copy here, so a borrow that is held stops no sender. Tokio's does.

use super::channel::{OPEN, drop_sender, received, sent};
use super::gated::{Door, Gated};
use crate::record::{How, Kind};
use ::tokio::sync::watch as real;
use real::error::{RecvError, SendError};
use std::ops::Deref;
use std::panic::Location;

/// Tokio's own errors.
pub use ::tokio::sync::watch::error;

/// The end that sets the value.
pub struct Sender<T> {
    door: Door,
    inner: Option<real::Sender<T>>,
}

/// An end that sees the latest value.
pub struct Receiver<T> {
    door: Door,
    inner: Option<real::Receiver<T>>,
}

/// A copy of the value.
#[derive(Debug)]
pub struct Ref<T>(T);

impl<T> Deref for Ref<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Creates a channel with this value. The name appears in drawings.
#[track_caller]
pub fn channel<T>(name: impl Into<String>, value: T) -> (Sender<T>, Receiver<T>) {
    let door = Door::new(Kind::Channel, name.into());
    let (sender, receiver) = real::channel(value);
    let sender = Sender {
        door: door.clone(),
        inner: Some(sender),
    };
    let inner = Some(receiver);
    (sender, Receiver { door, inner })
}

impl<T> Sender<T> {
    fn inner(&self) -> &real::Sender<T> {
        self.inner.as_ref().expect(OPEN)
    }

    /// Sets the value and tells the receivers.
    ///
    /// # Errors
    /// The value, if every receiver is gone.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let at = Location::caller();
        self.door.step(|| {
            let result = self.inner().send(value);
            sent(&self.door, at, result.is_ok());
            result
        })
    }

    /// Sets the value and tells the receivers. Returns the previous value.
    #[track_caller]
    pub fn send_replace(&self, value: T) -> T {
        let at = Location::caller();
        self.door.step(|| {
            sent(&self.door, at, true);
            self.inner().send_replace(value)
        })
    }

    /// Changes the value and tells the receivers.
    #[track_caller]
    pub fn send_modify(&self, change: impl FnOnce(&mut T)) {
        let at = Location::caller();
        self.door.step(|| {
            sent(&self.door, at, true);
            self.inner().send_modify(change);
        });
    }

    /// Changes the value; tells the receivers if `change` returns true. Returns that.
    #[track_caller]
    pub fn send_if_modified(&self, change: impl FnOnce(&mut T) -> bool) -> bool {
        let at = Location::caller();
        self.door.step(|| {
            let is_changed = self.inner().send_if_modified(change);
            if is_changed {
                sent(&self.door, at, true);
            }
            is_changed
        })
    }

    /// Creates another receiver, which has seen the present value.
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

    /// Whether every receiver is gone.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.door.step(|| self.inner().is_closed())
    }

    /// Waits until every receiver is gone.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        let why = self.door.why(How::Reader, Location::caller());
        Gated::new(&self.door, self.inner().closed(), why, |()| ())
    }
}

impl<T: Clone> Sender<T> {
    /// A copy of the value.
    #[track_caller]
    pub fn borrow(&self) -> Ref<T> {
        self.door.step(|| Ref(self.inner().borrow().clone()))
    }
}

impl<T> Receiver<T> {
    fn inner(&self) -> &real::Receiver<T> {
        self.inner.as_ref().expect(OPEN)
    }

    /// Waits until there is a value that this receiver has not seen.
    ///
    /// # Errors
    /// If the sender is gone.
    #[track_caller]
    pub fn changed(&mut self) -> impl Future<Output = Result<(), RecvError>> {
        let at = Location::caller();
        let (door, inner) = (&self.door, self.inner.as_mut().expect(OPEN));
        let why = door.why(How::Empty, at);
        Gated::new(door, inner.changed(), why, move |result| {
            received(door, at, result.is_ok())
        })
    }

    /// Whether there is a value that this receiver has not seen.
    ///
    /// # Errors
    /// If the sender is gone.
    #[track_caller]
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        self.door.step(|| self.inner().has_changed())
    }
}

impl<T: Clone> Receiver<T> {
    /// A copy of the value, which does not count as seen.
    #[track_caller]
    pub fn borrow(&self) -> Ref<T> {
        self.door.step(|| Ref(self.inner().borrow().clone()))
    }

    /// A copy of the value, which counts as seen.
    #[track_caller]
    pub fn borrow_and_update(&mut self) -> Ref<T> {
        let inner = self.inner.as_mut().expect(OPEN);
        self.door.step(|| Ref(inner.borrow_and_update().clone()))
    }

    /// Waits until `condition` holds of the value.
    ///
    /// # Errors
    /// If the sender is gone.
    pub async fn wait_for(
        &mut self,
        mut condition: impl FnMut(&T) -> bool,
    ) -> Result<Ref<T>, RecvError> {
        loop {
            let value = self.borrow_and_update();
            if condition(&value) {
                return Ok(value);
            }
            self.changed().await?;
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.door.quietly(|| Receiver {
            door: self.door.clone(),
            inner: self.inner.clone(),
        })
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        drop_sender(&self.door, self.inner.take(), |_| true);
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.door.last_step(|| drop(inner));
    }
}
