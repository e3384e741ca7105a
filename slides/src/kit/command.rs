//! Runs `git` and `cargo`, each with a time limit.

use super::error::KitError;
use std::{
    env,
    io::{self, Read, Write},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

const POLL: Duration = Duration::from_millis(5);

/// Variables that make git use another repository than the one in its folder. A git hook sets them.
const GIT: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
];

/// `git` in this folder, without variables that lead it to another repository, and without
/// questions to the user.
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
/// The program cannot be started, fails, or runs longer than `limit` and is killed.
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
            // If the program ends early, its standard error says why.
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
        let errors = err.join().unwrap_or_default();
        match status {
            Ok(Some(status)) if status.success() => Ok(out),
            Ok(Some(status)) => Err(failed(
                reason(&errors).unwrap_or_else(|| status.to_string()),
            )),
            Ok(None) => Err(failed(format!(
                "still running after {limit:?}, so it was stopped"
            ))),
            Err(error) => Err(failed(error.to_string())),
        }
    })
}

/// Runs a program without input, and returns its output as trimmed text.
pub(super) fn line(command: &mut Command, limit: Duration) -> Result<String, KitError> {
    let bytes = output(command, b"", limit)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn all(from: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // After an error, what was read before it is kept.
    let _unless_it_fails = from.map(|mut from| from.read_to_end(&mut bytes));
    bytes
}

/// The last line of standard error: there git and cargo name the cause.
fn reason(errors: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(errors);
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(line.trim().to_owned())
}

/// The program and its subcommand, for a message.
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
