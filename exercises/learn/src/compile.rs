//! Compiles an answer with `rustc` itself, against libraries that cargo built before. That takes a
//! quarter of a second; as a package of its own an answer would take a second.

use crate::error::TrialError;
use crate::libraries::Libraries;
use crate::machine::MachineError;
use crate::screen::plain;
use crate::signatures;
use crate::workbench::{Trial, Workbench};
use limited::{Ended, Input, Limits};
use serde_json::Value;
use std::env;
use std::process::Command;
use std::time::Duration;

/// Limits on the compiler, also on a busy machine.
const BUILD: Limits = Limits {
    time: Duration::from_secs(120),
    printed: usize::MAX,
    kept: 1 << 20,
};

/// How a verdict is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) columns: usize,
    pub(crate) colour: bool,
}

/// Compiles the answer and its judge that lie on this workbench; if it is warm, with what the
/// compiler remembers. Returns the compiler's errors;
/// none if there is a program.
pub(crate) fn compile(
    libraries: &Libraries,
    bench: &Workbench,
    is_warm: bool,
    trial: &Trial<'_>,
    unsolved: &str,
    look: Look,
) -> Result<Vec<CompilerError>, TrialError> {
    let main = format!(
        "#[path = {:?}] mod exercise;\n#[path = {:?}] mod bench;\nfn main() {{ ::judge::main(bench::judge) }}\n{}",
        trial.answer,
        trial.exercise.file("judge.rs"),
        signatures::module(unsolved),
    );
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args([
            "--edition",
            "2024",
            "--crate-name",
            "answer",
            "--crate-type",
            "bin",
            "--cap-lints",
            "allow",
            "--target",
            env!("LEARN_TARGET"),
        ])
        .args(["-C", "debuginfo=0", "-C", "strip=debuginfo"])
        .arg(format!("--diagnostic-width={}", look.columns))
        .arg("--error-format=json");
    if is_warm {
        // Of the answer and its judge, only what has changed is translated.
        let memory = format!("incremental={}", bench.memory.display());
        rustc.args(["-C", &memory]);
    }
    for folder in &libraries.folders {
        rustc
            .arg("-L")
            .arg(format!("dependency={}", folder.display()));
    }
    if look.colour {
        rustc.arg("--json=diagnostic-rendered-ansi");
    }
    for (name, library) in &libraries.externs {
        rustc
            .arg("--extern")
            .arg(format!("{name}={}", library.display()));
    }
    rustc
        .arg("-o")
        .arg(bench.program())
        .arg("-")
        .current_dir(&bench.folder)
        .env_remove("RUST_BACKTRACE");
    let finished = limited::run(&mut rustc, Input::Bytes(main.as_bytes()), BUILD)
        .map_err(|error| MachineError::no_start("rustc", rustc.get_program(), &error))?;
    match finished.ended {
        Ended::Itself(status) if status.success() => Ok(vec![]),
        Ended::Itself(status) => {
            let stderr = finished.stderr();
            let errors = errors(&stderr);
            // Only an error that names a line is about code.
            match errors.iter().any(CompilerError::is_about_code) {
                true => Ok(errors),
                false => Err(MachineError::ended("rustc", status, &words(&stderr)).into()),
            }
        }
        Ended::TooLong | Ended::TooMuch => Err(TrialError::CompilerHangs {
            answer: trial.answer.clone(),
        }),
    }
}

/// Returns what the compiler said: its messages as a reader sees them, and lines that are no
/// messages, such as rustup's.
fn words(stderr: &str) -> String {
    let said = stderr.lines().filter_map(|line| {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            return Some(line.to_owned());
        };
        let is_error = message["level"] == "error" && !is_summary(&message);
        let text = message["rendered"].as_str()?.trim_end();
        is_error.then(|| text.to_owned())
    });
    let said = plain(&said.collect::<Vec<_>>().join("\n"), false);
    // Behind hundreds of object files the linker's own words are out of sight.
    let is_command = |line: &&str| {
        let note = line.trim_start().strip_prefix("= note: ");
        note.is_some_and(|it| it.starts_with('"') || it.starts_with("some arguments are omitted"))
    };
    let lines: Vec<&str> = said.lines().filter(|line| !is_command(line)).collect();
    lines.join("\n")
}

