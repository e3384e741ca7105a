//! Compiles an answer with `rustc` itself, against libraries that cargo built before. That takes a
//! quarter of a second; as a package of its own an answer would take a second.

use crate::error::TrialError;
use crate::libraries::Libraries;
use crate::set::{Exercise, Set};
use crate::signatures;
use limited::{Ended, Input, Limits};
use serde_json::Value;
use std::env;
use std::path::Path;
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

/// The files that an answer is built from, relative to [`Set::here`].
#[derive(Clone, Debug)]
pub(crate) struct Trial<'a> {
    pub(crate) exercise: &'a Exercise,
    pub(crate) answer: String,
}

/// Compiles an answer and its judge to `program`. Returns the compiler's errors, or `None` if there
/// are none.
pub(crate) fn compile(
    libraries: &Libraries,
    set: &Set,
    trial: &Trial<'_>,
    look: Look,
    program: &Path,
) -> Result<Option<Vec<CompilerError>>, TrialError> {
    let unsolved = set.read(&trial.exercise.file("unsolved.rs"))?;
    let main = format!(
        "#[path = {:?}] mod exercise;\n#[path = {:?}] mod bench;\nfn main() {{ ::judge::main(bench::judge) }}\n{}",
        trial.answer,
        trial.exercise.file("judge.rs"),
        signatures::module(&unsolved),
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
        ])
        .args(["-C", "debuginfo=0", "-C", "strip=debuginfo"])
        .arg(format!("--diagnostic-width={}", look.columns))
        .arg("--error-format=json")
        .arg("-L")
        .arg(format!("dependency={}", libraries.deps.display()));
    if look.colour {
        rustc.arg("--json=diagnostic-rendered-ansi");
    }
    for (name, library) in &libraries.externs {
        rustc
            .arg("--extern")
            .arg(format!("{name}={}", library.display()));
    }
    rustc.arg("-o").arg(program).arg("-").current_dir(&set.here);
    let finished = limited::run(&mut rustc, Input::Bytes(main.as_bytes()), BUILD)
        .map_err(TrialError::NoCompiler)?;
    match finished.ended {
        Ended::Itself(status) if status.success() => Ok(None),
        Ended::Itself(_) => Ok(Some(errors(&finished.stderr()))),
        Ended::TooLong | Ended::TooMuch => Err(TrialError::CompilerHangs {
            answer: trial.answer.clone(),
        }),
    }
}

/// A compiler error: its text, and the files that it is about.
#[derive(Debug)]
pub(crate) struct CompilerError {
    pub(crate) rendered: String,
    pub(crate) files: Vec<String>,
}

fn errors(stderr: &str) -> Vec<CompilerError> {
    let messages = stderr
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let is_summary = |message: &Value| {
        let text = message["message"].as_str().unwrap_or_default();
        text.starts_with("aborting due to ")
    };
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
    fn an_error_names_no_file_that_is_removed() {
        let rendered = "error[E0599]: no method\n  --> exercise.rs:27:31\n   = note: the full name for the type has been written to 'a.txt'\n   = note: consider using `--verbose` to print the full type name to the console\n";
        assert_eq!(
            without_long_types(rendered),
            "error[E0599]: no method\n  --> exercise.rs:27:31"
        );
    }
}
