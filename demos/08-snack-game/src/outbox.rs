//! The writing side of a connection, which belongs to its room. Nothing here ever waits.

mod kept;
mod rest;

pub use kept::Waits;

use crate::{
    line::Line,
    net::{SocketRef, socket_ref},
};
use bytes::Bytes;
use rest::Rest;
use std::{io, sync::Arc, time::Instant};

/// Answers that may wait for a phone. It asks for them itself; more are not given.
const ANSWERS_WAITING: usize = 8;

/// And when answers go out with the tick alone, kept ones: as many as may be asked for in between.
const ANSWERS_A_TICK: usize = 80;

/// What a room says to one connection.
#[derive(Debug)]
pub struct Outbox {
    line: Arc<Line>,
    /// None for whoever keeps up, which is nearly everybody: a room walks over all its outboxes in
    /// each tick, so they are small.
    rest: Option<Box<Rest>>,
}

/// What became of a tick at one phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The tick, like everybody.
    Tick,
    /// The newest picture, instead of what was missed.
    Picture,
    /// Nothing: its kernel is full.
    Nothing,
}

impl Outbox {
    /// For a connection to which nothing was written yet.
    pub fn new(line: Arc<Line>) -> Self {
        Self { line, rest: None }
    }

    /// The connection.
    pub fn line(&self) -> &Arc<Line> {
        &self.line
    }

    /// All that was said is with the kernel, and more will be said.
    pub fn keeps_up(&self) -> bool {
        self.rest.is_none()
    }

    /// Since when it has been behind.
    pub fn behind(&self) -> Option<Instant> {
        self.rest.as_ref()?.behind
    }

    /// Bytes that the kernel did not take.
    pub fn waiting(&self) -> usize {
        let rest = self.rest.iter();
        rest.flat_map(|rest| &rest.left).map(Bytes::len).sum()
    }

    /// When it was said goodbye to.
    pub fn closed(&self) -> Option<Instant> {
        self.rest.as_ref()?.closed
    }

    /// An answer, which is not left out: but whoever does not read gets only so many.
    pub fn answer(&mut self, frame: Bytes) {
        let takes = |rest: &Rest| {
            let most = rest.kept.map_or(ANSWERS_WAITING, |_| ANSWERS_A_TICK);
            rest.closed.is_none() && rest.left.len() < most
        };
        if self.rest.as_deref().is_none_or(takes) {
            self.put(frame);
        }
    }

    /// The socket of whoever keeps up: what is sent to it is the very next thing. What came of it,
    /// [`sent`](Self::sent) has to be told.
    pub fn socket(&self) -> Option<SocketRef<'_>> {
        self.keeps_up().then(|| socket_ref(&self.line.stream))
    }

    /// What the kernel said to a tick that was sent straight to the [`socket`](Self::socket).
    pub fn sent(&mut self, tick: &Bytes, said: io::Result<usize>) -> Told {
        if !said.as_ref().is_ok_and(|&count| count == tick.len()) {
            let mut rest = Rest::default();
            let left = rest.took(&self.line, tick.clone(), said);
            rest.left.extend(left);
            self.rest = Some(Box::new(rest));
        }
        Told::Tick
    }

    /// The tick that everybody is told, or the picture that makes up for those left out.
    pub fn tell(&mut self, tick: &Bytes, picture: impl FnOnce() -> Bytes, now: Instant) -> Told {
        if !self.flush() {
            self.rest.get_or_insert_default().behind.get_or_insert(now);
            return Told::Nothing;
        }
        let behind = self.rest.as_mut().and_then(|rest| rest.behind.take());
        let (frame, told) = match behind {
            None => (tick.clone(), Told::Tick),
            Some(_) => (picture(), Told::Picture),
        };
        self.put(frame);
        told
    }

    /// Goodbye. What was not begun is dropped, so that this is the next thing to be read.
    pub fn close(&mut self, frame: Bytes, now: Instant) {
        if self.closed().is_none() {
            let rest = self.rest.get_or_insert_default();
            let begun = usize::from(rest.begun);
            rest.left.truncate(begun);
            if let Some(kept) = &mut rest.kept {
                kept.sealed = kept.sealed.min(begun);
            }
            rest.closed = Some(now);
            self.put(frame);
        }
    }

    /// Hands the kernel what it takes now. True: nothing is left of what may be written.
    pub fn flush(&mut self) -> bool {
        let Some(rest) = &mut self.rest else {
            return true;
        };
        let all = rest.flush(&self.line);
        if rest.is_nothing() {
            self.rest = None;
        }
        all
    }

    /// Behind what waits; for whoever keeps up that is nothing.
    fn put(&mut self, frame: Bytes) {
        self.rest.get_or_insert_default().left.push_back(frame);
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_walks_over_two_words_for_whoever_keeps_up() {
        assert_eq!(size_of::<Outbox>(), 2 * size_of::<usize>());
    }
}
