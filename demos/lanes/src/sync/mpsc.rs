//! The standard library's channels: many send, one receives, and whoever waits blocks its thread.
//!
//! Loom's own channel reports correct programs as deadlocked, so this is one of our own: each operation is one step.

use crate::gate::Gate;
use crate::park;
use crate::record::{self, Act, How, Kind, ObjectId, Place, Role};
use crate::waiting::{Waiting, Why};
use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Poll, Waker};

/// The standard library's own errors.
pub use std::sync::mpsc::{RecvError, SendError, TryRecvError, TrySendError};

/// What the ends share.
struct Pipe<T> {
    id: ObjectId,
    state: Gate<State<T>>,
}

struct State<T> {
    messages: VecDeque<T>,
    /// None: it is never full. With 0 places, whoever sends waits for whoever receives.
    places: Option<usize>,
    sent: usize,
    received: usize,
    senders: usize,
    is_read: bool,
    to_send: Vec<Waker>,
    to_receive: Vec<Waker>,
}

impl<T> State<T> {
    fn is_full(&self) -> bool {
        self.places
            .is_some_and(|places| self.messages.len() >= places.max(1))
    }
}

fn wake(waiting: &mut Vec<Waker>) {
    waiting.drain(..).for_each(Waker::wake);
}

/// The end into which messages are put, of a channel that is never full.
pub struct Sender<T>(End<T>);

/// The end into which messages are put, of a channel with so many places.
pub struct SyncSender<T>(End<T>);

/// The end from which they are taken.
pub struct Receiver<T>(Arc<Pipe<T>>);

struct End<T>(Arc<Pipe<T>>);

/// A channel that is never full, however much memory that takes. The name stands in drawings.
#[track_caller]
pub fn channel<T>(name: impl Into<String>) -> (Sender<T>, Receiver<T>) {
    let pipe = pipe(name.into(), None);
    (Sender(End(pipe.clone())), Receiver(pipe))
}

/// A channel with so many places; with none, whoever sends waits until somebody receives. The name stands in drawings.
#[track_caller]
pub fn sync_channel<T>(name: impl Into<String>, places: usize) -> (SyncSender<T>, Receiver<T>) {
    let pipe = pipe(name.into(), Some(places));
    (SyncSender(End(pipe.clone())), Receiver(pipe))
}

#[track_caller]
fn pipe<T>(name: String, places: Option<usize>) -> Arc<Pipe<T>> {
    Arc::new(Pipe {
        id: record::object(Kind::Channel, name),
        state: Gate::new(State {
            messages: VecDeque::new(),
            places,
            sent: 0,
            received: 0,
            senders: 1,
            is_read: true,
            to_send: vec![],
            to_receive: vec![],
        }),
    })
}

impl<T> Pipe<T> {
    fn waiting(&self, how: How, at: Place) -> Waiting {
        Waiting::new(Why {
            id: self.id,
            how,
            at,
            stops_thread: true,
        })
    }

    #[track_caller]
    fn send(&self, message: T, at: Place) -> Result<(), SendError<T>> {
        let mut waiting = self.waiting(How::Full, at);
        let mut message = Some(message);
        let mut ticket = None;
        park::until(|waker| {
            self.state.step(|state| {
                record::uses(self.id, Role::Writer);
                if let Some(ticket) = ticket {
                    // Handed over in person: it is there, and not taken yet.
                    return self.is_taken(state, ticket, &mut waiting, waker);
                }
                if !state.is_read {
                    waiting.end();
                    record::step(Act::FindClosed, self.id, Some(at));
                    return Poll::Ready(Err(SendError(message.take().expect("not sent yet"))));
                }
                if state.is_full() {
                    state.to_send.push(waker.clone());
                    waiting.begin();
                    return Poll::Pending;
                }
                waiting.end();
                record::step(Act::Write, self.id, Some(at));
                state
                    .messages
                    .push_back(message.take().expect("not sent yet"));
                state.sent += 1;
                wake(&mut state.to_receive);
                if state.places != Some(0) {
                    return Poll::Ready(Ok(()));
                }
                ticket = Some(state.sent);
                self.is_taken(state, state.sent, &mut waiting, waker)
            })
        })
    }

    /// Has somebody received the message with this number?
    fn is_taken(
        &self,
        state: &mut State<T>,
        ticket: usize,
        waiting: &mut Waiting,
        waker: &Waker,
    ) -> Poll<Result<(), SendError<T>>> {
        if state.received >= ticket {
            waiting.end();
            return Poll::Ready(Ok(()));
        }
        match (state.is_read, state.messages.pop_front()) {
            (false, Some(message)) => {
                waiting.end();
                Poll::Ready(Err(SendError(message)))
            }
            (_, message) => {
                state.messages.extend(message);
                state.to_send.push(waker.clone());
                waiting.begin();
                Poll::Pending
            }
        }
    }
}

