//! Other programs: `git` and `cargo`, each with a time limit.

use super::error::KitError;
use std::{
    env,
    io::{self, Read, Write},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Between two looks at whether a program has ended.
const POLL: Duration = Duration::from_millis(5);

/// What tells git to use another repository than the one in its folder. A git hook sets these.
const GIT: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
];

/// `git` in this folder, without what would lead it to another repository or make it ask a
/// question.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_TERMINAL_PROMPT", "0");
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    for variable in GIT {
        command.env_remove(variable);
    }
    command
}

/// `cargo` for the workspace in this folder.
pub(super) fn cargo(folder: &Path) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(folder).env("CARGO_TERM_COLOR", "never");
    command
}

/// Runs a program with `input`, and returns what it wrote on standard output.
///
/// # Errors
/// It cannot be started, runs longer than `limit` (it is killed then), or ends with another status
/// than 0.
pub(super) fn output(
    command: &mut Command,
    input: &[u8],
    limit: Duration,
) -> Result<Vec<u8>, KitError> {
    let named = named(command);
    let failed = |why: String| KitError::Program(named.clone(), why);
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| failed(error.to_string()))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let mut stdin = child.stdin.take();
    thread::scope(|scope| {
        let out = scope.spawn(move || all(out));
        let err = scope.spawn(move || all(err));
        scope.spawn(move || {
            // A program that ends early says why on standard error.
            let _unless_it_ended = stdin.as_mut().map(|stdin| stdin.write_all(input));
        });
        let until = Instant::now() + limit;
        let status: io::Result<Option<ExitStatus>> = loop {
            match child.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(POLL),
                Ok(None) => {
                    let _unless_it_ended = child.kill();
                    let _reaped = child.wait();
                    break Ok(None);
                }
                other => break other,
            }
        };
        let out = out.join().unwrap_or_default();
        let said = err.join().unwrap_or_default();
        match status {
            Ok(Some(status)) if status.success() => Ok(out),
            Ok(Some(status)) => Err(failed(reason(&said).unwrap_or_else(|| status.to_string()))),
            Ok(None) => Err(failed(format!("not done after {limit:?}"))),
            Err(error) => Err(failed(error.to_string())),
        }
    })
}

/// The same, with nothing to read, as a line of text.
pub(super) fn line(command: &mut Command, limit: Duration) -> Result<String, KitError> {
    let bytes = output(command, b"", limit)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn all(from: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read until an error is what there is.
    let _partly = from.map(|mut from| from.read_to_end(&mut bytes));
    bytes
}

/// The line of standard error that names the cause: git's and cargo's last one.
fn reason(said: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(said);
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(line.trim().to_owned())
}

/// The program and its first word that is not an option.
fn named(command: &Command) -> String {
    let words = command.get_args().map(|it| it.to_string_lossy());
    let verb = words.into_iter().find(|word| !word.starts_with('-'));
    let program = Path::new(command.get_program()).file_stem();
    let program = program.unwrap_or_default().to_string_lossy().into_owned();
    match verb {
        Some(verb) => format!("{program} {verb}"),
        None => program,
    }
}
