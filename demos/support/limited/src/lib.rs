//! Runs a program within limits on its time and its output.
//!
//! By hand, because no crate does it for less: `wait-timeout` installs a handler of `SIGCHLD`
//! beside tokio's and knows no limit on output, `process-wrap` brings `nix` and `windows`.
//!
//! The program stays in the process group of its parent, so that Ctrl-C in a terminal ends both. At
//! a limit only the program itself is killed, not what it has started.

use lock::lock;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Polling interval for the program's end.
const POLL: Duration = Duration::from_millis(2);
/// How long to wait for the rest of the output of both streams after the program has ended. It
/// arrives at once, unless another process holds the pipes, or the machine stands still.
const REST: Duration = Duration::from_secs(10);

/// Limits on a program.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// How many bytes it may print on both streams together.
    pub printed: usize,
    /// How many bytes of each stream are kept: the first ones.
    pub kept: usize,
}

impl Limits {
    /// A limit on time alone; all output is kept.
    pub const fn time(time: Duration) -> Limits {
        Limits {
            time,
            printed: usize::MAX,
            kept: usize::MAX,
        }
    }
}

/// The standard input of a program.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// It is empty.
    Empty,
    /// It is these bytes.
    Bytes(&'a [u8]),
    /// It has these few bytes and stays open while [`run`] waits: if this process dies, the program
    /// reads the end of its input.
    Held(&'a [u8]),
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It exited, or a signal ended it.
    Itself(ExitStatus),
    /// It was still running at the time limit, and was killed.
    TooLong,
    /// It printed more than it may; it was killed if it was still running.
    TooMuch,
}

/// The end of a program, and what it printed until then.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How it ended.
    pub ended: Ended,
    /// The first bytes of its standard output.
    pub stdout: Vec<u8>,
    /// The first bytes of its standard error.
    pub stderr: Vec<u8>,
}

impl Finished {
    /// Returns its exit code; `None` if a signal or a limit ended it.
    pub fn code(&self) -> Option<i32> {
        match self.ended {
            Ended::Itself(status) => status.code(),
            Ended::TooLong | Ended::TooMuch => None,
        }
    }

