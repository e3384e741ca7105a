//! The backlog of a connection that does not keep up: frames that its kernel buffer did not take.

use crate::{connection::Connection, net::socket_ref};
use bytes::{Buf, Bytes};
use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    mem,
    time::Instant,
};

/// Frames not yet taken by the kernel, and the state of a connection that is behind, closing, or
/// under a supervisor.
#[derive(Debug, Default)]
pub struct Backlog {
    /// What the kernel did not take.
    pub frames: VecDeque<Bytes>,
    /// The first of the frames was written in part: the rest of it must follow, even if the other
    /// frames are dropped.
    pub partly_written: bool,
    /// When the first of the missed ticks was left out. The next frame is a snapshot.
    pub behind_since: Option<Instant>,
    /// When the close frame was queued.
    pub closed_at: Option<Instant>,
    /// Nothing more will be written: the connection failed, or the close frame is out.
    finished: bool,
    /// Under a supervisor, no frame is written before a snapshot contains it.
    sealed: Option<Sealed>,
}

/// How much of a backlog is in the newest snapshot.
#[derive(Clone, Copy, Debug)]
struct Sealed {
    /// The number of frames that may be written.
    frames: usize,
    /// Bytes written so far, as the kernel counts them.
    written: u64,
}

impl Backlog {
    /// The backlog of a connection under a supervisor, to which `written` bytes were written. Its
    /// `frames` are part of a snapshot.
    pub fn supervised(written: u64, frames: VecDeque<Bytes>) -> Self {
        let sealed = Sealed {
            frames: frames.len(),
            written,
        };
        Self {
            frames,
            sealed: Some(sealed),
            ..Self::default()
        }
    }

    /// Removes the first `bytes` bytes: an earlier process has written them.
    pub fn skip(&mut self, mut bytes: u64) {
        if let Some(sealed) = &mut self.sealed {
            sealed.written += bytes;
        }
        while bytes > 0
            && let Some(mut frame) = self.frames.pop_front()
        {
            let length = frame.len() as u64;
            self.partly_written = bytes < length;
            if self.partly_written {
                self.frames.push_front(frame.split_off(bytes as usize));
                break;
            }
            bytes -= length;
        }
        self.seal();
    }

    /// Whether the connection outlives this process.
    pub fn is_supervised(&self) -> bool {
        self.sealed.is_some()
    }

    /// Bytes written so far, as the kernel counts them. `None` without a supervisor.
    pub fn written(&self) -> Option<u64> {
        self.sealed.map(|sealed| sealed.written)
    }

    /// The number of bytes in the backlog.
    pub fn bytes(&self) -> usize {
        self.frames.iter().map(Bytes::len).sum()
    }

    /// Allows all frames to be written: they are part of a snapshot now.
    pub(super) fn seal(&mut self) {
        if let Some(sealed) = &mut self.sealed {
            sealed.frames = self.frames.len();
        }
    }

    /// Drops all frames of which no byte was written.
    pub(super) fn drop_unbegun(&mut self) {
        let begun = usize::from(self.partly_written);
        self.frames.truncate(begun);
        if let Some(sealed) = &mut self.sealed {
            sealed.frames = sealed.frames.min(begun);
        }
    }

    /// Whether there is nothing to remember: the connection keeps up again.
    pub(super) fn is_done(&self) -> bool {
        self.frames.is_empty()
            && self.behind_since.is_none()
            && self.closed_at.is_none()
            && !self.finished
            && self.sealed.is_none()
    }

    /// Writes what the kernel takes now. `true` if nothing is left that may be written.
    pub(super) fn flush(&mut self, connection: &Connection) -> bool {
        while self.sealed.is_none_or(|sealed| sealed.frames > 0)
            && let Some(frame) = self.frames.pop_front()
        {
            if let Some(rest) = self.write(connection, frame) {
                self.frames.push_front(rest);
                return false;
            }
            if let Some(sealed) = &mut self.sealed {
                sealed.frames -= 1;
            }
        }
        if !self.frames.is_empty() {
            return true; // They wait for the snapshot, and not for the kernel.
        }
        // Nothing follows the close frame.
        if self.closed_at.is_some() && !mem::replace(&mut self.finished, true) {
            connection.finish();
        }
        true
    }

