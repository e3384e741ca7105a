//! The lines that wait for one reader.

use lock::lock;
use std::{
    collections::VecDeque,
    io::{ErrorKind, Write},
    sync::{Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

/// The maximum number of lines that wait. When another one comes, the oldest is dropped: it is the
/// newest that says how the program is.
const LINES_WAITING: usize = 4_096;

/// The maximum number of bytes that wait.
const BYTES_WAITING: usize = 1 << 20;

/// The maximum number of bytes that are written at once, if one line is not longer. A pipe takes so
/// many in one piece (`PIPE_BUF`), so that a supervisor and its worker can share one.
const PIECE: usize = 4_096;

/// How long to wait before the next attempt, if the stream is one that does not block and is full.
const PAUSE: Duration = Duration::from_millis(10);

/// The end of a program waits in steps of this length.
const BEAT: Duration = Duration::from_millis(10);

/// A bounded queue of lines: any thread puts without waiting, one thread writes.
///
/// Invariant: a line that was put is written, waits, or is counted as dropped.
pub(crate) struct Queue {
    state: Mutex<State>,
    /// A line came.
    news: Condvar,
    /// Something was written.
    written: Condvar,
}

struct State {
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Lines dropped since the last notice.
    dropped: u64,
    dropped_ever: u64,
    notice: fn(u64) -> String,
    has_writer: bool,
    /// The writer has taken lines that it has not written yet.
    is_writing: bool,
    /// The last line was written in part, and has no end.
    is_torn: bool,
    /// How often the reader took something, or was offered something new.
    progress: u64,
    /// The reader is gone.
    is_closed: bool,
}

/// What the writer takes at once.
struct Piece {
    bytes: Vec<u8>,
    /// Its lines, without the notice.
    lines: usize,
    /// How many dropped lines its notice speaks of.
    noticed: u64,
}

impl Queue {
    pub(crate) const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                bytes: 0,
                dropped: 0,
                dropped_ever: 0,
                notice,
                has_writer: false,
                is_writing: false,
                is_torn: false,
                progress: 0,
                is_closed: false,
            }),
            news: Condvar::new(),
            written: Condvar::new(),
        }
    }

    /// Puts a line, and drops the oldest ones if there are too many. Returns whether the caller
    /// must start the thread that writes.
    pub(crate) fn put(&self, line: Vec<u8>) -> bool {
        let mut state = lock(&self.state);
        if state.is_closed {
            state.drop_line();
            return false;
        }
        state.bytes += line.len();
        state.waiting.push_back(line);
        while state.waiting.len() > 1
            && (state.waiting.len() > LINES_WAITING || state.bytes > BYTES_WAITING)
        {
            let oldest = state.waiting.pop_front().unwrap_or_default();
            state.bytes -= oldest.len();
            state.drop_line();
        }
        self.news.notify_one();
        !std::mem::replace(&mut state.has_writer, true)
    }

    /// The thread that writes could not be started.
    pub(crate) fn has_no_writer(&self) {
        lock(&self.state).has_writer = false;
    }

    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.state).is_closed
    }

    pub(crate) fn say_dropped_by(&self, notice: fn(u64) -> String) {
        lock(&self.state).notice = notice;
    }

    pub(crate) fn dropped_ever(&self) -> u64 {
        lock(&self.state).dropped_ever
    }

    /// Writes every line that comes, until the reader is gone.
    pub(crate) fn write_to(&self, mut reader: impl Write) {
        while let Some(Piece {
            bytes,
            lines,
            noticed,
        }) = self.next()
        {
            let mut left = bytes.as_slice();
            let written = self.write(&mut reader, &mut left);
            let mut state = lock(&self.state);
            state.is_writing = false;
            match written.map_err(|error| error.kind()) {
                Ok(()) => state.is_torn = false,
                // The disk is full, say. The next line may fit again.
                Err(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                    if let Some(last) = bytes[..bytes.len() - left.len()].last() {
                        state.is_torn = *last != b'\n';
                    }
                    (0..lines).for_each(|_| state.drop_line());
                    state.dropped += noticed; // The notice may be lost, too.
                }
                Err(_gone) => {
                    let lines = lines + state.waiting.len();
                    (0..lines).for_each(|_| state.drop_line());
                    (state.waiting, state.bytes) = (VecDeque::new(), 0);
                    state.is_closed = true;
                }
            }
            self.written.notify_all();
        }
    }

    /// Waits for lines and takes as many as make a piece. `None` if the reader is gone.
    fn next(&self) -> Option<Piece> {
        let state = lock(&self.state);
        let nothing = |state: &mut State| state.waiting.is_empty() && !state.is_closed;
        let state = self.news.wait_while(state, nothing);
        let mut state = state.unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.is_closed {
            return None;
        }
        let mut bytes = Vec::new();
        if state.is_torn {
            bytes.push(b'\n');
        }
        let noticed = std::mem::take(&mut state.dropped);
        if noticed > 0 {
            bytes.extend_from_slice((state.notice)(noticed).as_bytes());
        }
        let mut lines = 0;
        while let Some(line) = state.waiting.front()
            && (lines == 0 || bytes.len() + line.len() <= PIECE)
        {
            bytes.extend_from_slice(line);
            state.bytes -= line.len();
            state.waiting.pop_front();
            lines += 1;
        }
        state.is_writing = true;
        state.progress += 1;
        Some(Piece {
            bytes,
            lines,
            noticed,
        })
    }

    /// Writes a piece, for as long as it takes. `left` is what is not written yet.
    fn write(&self, reader: &mut impl Write, left: &mut &[u8]) -> std::io::Result<()> {
        while !left.is_empty() {
            match reader.write(&left[..left.len().min(PIECE)]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(taken) => {
                    *left = &left[taken..];
                    lock(&self.state).progress += 1;
                    self.written.notify_all();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
                Err(error) => return Err(error),
            }
        }
        loop {
            match reader.flush() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
                flushed => return flushed,
            }
        }
    }

    /// Waits until every line is written; no longer than `longest`, and no longer than `patience`
    /// while the reader takes nothing of what it is offered.
    ///
    /// The time is counted in beats of this thread. If the machine stands still, the reader and the
    /// thread that writes do, too, and their time stands.
    pub(crate) fn flush(&self, patience: Duration, longest: Duration) {
        let mut state = lock(&self.state);
        let (mut waited, mut in_vain) = (Duration::ZERO, Duration::ZERO);
        let mut progress = state.progress;
        while state.has_writer
            && !state.is_closed
            && (state.is_writing || !state.waiting.is_empty())
        {
            let left = (patience - in_vain).min(longest - waited);
            let (beat, began) = (BEAT.min(left), Instant::now());
            let waits = self.written.wait_timeout(state, beat);
            (state, _) = waits.unwrap_or_else(std::sync::PoisonError::into_inner);
            let passed = began.elapsed().min(beat);
            waited += passed;
            in_vain += passed;
            // A line that the writer has not taken yet was not offered.
            if !state.is_writing || state.progress != progress {
                (progress, in_vain) = (state.progress, Duration::ZERO);
            }
            if waited >= longest || in_vain >= patience {
                return;
            }
        }
    }
}

impl State {
    fn drop_line(&mut self) {
        self.dropped += 1;
        self.dropped_ever += 1;
    }
}

/// The line for a reader that has missed lines.
fn notice(dropped: u64) -> String {
    let (lines, were) = match dropped {
        1 => ("line", "was"),
        _ => ("lines", "were"),
    };
    let dropped = with_commas(dropped);
    format!("… {dropped} {lines} {were} dropped: the log was not read\n")
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&groups.join(&b","[..])).into_owned()
}

#[cfg(test)]
mod tests;
