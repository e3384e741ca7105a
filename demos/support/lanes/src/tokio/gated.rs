//! One of tokio's futures behind a gate.

use crate::gate::Gate;
use crate::record::{self, Kind, ObjectId};
use crate::waiting::{Waiting, Why};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

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

    /// Does one operation. Other lanes may run before it, but not during it.
    #[track_caller]
    pub(super) fn step<R>(&self, operation: impl FnOnce() -> R) -> R {
        self.gate.step(|()| operation())
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
}

impl<F: Future, R: FnMut(&F::Output) + Unpin> Gated<F, R> {
    pub(super) fn new(door: &Door, future: F, why: Why, ready: R) -> Self {
        Gated {
            door: door.clone(),
            future: Some(Box::pin(future)),
            ready,
            waiting: Waiting::new(why),
        }
    }
}

impl<F: Future, R: FnMut(&F::Output) + Unpin> Future for Gated<F, R> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Gated {
            door,
            future,
            ready,
            waiting,
        } = &mut *self;
        door.step(|| {
            waiting.introduce();
            let polled = future
                .as_mut()
                .expect("a future is not polled after it was ready")
                .as_mut()
                .poll(cx);
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
