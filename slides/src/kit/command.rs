//! Runs `git` and `cargo`, each with a time limit.

use super::error::KitError;
use crate::demo::cargo;
use limited::{Ended, Finished, Input, Limits};
use std::{path::Path, process::Command, time::Duration};

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
    let mut command = Command::new(cargo::program());
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
    let why = match limited::run(command, Input::Bytes(input), Limits::time(limit)) {
        Ok(finished) => match finished.ended {
            Ended::Itself(status) if status.success() => return Ok(finished.stdout),
            // Its last line of standard error names the cause.
            Ended::Itself(status) => last_line(&finished).unwrap_or_else(|| status.to_string()),
            Ended::TooLong | Ended::TooMuch => {
                format!("still running after {limit:?}, so it was stopped")
            }
        },
        Err(error) => error.to_string(),
    };
    Err(KitError::Program(named(command), why))
}

/// Runs a program without input, and returns its output as trimmed text.
pub(super) fn line(command: &mut Command, limit: Duration) -> Result<String, KitError> {
    let bytes = output(command, b"", limit)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn last_line(finished: &Finished) -> Option<String> {
    let text = finished.stderr();
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
