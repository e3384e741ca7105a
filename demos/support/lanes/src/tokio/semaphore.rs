//! Tokio's `Semaphore`: a number of permits.

use super::gated::{Door, Gated};
use crate::record::{self, Act, How, Kind, Place};
use ::tokio::sync::{AcquireError, TryAcquireError};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

/// A named semaphore.
pub struct Semaphore {
    door: Door,
    inner: Arc<::tokio::sync::Semaphore>,
}

/// Permits that are given back when it is dropped.
#[must_use = "permits are held only as long as this"]
pub struct SemaphorePermit<'a> {
    door: &'a Door,
    inner: Held,
}

/// Permits that are given back when it is dropped; it keeps the semaphore.
#[must_use = "permits are held only as long as this"]
pub struct OwnedSemaphorePermit {
    door: Door,
    inner: Held,
}

struct Held {
    lane: usize,
    permit: Option<::tokio::sync::OwnedSemaphorePermit>,
}

impl Semaphore {
    /// Creates a semaphore with this many permits. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, permits: usize) -> Self {
        let door = Door::new(Kind::Semaphore, name.into());
        record::holds_at_most(door.id, permits);
        Semaphore {
            door,
            inner: Arc::new(::tokio::sync::Semaphore::new(permits)),
        }
    }

    /// The number of free permits.
    #[track_caller]
    pub fn available_permits(&self) -> usize {
        self.door.step(|| self.inner.available_permits())
    }

    /// Adds permits.
    #[track_caller]
    pub fn add_permits(&self, permits: usize) {
        let at = Location::caller();
        self.door.step(|| {
            record::step(Act::AddPermits(permits), self.door.id, Some(at));
            record::holds_more(self.door.id, permits);
            self.inner.add_permits(permits);
        });
    }

    /// Takes a permit; the task waits for one.
    ///
    /// # Errors
    /// If the semaphore is closed.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_many(1)
    }

    /// Takes this many permits; the task waits for them.
    ///
    /// # Errors
    /// If the semaphore is closed.
    #[track_caller]
    pub fn acquire_many(
        &self,
        permits: u32,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        let taken = self.taken(permits, Location::caller());
        let door = &self.door;
        async move { taken.await.map(|inner| SemaphorePermit { door, inner }) }
    }

    /// Takes a permit that keeps the semaphore; the task waits for one.
    ///
    /// # Errors
    /// If the semaphore is closed.
    #[track_caller]
    pub fn acquire_owned(
        self: Arc<Self>,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        let (at, door) = (Location::caller(), self.door.clone());
        async move {
            let inner = self.taken(1, at).await?;
            Ok(OwnedSemaphorePermit { door, inner })
        }
    }

    /// Takes a permit, if one is free.
    ///
    /// # Errors
    /// If no permit is free, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        let inner = self.tried(Location::caller())?;
        let door = &self.door;
        Ok(SemaphorePermit { door, inner })
    }

    /// Takes a permit that keeps the semaphore, if one is free.
    ///
    /// # Errors
    /// If no permit is free, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        let inner = self.tried(Location::caller())?;
        let door = self.door.clone();
        Ok(OwnedSemaphorePermit { door, inner })
    }

    /// Closes the semaphore: no task gets a permit any more.
    #[track_caller]
    pub fn close(&self) {
        let at = Location::caller();
        self.door.step(|| {
            record::step(Act::Close, self.door.id, Some(at));
            self.inner.close();
        });
    }

    /// Whether the semaphore is closed.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        self.door.step(|| self.inner.is_closed())
    }

    fn taken(&self, permits: u32, at: Place) -> impl Future<Output = Result<Held, AcquireError>> {
        let why = self.door.why(How::Lock, at);
        let door = self.door.clone();
        let future = self.inner.clone().acquire_many_owned(permits);
        async move {
            let mut lane = 0;
            let id = door.id;
            let taken = Gated::new(&door, future, why, |result: &Result<_, _>| {
                if result.is_ok() {
                    lane = takes(id, permits as usize, at);
                } else {
                    record::step(Act::FindClosed, id, Some(at));
                }
            });
            let permit = Some(taken.await?);
            Ok(Held { lane, permit })
        }
    }

    #[track_caller]
    fn tried(&self, at: Place) -> Result<Held, TryAcquireError> {
        let id = self.door.id;
        self.door
            .step(|| match self.inner.clone().try_acquire_owned() {
                Ok(permit) => Ok(Held {
                    lane: takes(id, 1, at),
                    permit: Some(permit),
                }),
                Err(error) => {
                    let act = match error {
                        TryAcquireError::Closed => Act::FindClosed,
                        TryAcquireError::NoPermits => Act::FindTaken,
                    };
                    record::step(act, id, Some(at));
                    Err(error)
                }
            })
    }
}

#[track_caller]
fn takes(id: record::ObjectId, permits: usize, at: Place) -> usize {
    let lane = record::me();
    record::takes(lane, id, Act::TakePermit, at);
    (0..permits).for_each(|_| record::reserves(id, true));
    lane
}

impl Held {
    fn give_back(&mut self, door: &Door) {
        let Some(permit) = self.permit.take() else {
            return;
        };
        door.last_step(|| {
            record::lets_go(self.lane, door.id);
            (0..permit.num_permits()).for_each(|_| record::reserves(door.id, false));
            drop(permit);
        });
    }

    fn forget(&mut self, door: &Door, at: Place) {
        let Some(permit) = self.permit.take() else {
            return;
        };
        door.step(|| {
            record::forgets(self.lane, door.id, permit.num_permits(), at);
            permit.forget();
        });
    }
}

impl SemaphorePermit<'_> {
    /// Drops the permits without giving them back.
    #[track_caller]
    pub fn forget(mut self) {
        self.inner.forget(self.door, Location::caller());
    }
}

impl OwnedSemaphorePermit {
    /// Drops the permits without giving them back.
    #[track_caller]
    pub fn forget(mut self) {
        let door = self.door.clone();
        self.inner.forget(&door, Location::caller());
    }
}

impl Drop for SemaphorePermit<'_> {
    fn drop(&mut self) {
        self.inner.give_back(self.door);
    }
}

impl Drop for OwnedSemaphorePermit {
    fn drop(&mut self) {
        self.inner.give_back(&self.door);
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore").finish_non_exhaustive()
    }
}

impl fmt::Debug for SemaphorePermit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SemaphorePermit").finish_non_exhaustive()
    }
}

impl fmt::Debug for OwnedSemaphorePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedSemaphorePermit")
            .finish_non_exhaustive()
    }
}
