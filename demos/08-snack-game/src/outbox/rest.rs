//! Whoever does not keep up: what waits for them, and how it is written in the end.

use super::kept::Kept;
use crate::{line::Line, net::socket_ref};
use bytes::{Buf, Bytes};
use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    mem,
    time::Instant,
};

/// What there is to know of somebody who does not keep up, or was said goodbye to.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// What the kernel did not take.
    pub(super) left: VecDeque<Bytes>,
    /// The first of these was written in part: the rest of it must follow, whatever else is
    /// dropped.
    pub(super) begun: bool,
    /// Since when ticks were left out. The next thing is a snapshot.
    pub(super) behind: Option<Instant>,
    /// When it was said goodbye to.
    pub(super) closed: Option<Instant>,
    /// Nothing more will be written: it broke, or the goodbye is out.
    pub(super) over: bool,
    /// Nothing is written before it is in a snapshot. None: nobody keeps one.
    pub(super) kept: Option<Kept>,
}

impl Rest {
    /// Whoever it belongs to keeps up.
    pub(super) fn is_nothing(&self) -> bool {
        let waits = !self.left.is_empty() || self.behind.is_some() || self.closed.is_some();
        !waits && !self.over && self.kept.is_none()
    }

    /// Hands the kernel what it takes now. True: nothing is left of what may be written.
    pub(super) fn flush(&mut self, line: &Line) -> bool {
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
        if self.closed.is_some() && !mem::replace(&mut self.over, true) {
            line.finish();
        }
        true
    }

    /// What the kernel does not take of it.
    fn write(&mut self, line: &Line, mut frame: Bytes) -> Option<Bytes> {
        while !self.over {
            // Straight to the kernel: the runtime's own way would first look whether it had said
            // that there is room, in memory that is cold by now. The room asks again at the next
            // tick anyway.
            let said = socket_ref(&line.stream).send(&frame);
            let full = matches!(&said, Err(error) if error.kind() == ErrorKind::WouldBlock);
            frame = self.took(line, frame, said)?;
            if full {
                break;
            }
        }
        Some(frame)
    }

    /// What is left of a frame after the kernel took so much of it.
    pub(super) fn took(
        &mut self,
        line: &Line,
        mut frame: Bytes,
        said: io::Result<usize>,
    ) -> Option<Bytes> {
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
