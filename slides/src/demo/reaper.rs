//! Between the stage and a demo stands a keeper: a process that ends the demo when the stage asks
//! for it, and also when there is no stage any more, however that came.
//!
//! The stage holds the other end of its standard input, and never writes. When that closes, the
//! demo is asked to end (its players are told why), and is made to after a while. Whatever it says
//! goes past its keeper.

use std::{
    env,
    ffi::OsString,
    io,
    path::PathBuf,
    process::{Child, Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The word that makes this very program a keeper.
pub(crate) const KEEP: &str = "--keep";

/// The exit code of a keeper whose program could not be started.
pub(crate) const CANNOT: i32 = 127;

/// A demo that was asked to end may say goodbye for so long.
pub(crate) const GOODBYE: Duration = Duration::from_secs(5);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// `wanted`, with a keeper before it. It has a process group of its own: a Ctrl-C in the terminal
/// is for the stage, and the stage ends its demos in order.
pub(crate) fn kept(wanted: &Command) -> Command {
    let mut keeper = Command::new(myself());
    keeper
        .arg(KEEP)
        .arg(wanted.get_program())
        .args(wanted.get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in wanted.get_envs() {
        match value {
            Some(value) => keeper.env(name, value),
            None => keeper.env_remove(name),
        };
    }
    if let Some(folder) = wanted.get_current_dir() {
        keeper.current_dir(folder);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
    keeper
}

/// This program, even if it was built anew since it began.
fn myself() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return running;
    }
    env::current_exe().unwrap_or_default()
}

/// Lets go of a demo: its keeper ends it. Says how it ended.
pub(crate) fn let_go(keeper: &mut Child) -> io::Result<ExitStatus> {
    drop(keeper.stdin.take());
    let asked = Instant::now();
    while asked.elapsed() < 2 * GOODBYE {
        if let Some(status) = keeper.try_wait()? {
            return Ok(status);
        }
        thread::sleep(LOOK);
    }
    // An error says that it has ended already.
    let _ = keeper.kill();
    keeper.wait()
}

/// A keeper's life: the first word is a program, the others are for it.
pub(crate) fn keep(mut words: impl Iterator<Item = OsString>) -> ExitCode {
    let program = words.next().unwrap_or_default();
    let mut child = match Command::new(&program)
        .args(words)
        .stdin(Stdio::null())
        .spawn()
    {
        Ok(child) => child,
        Err(error) => {
            eprintln!("{} cannot be started: {error}", program.display());
            return exit(CANNOT);
        }
    };
    let stage = thread::spawn(|| {
        // Nothing is ever written: this ends with the other end of the pipe.
        let _it_has_gone = io::copy(&mut io::stdin(), &mut io::sink());
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
                ask_to_end(&mut child);
                asked = Some(Instant::now());
            }
            Some(since) if since.elapsed() > GOODBYE => {
                // An error says that it has ended already.
                let _ = child.kill();
            }
            _ => {}
        }
        thread::sleep(LOOK);
    }
}

/// Politely, where there is a way to be polite. The child was not waited for yet, so its number is
/// its own.
fn ask_to_end(child: &mut Child) {
    let asked = cfg!(unix)
        && Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|it| it.success());
    if !asked {
        // An error says that it has ended already.
        let _ = child.kill();
    }
}

/// As a shell says it: 128 and more is a signal.
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
