//! One of tokio's futures behind a gate.

use crate::director;
use crate::gate::Gate;
use crate::record::{self, How, Kind, ObjectId, Place};
use crate::waiting::{Waiting, Why};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

/// The gate of one lock or channel, and its name in the record. All of its ends share it.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) id: ObjectId,
    gate: Arc<Gate<()>>,
}

impl Door {
    #[track_caller]
    pub(super) fn new(kind: Kind, name: String) -> Self {
        Door {
            id: record::object(kind, name),
            gate: Arc::new(Gate::new(())),
        }
    }

    /// The wait of a task here.
    pub(super) fn why(&self, how: How, at: Place) -> Why {
        Why {
            id: self.id,
            how,
            at,
            stops_thread: false,
        }
    }

    /// Does one operation. Other lanes may run before it, but not during it.
    #[track_caller]
    pub(super) fn step<R>(&self, operation: impl FnOnce() -> R) -> R {
        self.gate.step(|()| operation())
    }

    /// Does one operation that other lanes could not notice, so that it needs no turn of its own.
    #[track_caller]
    pub(super) fn quietly<R>(&self, operation: impl FnOnce() -> R) -> R {
        self.gate.quietly(|()| operation())
    }

    /// Does one operation from a destructor. While loom takes a failed model down, it does nothing.
    pub(super) fn last_step(&self, operation: impl FnOnce()) {
        self.gate.last_step(|()| operation());
    }
}

/// Polls and drops `future` inside the gate and records its waits. `ready` receives the result in
/// the step that produces it.
pub(super) struct Gated<F: Future, R> {
    door: Door,
    /// `None` once it is ready.
    future: Option<Pin<Box<F>>>,
    ready: R,
    waiting: Waiting,
    /// `None` unless the model is directed.
    woken: Option<Arc<Woken>>,
}

/// Notes that tokio has woken this very future: then it has its turn in tokio's queue.
struct Woken {
    is_woken: AtomicBool,
    task: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Relaxed);
        self.task.wake_by_ref();
    }
}

impl<F: Future, R: FnMut(&F::Output) + Unpin> Gated<F, R> {
    pub(super) fn new(door: &Door, future: F, why: Why, ready: R) -> Self {
        Gated {
            door: door.clone(),
            future: Some(Box::pin(future)),
            ready,
            waiting: Waiting::new(why),
            woken: None,
        }
    }

    /// Stops before a poll that would be ready. A notification cannot be foreseen, so a poll for
    /// one has no turn of its own.
    #[track_caller]
    fn turn(&self) {
        let Why { id, how, .. } = self.waiting.why();
        if how == How::Notification {
            return;
        }
        director::turn_if(|| {
            let woken = self.woken.as_ref();
            let is_woken = woken.is_some_and(|woken| woken.is_woken.load(Relaxed));
            let has_begun = self.waiting.has_begun();
            // Tokio's locks and channels are fair: who waits comes first.
            is_woken || !has_begun && record::is_possible(id, how) && record::is_fair_turn(id, how)
        });
    }
}

impl<F: Future, R: FnMut(&F::Output) + Unpin> Future for Gated<F, R> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.turn();
        if crate::directed::is_directed() {
            self.woken = Some(Arc::new(Woken {
                is_woken: AtomicBool::new(false),
                task: cx.waker().clone(),
            }));
        }
        let Gated {
            door,
            future,
            ready,
            waiting,
            woken,
        } = &mut *self;
        let waker = woken
            .clone()
            .map_or_else(|| cx.waker().clone(), Waker::from);
        door.quietly(|| {
            waiting.introduce();
            let polled = future
                .as_mut()
                .expect("a future is not polled after it was ready")
                .as_mut()
                .poll(&mut Context::from_waker(&waker));
            match &polled {
                Poll::Ready(result) => {
                    *future = None;
                    waiting.end();
                    ready(result);
                }
                Poll::Pending => waiting.begin(),
            }
            polled
        })
    }
}

/// A dropped future leaves its place in tokio's queue, which may let another lane continue.
impl<F: Future, R> Drop for Gated<F, R> {
    fn drop(&mut self) {
        if let Some(future) = self.future.take() {
            self.door.last_step(move || drop(future));
        }
    }
}
