//! A program with a limit: of time, and of what it says.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Between two looks at whether it has ended.
const LOOK: Duration = Duration::from_millis(2);
/// Its last words, after it has ended, arrive at once; or something else holds its pipes.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How a program ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself: with this code, or none if a signal ended it.
    Itself {
        code: Option<i32>,
        stdout: String,
        stderr: String,
    },
    /// It was still running.
    TooLong { stdout: String },
    /// It said too much.
    TooMuch { stdout: String },
}

/// What a program may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) time: Duration,
    /// So many bytes it may say; more than `kept` of them are not kept.
    pub(crate) said: usize,
    pub(crate) kept: usize,
}

/// Runs it with `input`; with `holds`, its input stays open as long as we live.
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
        // Whoever does not read its input has ended, and says why.
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

/// Does not outlive us.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
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
        // Nobody listens any more if it took too long.
        let _ = sender.send(String::from_utf8_lossy(&kept).into_owned());
    });
    receiver
}
