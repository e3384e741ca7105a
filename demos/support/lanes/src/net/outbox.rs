//! An unbounded queue between the room and the thread that writes to a socket.

use crate::gate::Gate;
use crate::park;
use crate::record::{self, Act, How, Kind, ObjectId, Role};
use crate::waiting::{Waiting, Why};
use std::collections::VecDeque;
use std::fmt::{self, Display};
use std::panic::Location;
use std::sync::Arc;
use std::task::{Poll, Waker};

/// The end that adds lines. It never waits.
pub struct Outbox {
    shared: Shared,
}

/// The end that takes lines.
pub struct Queue {
    shared: Shared,
}

#[derive(Clone)]
struct Shared {
    id: ObjectId,
    state: Arc<Gate<State>>,
}

#[derive(Default)]
struct State {
    lines: VecDeque<String>,
    taken: Vec<String>,
    most: usize,
    outboxes: usize,
    unread: bool,
    readers: Vec<Waker>,
}

/// Creates an empty queue for the lines of `name`. It appears in drawings as `bob's outbox`.
#[track_caller]
pub fn outbox(name: &(impl Display + ?Sized)) -> (Outbox, Queue) {
    let id = record::object(Kind::Outbox, format!("{name}'s outbox"));
    let state = Arc::new(Gate::new(State {
        outboxes: 1,
        ..State::default()
    }));
    let shared = Shared { id, state };
    (
        Outbox {
            shared: shared.clone(),
        },
        Queue { shared },
    )
}

impl Outbox {
    /// Adds a line to the queue. If the other end is gone, the line is lost.
    #[track_caller]
    pub fn tell(&self, line: &(impl Display + ?Sized)) {
        let (at, line, id) = (Location::caller(), line.to_string(), self.shared.id);
        self.shared.state.step(|state| {
            record::uses(id, Role::Writer);
            record::step(Act::Write, id, Some(at));
            record::said(&line);
            if !state.unread {
                state.lines.push_back(line);
                state.most = state.most.max(state.lines.len());
                state.readers.drain(..).for_each(Waker::wake);
            }
        });
    }
}

impl Clone for Outbox {
    fn clone(&self) -> Self {
        self.shared.state.quietly(|state| state.outboxes += 1);
        Outbox {
            shared: self.shared.clone(),
        }
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.shared.state.last_step(|state| {
            state.outboxes -= 1;
            if state.outboxes == 0 {
                record::step(Act::Close, self.shared.id, None);
                state.readers.drain(..).for_each(Waker::wake);
            }
        });
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

impl Queue {
    /// Takes the next line; waits for one. `None` once every outbox is gone.
    #[track_caller]
    pub fn next(&self) -> Option<String> {
        let (at, id) = (Location::caller(), self.shared.id);
        let mut waiting = Waiting::new(Why {
            id,
            how: How::Empty,
            at,
            stops_thread: true,
        });
        park::until(|waker| {
            self.shared.state.attempt(waiting.why(), |state| {
                record::uses(id, Role::Reader);
                if state.lines.is_empty() && state.outboxes > 0 {
                    state.readers.push(waker.clone());
                    waiting.begin();
                    return Poll::Pending;
                }
                waiting.end();
                let line = state.lines.pop_front();
                record::step(
                    if line.is_some() {
                        Act::Read
                    } else {
                        Act::FindClosed
                    },
                    id,
                    Some(at),
                );
                if let Some(line) = &line {
                    record::said(line);
                    state.taken.push(line.clone());
                }
                Poll::Ready(line)
            })
        })
    }

    /// Every line that was added so far, taken or not.
    #[track_caller]
    pub fn told(&self) -> Vec<String> {
        let all = |state: &mut State| state.taken.iter().chain(&state.lines).cloned().collect();
        self.shared.state.step(all)
    }

    /// The number of lines in the queue now.
    #[track_caller]
    pub fn waiting(&self) -> usize {
        self.shared.state.step(|state| state.lines.len())
    }

    /// The largest number of lines that were in the queue at once.
    #[track_caller]
    pub fn most_waiting(&self) -> usize {
        self.shared.state.step(|state| state.most)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.shared.state.last_step(|state| {
            state.unread = true;
            record::step(Act::HangUp, self.shared.id, None);
        });
    }
}
