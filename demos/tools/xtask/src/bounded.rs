//! A program that is given so much time and no more.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// How long the words of an ended program may take to arrive; only a program that left children
/// behind needs any.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How a program ended by itself, and what it said.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs the program without input. `None`: it was still running after `bound`, and was killed.
///
/// # Errors
/// The program cannot be started or watched.
pub fn run(command: &mut Command, bound: Duration) -> io::Result<Option<Ended>> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Both pipes are read at once: a program that fills the one while we wait at the other would
    // wait for ever.
    let stdout = listen(child.stdout.take());
    let stderr = listen(child.stderr.take());
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if start.elapsed() < bound => thread::sleep(LOOK),
            None => {
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
        }
    };
    let words = |heard: mpsc::Receiver<String>| heard.recv_timeout(LAST_WORDS).unwrap_or_default();
    Ok(Some(Ended {
        code: status.code(),
        stdout: words(stdout),
        stderr: words(stderr),
    }))
}

fn listen(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (say, heard) = mpsc::channel();
    let mut pipe = pipe.expect("the pipe was asked for");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes); // A pipe that breaks has said all it will say.
        let _ = say.send(String::from_utf8_lossy(&bytes).into_owned()); // Nobody listens any more: it hung.
    });
    heard
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, bound: Duration) -> Option<Ended> {
        run(Command::new("sh").args(["-c", script]), bound).expect("there is a shell")
    }

    #[test]
    fn what_a_program_says_is_heard_however_much_it_is() {
        let script = "i=0; while [ $i -lt 20000 ]; do echo 12345678; echo 87654321 >&2; i=$((i+1)); done; exit 3";
        let ended = shell(script, Duration::from_secs(60)).expect("it ends by itself");
        assert_eq!(
            (ended.code, ended.stdout.len(), ended.stderr.len()),
            (Some(3), 180_000, 180_000)
        );
    }

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let start = Instant::now();
        assert!(shell("exec sleep 600", Duration::from_millis(100)).is_none());
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "it was waited for"
        );
    }

    #[test]
    fn a_program_that_a_signal_ends_has_no_code() {
        let ended = shell("kill -KILL $$", Duration::from_secs(60)).expect("it ends by itself");
        assert_eq!(ended.code, None);
    }
}
