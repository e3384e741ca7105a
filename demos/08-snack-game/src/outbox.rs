//! The writing side of a connection, which belongs to its room. Nothing here ever waits.

use crate::{
    line::Line,
    net::{Hand, hand},
};
use bytes::{Buf, Bytes};
use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    sync::Arc,
    time::Instant,
};

/// Answers that may wait for a phone. It asks for them itself; more are not given.
const ANSWERS_WAITING: usize = 8;

/// And when answers go out with the tick alone, kept ones: as many as may be asked for in between.
const ANSWERS_A_TICK: usize = 80;

/// What a room says to one connection.
#[derive(Debug)]
pub struct Outbox {
    line: Arc<Line>,
    /// None for whoever keeps up, which is nearly everybody: a room walks over all its outboxes in each tick, so they are small.
    rest: Option<Box<Rest>>,
}

/// What there is to know of somebody who does not keep up, or was said goodbye to.
#[derive(Debug, Default)]
struct Rest {
    /// What the kernel did not take.
    left: VecDeque<Bytes>,
    /// The first of these was written in part: the rest of it must follow, whatever else is dropped.
    begun: bool,
    /// Since when ticks were left out. The next thing is a snapshot.
    behind: Option<Instant>,
    closed: Option<Instant>,
    /// Nothing more will be written: it broke, or the goodbye is out.
    over: bool,
    /// Nothing is written before it is in a snapshot. None: nobody keeps one.
    kept: Option<Kept>,
}

/// A connection that outlives its process.
#[derive(Clone, Copy, Debug)]
struct Kept {
    /// Of what is left, so much is in the snapshot and may be written.
    sealed: usize,
    /// So far it was written, as the kernel counts.
    written: u64,
}

/// An outbox in a snapshot.
#[derive(Debug)]
pub struct Waits {
    /// So far it was written, as the kernel counts.
    pub written: u64,
    /// What waits behind that.
    pub left: VecDeque<Bytes>,
    /// The first of these was written in part.
    pub begun: bool,
    /// Since when ticks were left out.
    pub behind: Option<Instant>,
    /// When it was said goodbye to.
    pub closed: Option<Instant>,
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

    /// For a connection that goes on from a snapshot, and whose frames wait for the next one before they are written.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    pub fn kept(line: Arc<Line>, waits: Waits) -> Self {
        let rest = Rest {
            kept: Some(Kept {
                sealed: waits.left.len(),
                written: waits.written,
            }),
            left: waits.left,
            begun: waits.begun,
            behind: waits.behind,
            closed: waits.closed,
            over: false,
        };
        Self {
            line,
            rest: Some(Box::new(rest)),
        }
    }

    /// For the snapshot. `None`: this one is not kept.
    pub fn waits(&self) -> Option<Waits> {
        let rest = self.rest.as_ref()?;
        Some(Waits {
            written: rest.kept?.written,
            left: rest.left.clone(),
            begun: rest.begun,
            behind: rest.behind,
            closed: rest.closed,
        })
    }

    /// All that waits is in the snapshot now: it may be written.
    pub fn seal(&mut self) {
        if let Some(rest) = &mut self.rest
            && let Some(kept) = &mut rest.kept
        {
            kept.sealed = rest.left.len();
        }
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

    /// The socket of whoever keeps up: what is sent to it is the very next thing. What came of it, [`sent`](Self::sent) has to be told.
    pub fn socket(&self) -> Option<Hand<'_>> {
        self.keeps_up().then(|| hand(&self.line.stream))
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

impl Rest {
    /// Whoever it belongs to keeps up.
    fn is_nothing(&self) -> bool {
        let waits = !self.left.is_empty() || self.behind.is_some() || self.closed.is_some();
        !waits && !self.over && self.kept.is_none()
    }

    fn flush(&mut self, line: &Line) -> bool {
        while self.kept.is_none_or(|kept| kept.sealed > 0)
            && let Some(frame) = self.left.pop_front()
        {
            if let Some(frame) = self.write(line, frame) {
                self.left.push_front(frame);
                return false;
            }
            if let Some(kept) = &mut self.kept {
                kept.sealed -= 1;
            }
        }
        if !self.left.is_empty() {
            return true; // It waits for the snapshot, and not for the kernel.
        }
        // After the goodbye nothing follows.
        if self.closed.is_some() && !std::mem::replace(&mut self.over, true) {
            line.finish();
        }
        true
    }

    /// What the kernel does not take of it.
    fn write(&mut self, line: &Line, mut frame: Bytes) -> Option<Bytes> {
        while !self.over {
            // Straight to the kernel: the runtime's own way would first look whether it had said that there is room, in memory that is cold by
            // now. The room asks again at the next tick anyway.
            let said = hand(&line.stream).send(&frame);
            let full = matches!(&said, Err(error) if error.kind() == ErrorKind::WouldBlock);
            frame = self.took(line, frame, said)?;
            if full {
                break;
            }
        }
        Some(frame)
    }

    /// What is left of a frame after the kernel took so much of it.
    fn took(&mut self, line: &Line, mut frame: Bytes, said: io::Result<usize>) -> Option<Bytes> {
        if let (Some(kept), Ok(count)) = (&mut self.kept, &said) {
            kept.written += *count as u64;
        }
        match said {
            Ok(written) if written == frame.len() => {
                self.begun = false;
                return None;
            }
            Ok(written) => {
                frame.advance(written);
                self.begun = true;
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(error) => {
                // Its reader shall find the end, and tell.
                tracing::debug!(line = line.id, %error, "cannot be written to");
                self.over = true;
                line.hang_up();
            }
        }
        Some(frame)
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
