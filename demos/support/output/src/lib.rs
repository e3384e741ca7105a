//! Standard output and standard error of a program that serves: it never waits for their reader.
//!
//! A log is a slow player. Its reader may pause (Ctrl-S, a console in which text is selected,
//! `| less`) or die (`| head`), and a `println!` then waits for it or panics. So each stream has a
//! bounded queue and a thread that writes: a line is put into the queue without waiting, the oldest
//! lines are dropped if it is full, and their number is written when the reader reads again.
//!
//! By hand, because step 1 prints through it and has no external dependency. `tracing-appender` has
//! such a queue for a log, but drops the newest lines, and does not say so in the log.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     let _written = output::Guard::new(); // Dropped last: what was printed is written.
//!     output::out!("listening on {}", "127.0.0.1:7001");
//!     std::process::ExitCode::SUCCESS
//! }
//! ```

mod panics;
mod queue;

pub use panics::report_panics_by;
use queue::Queue;
use std::{
    fmt,
    io::{self, Write},
    process,
    sync::Once,
    thread,
    time::Duration,
};

/// How long the end of a program waits for a reader that takes nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long the end of a program waits for a reader that is slow.
const LONGEST: Duration = Duration::from_secs(5);

static STDOUT: Stream = Stream {
    name: "standard output",
    queue: Queue::new(),
    write: |queue| queue.write_to(io::stdout()),
};

static STDERR: Stream = Stream {
    name: "standard error",
    queue: Queue::new(),
    write: |queue| queue.write_to(io::stderr()),
};

struct Stream {
    name: &'static str,
    queue: Queue,
    /// What its thread does until the process ends.
    write: fn(&Queue),
}

/// One of the two standard streams. Writing to it neither waits nor fails.
///
/// Each `write` is one entry of the queue, which is kept or dropped as a whole. So a line is
/// written at once, with [`Output::line`] or with the text of a `format!`.
#[derive(Clone, Copy)]
pub struct Output(&'static Stream);

/// Standard output.
pub fn stdout() -> Output {
    Output(&STDOUT)
}

/// Standard error.
pub fn stderr() -> Output {
    Output(&STDERR)
}

impl Output {
    /// Writes a line.
    pub fn line(self, text: fmt::Arguments<'_>) {
        self.put(format!("{text}\n").into_bytes());
    }

    /// Returns whether the reader is gone. What is written from then on is dropped.
    pub fn is_closed(self) -> bool {
        self.0.queue.is_closed()
    }

    /// Sets the line that says how many lines were dropped.
    pub fn say_dropped_by(self, notice: fn(u64) -> String) {
        self.0.queue.say_dropped_by(notice);
    }

    fn put(self, entry: Vec<u8>) {
        let Stream { name, queue, write } = self.0;
        if queue.put(entry) {
            let thread = thread::Builder::new().name((*name).into());
            if thread.spawn(|| write(queue)).is_err() {
                queue.has_no_writer(); // The next entry tries again.
            }
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Output").field(&self.0.name).finish()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // To flush is to wait for the reader: only the end of the program does.
    }
}

/// Prints a line to standard output.
#[macro_export]
macro_rules! out {
    ($($text:tt)*) => { $crate::stdout().line(::std::format_args!($($text)*)) };
}

/// Prints a line to standard error.
#[macro_export]
macro_rules! err {
    ($($text:tt)*) => { $crate::stderr().line(::std::format_args!($($text)*)) };
}

/// How many lines of both streams were dropped since the program started.
pub fn dropped_lines() -> u64 {
    STDOUT.queue.dropped_ever() + STDERR.queue.dropped_ever()
}

/// Waits until everything that was printed is written. Gives up if a reader takes nothing for a
/// second.
pub fn flush() {
    for stream in [&STDOUT, &STDERR] {
        stream.queue.flush(PATIENCE, LONGEST);
    }
}

/// Ends the process after a [`flush`].
pub fn exit(status: i32) -> ! {
    flush();
    process::exit(status)
}

/// Held by `main` for as long as the program runs. Panics are printed as everything else is, and
/// when it is dropped, what was printed is written.
#[derive(Debug)]
#[must_use = "it writes the last lines when it is dropped"]
pub struct Guard(());

impl Guard {
    /// Makes panics write to the queue. The standard library's report would wait for the reader.
    #[expect(
        clippy::new_without_default,
        reason = "it changes the process, which a default must not"
    )]
    pub fn new() -> Self {
        // A second guard leaves alone what was set in the meantime.
        static FIRST: Once = Once::new();
        FIRST.call_once(|| report_panics_by(|report| err!("{report}")));
        Self(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        flush();
    }
}