/// A compiler error: its text, and the files that it is about.
#[derive(Debug)]
pub(crate) struct CompilerError {
    pub(crate) rendered: String,
    pub(crate) files: Vec<String>,
    /// Such as `E0308`; empty if it has none.
    pub(crate) code: String,
}

/// Errors about the libraries: they name the line that uses a library, and no line is wrong.
const OF_LIBRARIES: [&str; 6] = ["E0460", "E0461", "E0462", "E0463", "E0514", "E0786"];

impl CompilerError {
    fn is_about_code(&self) -> bool {
        !self.files.is_empty() && !OF_LIBRARIES.contains(&self.code.as_str())
    }
}

fn is_summary(message: &Value) -> bool {
    let text = message["message"].as_str().unwrap_or_default();
    text.starts_with("aborting due to ")
}

fn errors(stderr: &str) -> Vec<CompilerError> {
    let messages = stderr
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let errors = messages.filter(|message| {
        message["level"] == "error" && !message["spans"].is_null() && !is_summary(message)
    });
    errors
        .map(|error| {
            let spans = error["spans"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            CompilerError {
                rendered: without_long_types(error["rendered"].as_str().unwrap_or_default()),
                code: error["code"]["code"].as_str().unwrap_or_default().into(),
                files: spans
                    .iter()
                    .filter(|span| span["is_primary"] == true)
                    .filter_map(|span| Some(span["file_name"].as_str()?.replace('\\', "/")))
                    .collect(),
            }
        })
        .collect()
}

/// Removes lines about a type that was too long to print: rustc writes it to a temporary file,
/// which is gone before a learner can read it.
fn without_long_types(rendered: &str) -> String {
    let is_about_it = |line: &&str| {
        line.contains("the full name for the type has been written to")
            || line.contains("to print the full type name to the console")
    };
    let lines: Vec<&str> = rendered.lines().filter(|line| !is_about_it(line)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_an_error_are_found_in_paths_with_backslashes() {
        let line = r#"{"level":"error","rendered":"no","spans":[{"is_primary":true,"file_name":"exercises\\01_lock_order\\exercise.rs"}]}"#;
        let summary = r#"{"level":"error","message":"aborting due to 1 previous error","rendered":"","spans":[]}"#;
        let errors = errors(&format!("{line}\n{summary}"));
        assert_eq!(errors.len(), 1, "the summary is no error");
        assert_eq!(errors[0].files, ["exercises/01_lock_order/exercise.rs"]);
    }

    #[test]
    fn the_linkers_words_are_in_sight_and_without_colours() {
        let rendered = "\u{1b}[1m\u{1b}[91merror\u{1b}[0m: linking with `cc` failed: exit status: 1\n  \
                        |\n  = note: \"cc\" \"-m64\" \"<90 object files omitted>\"\n  = note: some \
                        arguments are omitted. use `--verbose` to show all linker arguments\n  = \
                        note: ld: cannot open output file answer: Permission denied\n";
        let message = serde_json::json!({ "level": "error", "message": "", "rendered": rendered });
        assert_eq!(
            words(&message.to_string()),
            "error: linking with `cc` failed: exit status: 1\n  |\n  = note: ld: cannot open output \
             file answer: Permission denied"
        );
    }

    #[test]
    fn an_error_names_no_file_that_is_removed() {
        let rendered = "error[E0599]: no method\n  --> exercise.rs:27:31\n   = note: the full name for the type has been written to 'a.txt'\n   = note: consider using `--verbose` to print the full type name to the console\n";
        assert_eq!(
            without_long_types(rendered),
            "error[E0599]: no method\n  --> exercise.rs:27:31"
        );
    }
}
