//! A reaper: a small process between the stage and a demo, which ends the demo when the stage asks
//! for it, and also when the stage has died, for whatever cause.
//!
//! The stage holds the write end of the reaper's standard input and never writes to it. When that
//! end closes, the reaper asks the demo to end (so that its players get a Close frame), and kills
//! it after [`GRACE`]. The demo inherits standard output and standard error.

use std::{
    env,
    ffi::OsString,
    io,
    path::PathBuf,
    process::{Child, Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The first argument that makes this program a reaper.
pub(crate) const ARGUMENT: &str = "--keep";

/// The exit code of a reaper whose program could not be started.
pub(crate) const NOT_STARTED: i32 = 127;

/// How long a demo may take to shut down before it is killed.
const GRACE: Duration = Duration::from_secs(5);

const POLL: Duration = Duration::from_millis(20);

/// Returns the command that runs `program` below a reaper.
///
/// The reaper has a process group of its own, so that a Ctrl-C in the terminal reaches the stage
/// alone, which then shuts its demos down.
pub(crate) fn command(program: &Command) -> Command {
    let mut reaper = Command::new(myself());
    reaper
        .arg(ARGUMENT)
        .arg(program.get_program())
        .args(program.get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => reaper.env(name, value),
            None => reaper.env_remove(name),
        };
    }
    if let Some(folder) = program.get_current_dir() {
        reaper.current_dir(folder);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut reaper, 0);
    reaper
}

/// The path of this program. On Linux it stays valid if the file is rebuilt while the stage runs.
pub(crate) fn myself() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return running;
    }
    env::current_exe().unwrap_or_default()
}

/// Lets a reaper end its demo, waits for it, and returns its exit status.
pub(crate) fn stop(reaper: &mut Child) -> io::Result<ExitStatus> {
    drop(reaper.stdin.take());
    let asked = Instant::now();
    while asked.elapsed() < 2 * GRACE {
        if let Some(status) = reaper.try_wait()? {
            return Ok(status);
        }
        thread::sleep(POLL);
    }
    kill_with_demo(reaper);
    reaper.wait()
}

/// Kills a reaper that does not end its demo, and the demo, which would stay otherwise: they are a
/// process group. The reaper was not waited for yet, so its number cannot belong to another group.
fn kill_with_demo(reaper: &mut Child) {
    #[cfg(unix)]
    let _unless_it_ended = Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", reaper.id())])
        .stderr(Stdio::null())
        .status();
    let _unless_it_ended = reaper.kill();
}

/// The `main` of a reaper: the first word is the program, the others are its arguments.
pub(crate) fn main(mut words: impl Iterator<Item = OsString>) -> ExitCode {
    let program = words.next().unwrap_or_default();
    let mut child = match Command::new(&program)
        .args(words)
        .stdin(Stdio::null())
        .spawn()
    {
        Ok(child) => child,
        Err(error) => {
            output::err!("{} could not be started: {error}", program.display());
            return exit(NOT_STARTED);
        }
    };
    let stage = thread::spawn(|| {
        // The stage never writes, so this returns when the stage closes its end or dies.
        let _closed = io::copy(&mut io::stdin(), &mut io::sink());
    });
    let mut asked: Option<Instant> = None;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return exit(code(status)),
            Ok(None) => {}
            Err(_) => return ExitCode::FAILURE,
        }
        match asked {
            None if stage.is_finished() => {
                terminate(&mut child);
                asked = Some(Instant::now());
            }
            Some(since) if since.elapsed() > GRACE => {
                let _unless_it_ended = child.kill();
            }
            _ => {}
        }
        thread::sleep(POLL);
    }
}

/// Sends SIGTERM, or kills the child where there are no signals. The child was not waited for yet,
/// so its process number cannot belong to another process.
fn terminate(child: &mut Child) {
    let asked = cfg!(unix)
        && Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|it| it.success());
    if !asked {
        let _unless_it_ended = child.kill();
    }
}

/// The exit code as a shell has it: 128 and the number of the signal, if a signal ended the child.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}

fn exit(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
