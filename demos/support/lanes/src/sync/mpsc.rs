//! The standard library's channels: many senders, one receiver, and a wait blocks its thread.
//!
//! Loom's own channel reports correct programs as deadlocked, so this is a separate implementation:
//! each operation is one step.

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

/// The state that both ends share.
struct Pipe<T> {
    id: ObjectId,
    state: Gate<State<T>>,
}

struct State<T> {
    messages: VecDeque<T>,
    /// The capacity. `None` if the channel is unbounded. With 0, a sender waits until a receiver
    /// takes the message.
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

/// The sender of an unbounded channel.
pub struct Sender<T>(End<T>);

/// The sender of a bounded channel.
pub struct SyncSender<T>(End<T>);

/// The receiver of a channel.
pub struct Receiver<T>(Arc<Pipe<T>>);

struct End<T>(Arc<Pipe<T>>);

/// Creates an unbounded channel. The name appears in drawings.
#[track_caller]
pub fn channel<T>(name: impl Into<String>) -> (Sender<T>, Receiver<T>) {
    let pipe = pipe(name.into(), None);
    (Sender(End(pipe.clone())), Receiver(pipe))
}

/// Creates a channel with this capacity. With 0, a sender waits until the receiver takes the
/// message. The name appears in drawings.
#[track_caller]
pub fn sync_channel<T>(name: impl Into<String>, places: usize) -> (SyncSender<T>, Receiver<T>) {
    let pipe = pipe(name.into(), Some(places));
    (SyncSender(End(pipe.clone())), Receiver(pipe))
}

#[track_caller]
fn pipe<T>(name: String, places: Option<usize>) -> Arc<Pipe<T>> {
    let id = record::object(Kind::Channel, name);
    if let Some(places) = places {
        record::holds_at_most(id, places.max(1));
    }
    Arc::new(Pipe {
        id,
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
            self.state.attempt(waiting.why(), |state| {
                record::uses(self.id, Role::Writer);
                if let Some(ticket) = ticket {
                    // A rendezvous channel: the message is there, but not taken yet.
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

    /// Whether the message with this number was received.
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
                self.0.0.state.quietly(|state| state.senders += 1);
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
    /// Sends without waiting.
    ///
    /// # Errors
    /// The message, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.0.send(message, Location::caller())
    }
}

impl<T> SyncSender<T> {
    /// Sends; waits while the channel is full.
    ///
    /// # Errors
    /// The message, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.0.send(message, Location::caller())
    }

    /// Sends if there is space. (With capacity 0 this would need a receiver that waits at this
    /// moment; that is not modelled, and the channel counts as full.)
    ///
    /// # Errors
    /// The message, if there is no space, or the receiver is gone.
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
    /// Receives the next message; waits for one.
    ///
    /// # Errors
    /// If the channel is empty and every sender is gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.recv_at(Location::caller())
    }

    #[track_caller]
    fn recv_at(&self, at: Place) -> Result<T, RecvError> {
        let pipe = &self.0;
        let mut waiting = pipe.waiting(How::Empty, at);
        park::until(|waker| {
            pipe.state.attempt(waiting.why(), |state| {
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

    /// Receives the next message, if there is one.
    ///
    /// # Errors
    /// If the channel is empty; the error says whether every sender is gone.
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

    /// Receives all messages, until every sender is gone.
    #[track_caller]
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let at = Location::caller();
        std::iter::from_fn(move || self.recv_at(at).ok())
    }

    /// Receives the messages that are in the channel now.
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

/// An iterator over all messages, until every sender is gone.
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

/// An iterator over all messages, until every sender is gone; it borrows the receiver.
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
            // As in the standard library, messages that were not received are dropped with the
            // receiver. A rendezvous message stays with its sender.
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