    /// Writes a frame, and returns what the kernel did not take of it.
    fn write(&mut self, connection: &Connection, mut frame: Bytes) -> Option<Bytes> {
        while !self.finished {
            // Straight to the kernel: tokio's `try_write` would first look up the socket's
            // readiness, in memory that is no longer in the cache. The room tries again at the next
            // tick anyway.
            let result = socket_ref(&connection.stream).send(&frame);
            let full = matches!(&result, Err(error) if error.kind() == ErrorKind::WouldBlock);
            frame = self.record_write(connection, frame, result)?;
            if full {
                break;
            }
        }
        Some(frame)
    }

    /// Records the result of writing a frame, and returns what is left of it.
    pub(super) fn record_write(
        &mut self,
        connection: &Connection,
        mut frame: Bytes,
        result: io::Result<usize>,
    ) -> Option<Bytes> {
        if let (Some(sealed), Ok(count)) = (&mut self.sealed, &result) {
            sealed.written += *count as u64;
        }
        match result {
            Ok(written) if written == frame.len() => {
                self.partly_written = false;
                return None;
            }
            Ok(written) => {
                frame.advance(written);
                self.partly_written = true;
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(error) => {
                // Its reader finds the end, and tells the room.
                tracing::debug!(id = connection.id, %error, "write failed");
                self.finished = true;
                connection.hang_up();
            }
        }
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(all: &[&'static str]) -> VecDeque<Bytes> {
        let frames = all.iter().map(|it| Bytes::from_static(it.as_bytes()));
        frames.collect()
    }

    #[test]
    fn what_an_earlier_process_has_written_is_skipped_to_the_byte() {
        for (bytes, left, partly) in [
            (0, &["abc", "de", "f"][..], false),
            (1, &["bc", "de", "f"], true),
            (3, &["de", "f"], false),
            (4, &["e", "f"], true),
            (5, &["f"], false),
            (6, &[], false),
        ] {
            let mut backlog = Backlog::supervised(100, frames(&["abc", "de", "f"]));
            backlog.skip(bytes);
            assert_eq!(backlog.frames, frames(left), "{bytes}");
            assert_eq!(backlog.partly_written, partly, "{bytes}");
            assert_eq!(backlog.written(), Some(100 + bytes));
            assert_eq!(backlog.bytes() as u64, 6 - bytes);
            assert!(backlog.is_supervised() && !backlog.is_done());
            let may_be_written = backlog.sealed.map(|it| it.frames);
            assert_eq!(may_be_written, Some(left.len()), "they are in a snapshot");
        }
    }

    #[test]
    fn a_frame_that_was_begun_stays_and_all_others_are_dropped() {
        for (partly_written, left) in [(false, &[][..]), (true, &["bc"])] {
            let mut backlog = Backlog::supervised(0, frames(&["bc", "de", "f"]));
            backlog.partly_written = partly_written;
            backlog.drop_unbegun();
            assert_eq!(backlog.frames, frames(left));
            let may_be_written = backlog.sealed.map(|it| it.frames);
            assert_eq!(may_be_written, Some(left.len()));
        }
    }

    #[test]
    fn a_frame_that_no_snapshot_contains_is_not_written() {
        let mut backlog = Backlog::supervised(0, frames(&["in it"]));
        backlog.frames.push_back(Bytes::from_static(b"not yet"));
        assert_eq!(backlog.sealed.map(|it| it.frames), Some(1));
        backlog.seal();
        assert_eq!(backlog.sealed.map(|it| it.frames), Some(2));
    }

    #[test]
    fn a_backlog_is_forgotten_when_there_is_nothing_to_remember() {
        let now = Instant::now();
        assert!(Backlog::default().is_done());
        let remembers: [fn(&mut Backlog, Instant); 4] = [
            |it, _| it.frames = frames(&["a"]),
            |it, now| it.behind_since = Some(now),
            |it, now| it.closed_at = Some(now),
            |it, _| it.finished = true,
        ];
        for remember in remembers {
            let mut backlog = Backlog::default();
            remember(&mut backlog, now);
            assert!(!backlog.is_done());
        }
        assert!(!Backlog::supervised(0, frames(&[])).is_done());
    }
}