macro_rules! sender {
    ($name:ident) => {
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                self.0.0.state.step(|state| state.senders += 1);
                $name(End(self.0.0.clone()))
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

sender!(Sender);
sender!(SyncSender);

impl<T> Sender<T> {
    /// Sends at once.
    ///
    /// # Errors
    /// The message, if nobody receives any more.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.0.send(message, Location::caller())
    }
}

impl<T> SyncSender<T> {
    /// Sends; waits while the channel is full.
    ///
    /// # Errors
    /// The message, if nobody receives any more.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.0.send(message, Location::caller())
    }

    /// Sends if there is a place. (Where there are none at all, somebody must be receiving right now; that is not modelled,
    /// and it is full.)
    ///
    /// # Errors
    /// The message, if there is no place, or nobody receives any more.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let (at, pipe) = (Location::caller(), &self.0.0);
        pipe.state.step(|state| {
            record::uses(pipe.id, Role::Writer);
            if !state.is_read {
                record::step(Act::FindClosed, pipe.id, Some(at));
                return Err(TrySendError::Disconnected(message));
            }
            if state.is_full() || state.places == Some(0) {
                record::step(Act::FindFull, pipe.id, Some(at));
                return Err(TrySendError::Full(message));
            }
            record::step(Act::Write, pipe.id, Some(at));
            state.messages.push_back(message);
            state.sent += 1;
            wake(&mut state.to_receive);
            Ok(())
        })
    }
}

impl<T> Drop for End<T> {
    fn drop(&mut self) {
        self.0.state.last_step(|state| {
            state.senders -= 1;
            if state.senders == 0 {
                record::step(Act::Close, self.0.id, None);
                wake(&mut state.to_receive);
            }
        });
    }
}

impl<T> Receiver<T> {
    /// The next message; waits for one.
    ///
    /// # Errors
    /// There is none, and every sender is gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.recv_at(Location::caller())
    }

    #[track_caller]
    fn recv_at(&self, at: Place) -> Result<T, RecvError> {
        let pipe = &self.0;
        let mut waiting = pipe.waiting(How::Empty, at);
        park::until(|waker| {
            pipe.state.step(|state| {
                record::uses(pipe.id, Role::Reader);
                if state.messages.is_empty() && state.senders > 0 {
                    state.to_receive.push(waker.clone());
                    waiting.begin();
                    return Poll::Pending;
                }
                waiting.end();
                let message = self.takes(state, at);
                if message.is_none() {
                    record::step(Act::FindClosed, pipe.id, Some(at));
                }
                Poll::Ready(message.ok_or(RecvError))
            })
        })
    }

    /// The next message, if there is one.
    ///
    /// # Errors
    /// There is none, or there will never be one.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let (at, pipe) = (Location::caller(), &self.0);
        pipe.state.step(|state| {
            record::uses(pipe.id, Role::Reader);
            if let Some(message) = self.takes(state, at) {
                return Ok(message);
            }
            let (act, error) = match state.senders {
                0 => (Act::FindClosed, TryRecvError::Disconnected),
                _ => (Act::FindEmpty, TryRecvError::Empty),
            };
            record::step(act, pipe.id, Some(at));
            Err(error)
        })
    }

    /// All messages, until every sender is gone.
    #[track_caller]
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let at = Location::caller();
        std::iter::from_fn(move || self.recv_at(at).ok())
    }

    /// The messages that are there.
    #[track_caller]
    pub fn try_iter(&self) -> impl Iterator<Item = T> + '_ {
        std::iter::from_fn(|| self.try_recv().ok())
    }

    #[track_caller]
    fn takes(&self, state: &mut State<T>, at: Place) -> Option<T> {
        let message = state.messages.pop_front()?;
        state.received += 1;
        record::step(Act::Read, self.0.id, Some(at));
        wake(&mut state.to_send);
        Some(message)
    }
}

/// All messages, until every sender is gone.
pub struct IntoIter<T>(Receiver<T>, Place);

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv_at(self.1).ok()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[track_caller]
    fn into_iter(self) -> IntoIter<T> {
        let at = Location::caller();
        IntoIter(self, at)
    }
}

/// All messages, until every sender is gone; the receiver stays.
pub struct Iter<'a, T>(&'a Receiver<T>, Place);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv_at(self.1).ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    #[track_caller]
    fn into_iter(self) -> Iter<'a, T> {
        Iter(self, Location::caller())
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.0.state.last_step(|state| {
            state.is_read = false;
            record::step(Act::HangUp, self.0.id, None);
            // As in the standard library, what nobody took goes with the receiver; but not what is handed over in person.
            if state.places != Some(0) {
                state.messages.clear();
            }
            wake(&mut state.to_send);
        });
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
