//! The wire that a socket and its phone share.

use crate::gate::Gate;
use crate::park;
use crate::record::{self, Act, How, Kind, ObjectId, Place, Role};
use crate::waiting::{Waiting, Why};
use std::collections::VecDeque;
use std::fmt::Display;
use std::sync::Arc;
use std::task::{Poll, Waker};

/// A wire of bounded length. Both ends hold it; each wakes the other.
#[derive(Clone)]
pub(super) struct Wire {
    id: ObjectId,
    state: Arc<Gate<State>>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) lines: VecDeque<String>,
    pub(super) received: Vec<String>,
    pub(super) most: usize,
    capacity: usize,
    closed: bool,
    hung_up: bool,
    writers: Vec<Waker>,
    readers: Vec<Waker>,
}

fn wake(waiting: &mut Vec<Waker>) {
    waiting.drain(..).for_each(Waker::wake);
}

impl Wire {
    #[track_caller]
    pub(super) fn new(name: &impl Display, capacity: usize) -> Wire {
        let id = record::object(Kind::Phone, format!("{name}'s phone"));
        record::holds_at_most(id, capacity);
        Wire {
            id,
            state: Arc::new(Gate::new(State {
                capacity,
                ..State::default()
            })),
        }
    }

    pub(super) fn waiting(&self, how: How, at: Place, stops_thread: bool) -> Waiting {
        Waiting::new(Why {
            id: self.id,
            how,
            at,
            stops_thread,
        })
    }

    /// Makes one attempt to write. The result says whether the phone was there. `waker` is called
    /// when another attempt makes sense.
    #[track_caller]
    pub(super) fn poll_tell(
        &self,
        line: &str,
        waker: &Waker,
        waiting: &mut Waiting,
        at: Place,
    ) -> Poll<bool> {
        self.state.attempt(waiting.why(), |state| {
            record::uses(self.id, Role::Writer);
            if !state.hung_up && state.lines.len() >= state.capacity {
                state.writers.push(waker.clone());
                waiting.begin();
                return Poll::Pending;
            }
            waiting.end();
            record::step(
                if state.hung_up {
                    Act::Unheard
                } else {
                    Act::Write
                },
                self.id,
                Some(at),
            );
            record::said(line);
            if !state.hung_up {
                state.lines.push_back(line.to_owned());
                state.most = state.most.max(state.lines.len());
                wake(&mut state.readers);
            }
            Poll::Ready(!state.hung_up)
        })
    }

    /// Makes one attempt to read.
    #[track_caller]
    pub(super) fn poll_read(
        &self,
        waker: &Waker,
        waiting: &mut Waiting,
        at: Place,
    ) -> Poll<Option<String>> {
        self.state.attempt(waiting.why(), |state| {
            record::uses(self.id, Role::Reader);
            if state.lines.is_empty() && !state.closed {
                state.readers.push(waker.clone());
                waiting.begin();
                return Poll::Pending;
            }
            waiting.end();
            Poll::Ready(self.take(state, at))
        })
    }

    #[track_caller]
    pub(super) fn tell(&self, line: &str, at: Place) {
        let mut waiting = self.waiting(How::Full, at, true);
        park::until(|waker| self.poll_tell(line, waker, &mut waiting, at));
    }

    #[track_caller]
    pub(super) fn read(&self, at: Place) -> Option<String> {
        let mut waiting = self.waiting(How::Empty, at, true);
        park::until(|waker| self.poll_read(waker, &mut waiting, at))
    }

    #[track_caller]
    pub(super) fn try_read(&self, at: Place) -> Option<String> {
        self.state.step(|state| {
            record::uses(self.id, Role::Reader);
            self.take(state, at)
        })
    }

    /// Takes a line off the wire, inside the gate.
    #[track_caller]
    fn take(&self, state: &mut State, at: Place) -> Option<String> {
        let line = state.lines.pop_front();
        let act = match &line {
            Some(_) => Act::Read,
            None if state.closed => Act::FindClosed,
            None => Act::FindEmpty,
        };
        record::step(act, self.id, Some(at));
        if let Some(line) = &line {
            record::said(line);
            state.received.push(line.clone());
            wake(&mut state.writers);
        }
        line
    }

    #[track_caller]
    pub(super) fn look<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        self.state.step(|state| look(state))
    }

    pub(super) fn close(&self) {
        self.state.last_step(|state| {
            state.closed = true;
            record::step(Act::Close, self.id, None);
            wake(&mut state.readers);
        });
    }

    pub(super) fn hang_up(&self) {
        self.state.last_step(|state| {
            state.hung_up = true;
            record::step(Act::HangUp, self.id, None);
            wake(&mut state.writers);
        });
    }
}
