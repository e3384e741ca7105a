//! Permits: space in a channel, reserved before there is a message for it.

use super::{OPEN, bounded::Sender, sent};
use crate::record::{self, Act, How, Place, Role};
use crate::tokio::gated::{Door, Gated};
use ::tokio::sync::mpsc as real;
use real::error::{SendError, TrySendError};
use std::panic::Location;

/// Reserved space for one message. If it is dropped unused, another sender can have it.
pub struct Permit<'a, T> {
    door: &'a Door,
    inner: Option<real::Permit<'a, T>>,
}

impl<T> Sender<T> {
    /// Reserves space for one message; the task waits while the channel is full.
    ///
    /// # Errors
    /// If the receiver is gone.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        let (door, at) = (self.door(), Location::caller());
        let why = door.why(How::Full, at);
        let place = Gated::new(
            door,
            self.inner().reserve(),
            why,
            move |result: &Result<_, _>| reserved(door, at, result.is_ok()),
        );
        async move { place.await.map(|permit| Permit::new(door, permit)) }
    }

    /// Reserves space for one message, if there is space.
    ///
    /// # Errors
    /// If the channel is full, or the receiver is gone.
    #[track_caller]
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        let (door, at) = (self.door(), Location::caller());
        door.step(|| {
            let result = self.inner().try_reserve();
            match result {
                Err(TrySendError::Full(())) => record::step(Act::FindFull, door.id, Some(at)),
                _ => reserved(door, at, result.is_ok()),
            }
            result.map(|permit| Permit::new(door, permit))
        })
    }
}

#[track_caller]
fn reserved(door: &Door, at: Place, is_reserved: bool) {
    record::uses(door.id, Role::Writer);
    if is_reserved {
        record::reserves(door.id, true);
    } else {
        record::step(Act::FindClosed, door.id, Some(at));
    }
}

impl<'a, T> Permit<'a, T> {
    fn new(door: &'a Door, permit: real::Permit<'a, T>) -> Self {
        let inner = Some(permit);
        Self { door, inner }
    }

    /// Sends a message into the reserved space, without waiting.
    #[track_caller]
    pub fn send(mut self, message: T) {
        let (at, permit) = (Location::caller(), self.inner.take().expect(OPEN));
        self.door.step(|| {
            permit.send(message);
            record::reserves(self.door.id, false);
            sent(self.door, at, true);
        });
    }
}

/// Dropping a permit frees its space, which may let another sender continue.
impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        if let Some(permit) = self.inner.take() {
            self.door.last_step(|| {
                record::reserves(self.door.id, false);
                drop(permit);
            });
        }
    }
}
