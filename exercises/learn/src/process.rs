//! Runs a program with limits on its time and its output.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Polling interval for the program's end.
const LOOK: Duration = Duration::from_millis(2);
/// How long to wait for the rest of the output after the program has ended. It arrives at once,
/// unless another process holds the pipes.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How a program ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It exited: with this code, or `None` if a signal ended it.
    Itself {
        code: Option<i32>,
        stdout: String,
        stderr: String,
    },
    /// It was still running at the time limit.
    TooLong { stdout: String },
    /// It printed too much.
    TooMuch { stdout: String },
}

/// Limits on a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) time: Duration,
    /// How many bytes it may print. Of each stream only the first `kept` bytes are kept.
    pub(crate) said: usize,
    pub(crate) kept: usize,
}

/// Runs the command with `input`. If `holds`, its input stays open until the command ends or this
/// process does.
pub(crate) fn run(
    command: &mut Command,
    input: &str,
    holds: bool,
    limit: Limit,
) -> io::Result<Ended> {
    let began = Instant::now();
    let mut child = Killed(
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?,
    );
    let mut stdin = child.0.stdin.take();
    if let Some(stdin) = &mut stdin {
        // An error means that the program has ended; its exit status says more.
        let _ = stdin.write_all(input.as_bytes());
    }
    let held = stdin.filter(|_| holds);
    let said = Arc::new(AtomicUsize::new(0));
    let stdout = listen(child.0.stdout.take(), &said, limit.kept);
    let stderr = listen(child.0.stderr.take(), &said, limit.kept);
    let words = |from: &mpsc::Receiver<String>| from.recv_timeout(LAST_WORDS).unwrap_or_default();
    loop {
        if let Some(status) = child.0.try_wait()? {
            let (stdout, stderr) = (words(&stdout), words(&stderr));
            return Ok(match said.load(Relaxed) > limit.said {
                true => Ended::TooMuch { stdout },
                false => Ended::Itself {
                    code: status.code(),
                    stdout,
                    stderr,
                },
            });
        }
        let is_too_much = said.load(Relaxed) > limit.said;
        if is_too_much || began.elapsed() > limit.time {
            drop((child, held));
            let stdout = words(&stdout);
            return Ok(if is_too_much {
                Ended::TooMuch { stdout }
            } else {
                Ended::TooLong { stdout }
            });
        }
        thread::sleep(LOOK);
    }
}

/// Kills the program when dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn listen(
    pipe: Option<impl Read + Send + 'static>,
    said: &Arc<AtomicUsize>,
    keep: usize,
) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let said = Arc::clone(said);
    thread::spawn(move || {
        let (mut kept, mut bytes) = (vec![], [0; 8192]);
        let mut pipe = pipe.expect("piped");
        while let Ok(length) = pipe.read(&mut bytes) {
            if length == 0 {
                break;
            }
            said.fetch_add(length, Relaxed);
            let room = keep.saturating_sub(kept.len()).min(length);
            kept.extend_from_slice(&bytes[..room]);
        }
        // An error means that the receiver has stopped waiting.
        let _ = sender.send(String::from_utf8_lossy(&kept).into_owned());
    });
    receiver
}
