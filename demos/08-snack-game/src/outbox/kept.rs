//! An outbox that outlives its process: nothing is written before it is in a snapshot.

use super::{Outbox, rest::Rest};
use crate::line::Line;
use bytes::Bytes;
use std::{collections::VecDeque, sync::Arc, time::Instant};

/// A connection that outlives its process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// Of what is left, so much is in the snapshot and may be written.
    pub(super) sealed: usize,
    /// So far it was written, as the kernel counts.
    pub(super) written: u64,
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

impl Waits {
    /// Nothing does, and so far it was written.
    pub fn nothing(written: u64) -> Self {
        Self {
            written,
            left: VecDeque::new(),
            begun: false,
            behind: None,
            closed: None,
        }
    }

    /// So many bytes are out already, and need not be written again.
    pub fn skip(&mut self, mut bytes: u64) {
        self.written += bytes;
        while bytes > 0
            && let Some(mut frame) = self.left.pop_front()
        {
            let length = frame.len() as u64;
            self.begun = bytes < length;
            if self.begun {
                self.left.push_front(frame.split_off(bytes as usize));
                return;
            }
            bytes -= length;
        }
    }
}

impl Outbox {
    /// For a connection that goes on from a snapshot, and whose frames wait for the next one before
    /// they are written.
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
}