    /// Returns its standard output as text.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Returns its standard error as text.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs the program to its end or to a limit. Its standard streams are set here.
///
/// # Errors
/// If the program cannot be started or waited for.
pub fn run(command: &mut Command, input: Input<'_>, limits: Limits) -> io::Result<Finished> {
    let start = Instant::now();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(match input {
        Input::Empty => Stdio::null(),
        Input::Bytes(_) | Input::Held(_) => Stdio::piped(),
    });
    let mut program = Killed(command.spawn()?);
    let held = write(program.0.stdin.take(), input);
    // Both streams are read at the same time. If only one was read, a program that fills the other
    // pipe would wait for ever.
    let printed = Arc::new(AtomicUsize::new(0));
    let stdout = read(program.0.stdout.take(), &printed, limits.kept);
    let stderr = read(program.0.stderr.take(), &printed, limits.kept);
    let ended = loop {
        let status = program.0.try_wait()?;
        if printed.load(Relaxed) > limits.printed {
            break Ended::TooMuch;
        }
        match status {
            Some(status) => break Ended::Itself(status),
            None if start.elapsed() > limits.time => break Ended::TooLong,
            None => thread::sleep(POLL),
        }
    };
    drop((program, held));
    let until = Instant::now() + REST;
    let (stdout, stderr) = (stdout.rest(until), stderr.rest(until));
    // The last bytes may have arrived after the program's end.
    let ended = match ended {
        Ended::Itself(_) if printed.load(Relaxed) > limits.printed => Ended::TooMuch,
        ended => ended,
    };
    Ok(Finished {
        ended,
        stdout,
        stderr,
    })
}

/// Kills the program when dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _unless_it_ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Writes the input. Returns the pipe if it stays open.
fn write(stdin: Option<ChildStdin>, input: Input<'_>) -> Option<ChildStdin> {
    let mut stdin = stdin?;
    match input {
        Input::Empty => None,
        Input::Held(bytes) => {
            let _unless_it_ended = stdin.write_all(bytes);
            Some(stdin)
        }
        Input::Bytes(bytes) => {
            let bytes = bytes.to_owned();
            // In a thread, because the program may print before it has read everything.
            thread::spawn(move || {
                // Its exit status says more than an error here.
                let _unless_it_ended = stdin.write_all(&bytes);
            });
            None
        }
    }
}

/// A stream that a thread reads.
struct Stream {
    kept: Arc<Mutex<Vec<u8>>>,
    end: mpsc::Receiver<()>,
}

impl Stream {
    /// Returns what is kept of the stream, after its end or at this time.
    fn rest(self, until: Instant) -> Vec<u8> {
        // If another process holds the pipe, what came so far is all.
        let left = until.saturating_duration_since(Instant::now());
        let _unless_held = self.end.recv_timeout(left);
        let mut kept = lock(&self.kept);
        std::mem::take(&mut kept)
    }
}

fn read(
    pipe: Option<impl Read + Send + 'static>,
    printed: &Arc<AtomicUsize>,
    keep: usize,
) -> Stream {
    let (ended, end) = mpsc::channel();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let (all, printed) = (Arc::clone(&kept), Arc::clone(printed));
    thread::spawn(move || {
        let _ended = ended; // Dropped at the end, which `rest` awaits.
        let Some(mut pipe) = pipe else { return };
        let mut bytes = [0; 8192];
        // An error ends the output, as the end of the pipe does.
        while let Ok(length @ 1..) = pipe.read(&mut bytes) {
            printed.fetch_add(length, Relaxed);
            let mut all = lock(&all);
            let room = keep.saturating_sub(all.len()).min(length);
            all.extend_from_slice(&bytes[..room]);
        }
    });
    Stream { kept, end }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Enough for a script that ends by itself, also on a busy machine.
    const ENOUGH: Limits = Limits::time(Duration::from_secs(40));
    /// After its time limit, `run` must return within this. Both together are shorter than the time
    /// that a mutant has: `seconds` in `mutants.toml`.
    const LATE: Duration = Duration::from_secs(40);

    /// Runs a script. If `run` does not return, the test fails instead of hanging.
    #[track_caller]
    fn shell(script: &'static str, input: Input<'static>, limits: Limits) -> Finished {
        let (send, finished) = mpsc::channel();
        thread::spawn(move || {
            let finished = run(Command::new("sh").args(["-c", script]), input, limits);
            let _unless_late = send.send(finished);
        });
        let finished = finished.recv_timeout(limits.time + LATE);
        finished.expect("`run` returns").expect("a shell")
    }

    #[test]
    fn a_long_output_is_read_completely() {
        let script = "i=0; while [ $i -lt 20000 ]; do echo 12345678; echo 87654321 >&2; i=$((i+1)); done; exit 3";
        let finished = shell(script, Input::Empty, ENOUGH);
        assert_eq!(
            (
                finished.code(),
                finished.stdout.len(),
                finished.stderr.len()
            ),
            (Some(3), 180_000, 180_000)
        );
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_and_its_output_is_kept() {
        // On a busy machine a short limit may come before its first word.
        for millis in [200, 2_000, 20_000, 60_000] {
            let limits = Limits::time(Duration::from_millis(millis));
            let finished = shell("echo begun; exec sleep 1000", Input::Empty, limits);
            assert_eq!((finished.ended, finished.code()), (Ended::TooLong, None));
            if !finished.stdout.is_empty() {
                return assert_eq!(finished.stdout, b"begun\n");
            }
        }
        panic!("its output is not kept");
    }

    #[test]
    fn a_program_that_a_signal_ends_has_no_code() {
        let finished = shell("kill -KILL $$", Input::Empty, ENOUGH);
        assert!(matches!(finished.ended, Ended::Itself(_)));
        assert_eq!(finished.code(), None);
    }

    #[test]
    fn a_program_that_prints_too_much_is_killed_and_its_first_bytes_are_kept() {
        let limits = Limits {
            printed: 1 << 16,
            kept: 4,
            ..ENOUGH
        };
        for script in ["exec yes", "exec yes >&2"] {
            let finished = shell(script, Input::Empty, limits);
            assert_eq!(finished.ended, Ended::TooMuch, "{script}");
            let kept = [finished.stdout, finished.stderr].concat();
            assert_eq!(kept, b"y\ny\n", "{script}");
        }
        let finished = shell("head -c 100000 /dev/zero", Input::Empty, limits);
        assert_eq!(
            finished.ended,
            Ended::TooMuch,
            "it ended before it was noticed"
        );
    }

    #[test]
    fn a_program_reads_its_input_while_it_prints() {
        const INPUT: &[u8] = &[b'x'; 1 << 20];
        let finished = shell("exec cat", Input::Bytes(INPUT), ENOUGH);
        assert_eq!((finished.code(), &finished.stdout[..]), (Some(0), INPUT));
        let finished = shell("exec cat", Input::Empty, ENOUGH);
        assert_eq!((finished.code(), finished.stdout), (Some(0), vec![]));
    }

    #[test]
    fn a_held_input_stays_open() {
        let limits = Limits::time(Duration::from_millis(200));
        assert_eq!(
            shell("exec cat", Input::Held(b"a"), limits).ended,
            Ended::TooLong
        );
    }

    #[test]
    fn an_output_that_another_process_holds_is_not_awaited_for_ever() {
        let finished = shell("sleep 1000 & echo $!", Input::Empty, ENOUGH);
        let said = finished.stdout();
        let kill = |signal| {
            let mut kill = Command::new("kill");
            let kill = kill.args([signal, said.trim()]).stderr(Stdio::null());
            kill.status().expect("a command").success()
        };
        assert!(kill("-0"), "it was awaited: {said:?}");
        kill("-KILL");
        assert_eq!(finished.code(), Some(0));
    }
}
