//! A program whose output is not read.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{LOOK, START};
use crate::ports::free_address;

/// A pipe that takes nothing for so long is full.
#[cfg(not(target_os = "linux"))]
const FULL: Duration = Duration::from_millis(200);

/// A running demo whose two streams go into pipes that were full before it started, as those of a
/// terminal that was stopped with Ctrl-S. Killed when dropped.
#[derive(Debug)]
pub struct Unread {
    child: Child,
    address: SocketAddr,
    readers: Option<(PipeReader, PipeReader)>,
}

impl Unread {
    /// Starts `exe` with `args` and `--listen` on a free port, and waits until it accepts
    /// connections.
    ///
    /// # Panics
    /// If it cannot be started, ends, or does not accept a connection within a minute.
    #[track_caller]
    pub fn start(exe: &str, args: &[&str]) -> Self {
        let address = free_address();
        let (out, err) = (full_pipe().expect("a pipe"), full_pipe().expect("a pipe"));
        let child = Command::new(exe)
            .args(args)
            .args(["--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(out.1)
            .stderr(err.1)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {exe}: {error}"));
        let mut program = Self {
            child,
            address,
            readers: Some((out.0, err.0)),
        };
        let until = Instant::now() + START;
        while TcpStream::connect_timeout(&address, START).is_err() {
            let ended = program.child.try_wait().expect("it can be waited for");
            assert_eq!(ended, None, "{exe} ended before it listened");
            assert!(Instant::now() < until, "{exe} does not listen");
            thread::sleep(LOOK);
        }
        program
    }

    /// The address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Closes the other end of both pipes: the reader has died.
    pub fn loses_its_reader(&mut self) {
        self.readers = None;
    }

    /// Reads both streams again, and returns what comes until it ends: standard output, and
    /// standard error.
    pub fn read_on(&mut self) -> Option<(thread::JoinHandle<String>, thread::JoinHandle<String>)> {
        let (out, err) = self.readers.take()?;
        Some((read(out), read(err)))
    }

    /// Waits until it ends, and returns its exit status. `None` if a signal ended it.
    ///
    /// # Panics
    /// If it takes longer than `within`.
    #[track_caller]
    pub fn wait(&mut self, within: Duration) -> Option<i32> {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status.code();
            }
            assert!(Instant::now() < until, "still running after {within:?}");
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end, and leaves out the empty lines with which the pipe was filled.
fn read(mut from: PipeReader) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = Vec::new();
        let _until_it_breaks = from.read_to_end(&mut text);
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.map(|line| line.to_owned() + "\n").collect()
    })
}

/// A pipe that takes nothing more until it is read.
#[cfg(target_os = "linux")]
fn full_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    use std::fs::OpenOptions;
    use std::os::{fd::AsRawFd, unix::fs::OpenOptionsExt};

    /// `O_NONBLOCK`: a write that would have to wait fails.
    const NONBLOCK: i32 = 0o4_000;
    let (reader, writer) = io::pipe()?;
    // Opened once more, so that the program's own end waits as usual.
    let mut filling = OpenOptions::new()
        .write(true)
        .custom_flags(NONBLOCK)
        .open(format!("/proc/self/fd/{}", writer.as_raw_fd()))?;
    for piece in [&[b'\n'; 4096][..], b"\n"] {
        while filling.write_all(piece).is_ok() {}
    }
    Ok((reader, writer))
}

/// A pipe that takes nothing more until it is read.
#[cfg(not(target_os = "linux"))]
fn full_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

    let (reader, writer) = io::pipe()?;
    let mut filling = writer.try_clone()?;
    let (stop, taken) = (
        Arc::new(AtomicBool::new(false)),
        Arc::<AtomicUsize>::default(),
    );
    let (stops, takes) = (Arc::clone(&stop), Arc::clone(&taken));
    // The last write waits until the pipe is read, and ends this thread.
    thread::spawn(move || {
        while !stops.load(Relaxed) && filling.write_all(&[b'\n'; 1024]).is_ok() {
            takes.fetch_add(1, Relaxed);
        }
    });
    let mut before = (Instant::now(), 0);
    while before.0.elapsed() < FULL {
        thread::sleep(LOOK);
        let now = taken.load(Relaxed);
        if now != before.1 || now == 0 {
            before = (Instant::now(), now);
        }
    }
    stop.store(true, Relaxed);
    Ok((reader, writer))
}
