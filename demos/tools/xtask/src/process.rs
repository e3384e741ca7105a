//! Runs a program with a time limit.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The interval between two checks whether the program has ended.
const POLL: Duration = Duration::from_millis(5);

/// The time limit for the rest of the output after the program has ended. It arrives at once unless
/// a child of the program still holds the pipe.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(2);

/// The exit of a program within its time limit, and its output.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs the program without input. Returns `None` if it was still running after `bound`; then it is
/// killed.
///
/// # Errors
/// If the program cannot be started or waited for.
pub fn run(command: &mut Command, bound: Duration) -> io::Result<Option<Ended>> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Both pipes are read at the same time. If only one was read, a program that fills the other
    // one would wait for ever.
    let stdout = read(child.stdout.take());
    let stderr = read(child.stderr.take());
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if start.elapsed() < bound => thread::sleep(POLL),
            None => {
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
        }
    };
    let text =
        |output: mpsc::Receiver<String>| output.recv_timeout(OUTPUT_TIMEOUT).unwrap_or_default();
    Ok(Some(Ended {
        code: status.code(),
        stdout: text(stdout),
        stderr: text(stderr),
    }))
}

fn read(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, output) = mpsc::channel();
    let mut pipe = pipe.expect("a piped output");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // An error ends the output, as the end of the pipe does.
        let _ = pipe.read_to_end(&mut bytes);
        // An error means that the program reached its time limit.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    output
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, bound: Duration) -> Option<Ended> {
        run(Command::new("sh").args(["-c", script]), bound).expect("a shell")
    }

    #[test]
    fn a_long_output_is_read_completely() {
        let script = "i=0; while [ $i -lt 20000 ]; do echo 12345678; echo 87654321 >&2; i=$((i+1)); done; exit 3";
        let ended = shell(script, Duration::from_secs(60)).expect("it ends in time");
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
            "it was not killed"
        );
    }

    #[test]
    fn a_program_that_a_signal_ends_has_no_code() {
        let ended = shell("kill -KILL $$", Duration::from_secs(60)).expect("it ends in time");
        assert_eq!(ended.code, None);
    }
}
