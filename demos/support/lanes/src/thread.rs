//! Threads of a model.

use crate::director;
use crate::gate::Gate;
use crate::park::{NotificationWait, Parker};
use crate::record::{self, Act, How, Kind, LaneId, ObjectId};
use crate::spurious;
use std::cell::RefCell;
use std::io;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

/// A handle to join a thread of the model.
pub struct JoinHandle<T> {
    inner: loom::thread::JoinHandle<T>,
    lane: usize,
}

/// Starts a thread of this name: a lane of the drawing. A model can have four threads beside its
/// own, `main`.
#[track_caller]
pub fn spawn<T: 'static>(
    name: impl Into<String>,
    body: impl FnOnce() -> T + 'static,
) -> JoinHandle<T> {
    let lane = record::child(name.into(), Location::caller());
    director::starts(lane);
    let inner = loom::thread::spawn(move || {
        record::thread_starts(lane);
        let result = body();
        record::ended(lane);
        director::ends(lane, &record::joiners(lane));
        result
    });
    JoinHandle { inner, lane }
}

impl<T> JoinHandle<T> {
    /// The thread.
    #[track_caller]
    pub fn thread(&self) -> Thread {
        Thread::of(self.lane)
    }

    /// Waits until the thread has ended.
    ///
    /// # Errors
    /// Never: a thread of a model that panics ends the model. The signature is that of the standard
    /// library.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        let at = Location::caller();
        let lane = record::me();
        let ticket = record::waits(lane, None, How::End(self.lane), at, true);
        if !record::has_ended(self.lane) {
            director::waits(record::host(lane), None);
        }
        let result = self.inner.join();
        record::finish_waiting(lane, ticket);
        record::joined(lane, self.lane, at);
        result
    }
}

/// Sets up a thread.
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// A thread without a name: drawings call it `thread`.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Names the thread.
    pub fn name(self, name: impl Into<String>) -> Builder {
        let name = Some(name.into());
        Builder { name }
    }

    /// Does nothing: in a model each thread has the same stack.
    pub fn stack_size(self, _bytes: usize) -> Builder {
        self
    }

    /// Starts the thread.
    ///
    /// # Errors
    /// Never: a model that has too many threads is refused.
    #[track_caller]
    pub fn spawn<T: 'static>(
        self,
        body: impl FnOnce() -> T + 'static,
    ) -> io::Result<JoinHandle<T>> {
        Ok(spawn(self.name.unwrap_or_else(|| "thread".into()), body))
    }
}

/// A thread of the model, which can be unparked.
#[derive(Clone)]
pub struct Thread(Arc<Seat>);

/// Where a thread is parked.
struct Seat {
    id: ObjectId,
    lane: LaneId,
    state: Gate<Token>,
}

#[derive(Default)]
struct Token {
    is_there: bool,
    parked: Option<Arc<Parker>>,
}

thread_local! {
    /// The seats of this schedule, with its number.
    static SEATS: RefCell<(u64, Vec<Thread>)> = const { RefCell::new((0, vec![])) };
}

impl Thread {
    #[track_caller]
    fn of(lane: LaneId) -> Thread {
        let epoch = record::epoch();
        let known = SEATS.with_borrow_mut(|(of, seats)| {
            if *of != epoch {
                (*of, *seats) = (epoch, vec![]);
            }
            seats.iter().find(|seat| seat.0.lane == lane).cloned()
        });
        known.unwrap_or_else(|| {
            let seat = Thread(Arc::new(Seat {
                id: record::object(Kind::Thread, record::lane_name(lane)),
                lane,
                state: Gate::new(Token::default()),
            }));
            SEATS.with_borrow_mut(|(_, seats)| seats.push(seat.clone()));
            seat
        })
    }

    /// Its name.
    pub fn name(&self) -> Option<String> {
        Some(record::lane_name(self.0.lane))
    }

    /// Lets the thread continue if it is parked. If it is not, its next `park` returns at once.
    #[track_caller]
    pub fn unpark(&self) {
        let at = Location::caller();
        self.0.state.step(|token| {
            record::step(Act::Unpark, self.0.id, Some(at));
            match token.parked.take() {
                Some(parker) => parker.unpark(),
                None => token.is_there = true,
            }
        });
    }
}

/// The running thread.
#[track_caller]
pub fn current() -> Thread {
    Thread::of(record::host(record::me()))
}

/// Waits until the running thread is unparked. Returns at once if it was unparked since the last
/// wait. May also return although it was not unparked: a spurious wake-up.
#[track_caller]
pub fn park() {
    let at = Location::caller();
    let seat = current().0;
    let parker = Parker::here();
    let is_unasked = spurious::happens();
    let wait = seat.state.step(|token| {
        if std::mem::take(&mut token.is_there) {
            return None;
        }
        token.parked = Some(parker.clone());
        Some(NotificationWait::begin(record::me(), seat.id, at))
    });
    if let Some(wait) = wait {
        wait.until_notified_or_unasked(&parker, &seat.state, is_unasked, |token| {
            token.parked.take().is_some()
        });
    }
}

/// Gives the running thread another name in drawings: a model's own first thread is called `main`.
#[track_caller]
pub fn rename(name: impl Into<String>) {
    record::rename(record::me(), name.into());
}

/// Lets other threads run first. A loop that waits for a value to change must call this.
#[track_caller]
pub fn yield_now() {
    let lane = record::me();
    loom::thread::yield_now();
    record::resume_as(lane);
}

/// Sleeps. The sleep is drawn but orders nothing, because a model has no time: what can happen
/// before a sleep can happen after it, and other threads need not run meanwhile.
#[track_caller]
pub fn sleep(duration: Duration) {
    record::alone(Act::Sleep(duration), Location::caller());
}

impl std::fmt::Debug for Thread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Thread").finish_non_exhaustive()
    }
}
