//! Builds and runs answers: with `rustc` itself, against libraries that cargo built before. A warm
//! build of an answer takes a quarter of a second; as a package of its own it would take a second.

use crate::bounded::{self, Ended, Limit};
use crate::rules;
use crate::set::{Exercise, Set};
use crate::verdict::Verdict;
use judge::{Answer, Ruling};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

/// The crates that an answer may name, and the paths of their libraries.
type Libraries = BTreeMap<String, PathBuf>;

/// Limits on the compiler, also on a busy machine.
const BUILD: Limit = Limit {
    time: Duration::from_secs(120),
    said: usize::MAX,
    kept: 1 << 20,
};
/// Limits on an answer. A verdict takes milliseconds, and a hang is a verdict too.
const TRIAL: Limit = Limit {
    time: Duration::from_secs(10),
    said: 1 << 20,
    kept: 1 << 12,
};

/// Longer than a compiler and an answer may take together.
const LEFT_BEHIND: Duration = Duration::from_secs(600);

/// The libraries that every answer is built with, and a folder for the results.
#[derive(Debug)]
pub(crate) struct Workshop {
    externs: Libraries,
    deps: PathBuf,
    scratch: PathBuf,
}

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

impl Workshop {
    /// Lets cargo build the libraries, or uses those that it built together with this program.
    pub(crate) fn open(root: &Path) -> Result<Workshop, String> {
        let kept = Kept::beside_us();
        let libraries = kept.as_ref().and_then(Kept::read);
        let externs = match libraries {
            Some(libraries) => libraries,
            None => {
                let libraries = libraries_of(root)?;
                if let Some(kept) = kept {
                    kept.write(&libraries);
                }
                libraries
            }
        };
        // External crates stay in `deps`, where the linker finds the rest.
        let tokio = externs.get("tokio").expect("one of three");
        let deps = tokio.parent().expect("a file lies in a folder").to_owned();
        let target = deps
            .parent()
            .and_then(Path::parent)
            .expect("target/debug/deps");
        let all = target.join("learn");
        sweep(&all);
        let scratch = all.join(std::process::id().to_string());
        Ok(Workshop {
            externs,
            deps,
            scratch,
        })
    }

    /// Builds the answer and lets its judge try it.
    pub(crate) fn try_answer(
        &self,
        set: &Set,
        trial: &Trial<'_>,
        look: Look,
    ) -> Result<Verdict, String> {
        static TRIALS: AtomicUsize = AtomicUsize::new(0);
        let text = set.read(&trial.answer)?;
        let unsolved = set.read(&trial.exercise.file("unsolved.rs"))?;
        if let Some(broken) = rules::broken(&Answer::new(&text), &Answer::new(&unsolved)) {
            return Ok(Verdict::cheats(&trial.answer, broken));
        }
        let number = TRIALS.fetch_add(1, Relaxed);
        // Each time: while the learner was editing, another runner may have swept the folder.
        fs::create_dir_all(&self.scratch)
            .map_err(|error| format!("{} cannot be created: {error}", self.scratch.display()))?;
        let program = Gone(
            self.scratch
                .join(format!("answer-{number}{}", env::consts::EXE_SUFFIX)),
        );
        if let Some(verdict) = self.build(set, trial, look, &program.0)? {
            return Ok(verdict);
        }
        let report = Gone(self.scratch.join(format!("report-{number}.jsonl")));
        let mut command = Command::new(&program.0);
        command
            .arg(&trial.answer)
            .arg(&report.0)
            .arg(look.columns.to_string())
            .current_dir(&set.here)
            .env_remove("RUST_BACKTRACE")
            .env_remove("CARGO_MANIFEST_DIR");
        let ended = bounded::run(&mut command, "", true, TRIAL)
            .map_err(|error| format!("the answer was built and cannot be started: {error}"))?;
        let report = fs::read_to_string(&report.0).unwrap_or_default();
        let last = report
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .next_back();
        Ok(verdict(ended, last))
    }

    /// Builds an answer. Returns `None` if it is built, or else the verdict.
    fn build(
        &self,
        set: &Set,
        trial: &Trial<'_>,
        look: Look,
        program: &Path,
    ) -> Result<Option<Verdict>, String> {
        let main = format!(
            "#[path = {:?}] mod exercise;\n#[path = {:?}] mod bench;\nfn main() {{ ::judge::main(bench::judge) }}\n",
            trial.answer,
            trial.exercise.file("judge.rs"),
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
            .arg(format!("dependency={}", self.deps.display()));
        if look.colour {
            rustc.arg("--json=diagnostic-rendered-ansi");
        }
        for (name, library) in &self.externs {
            rustc
                .arg("--extern")
                .arg(format!("{name}={}", library.display()));
        }
        rustc.arg("-o").arg(program).arg("-").current_dir(&set.here);
        let ended = bounded::run(&mut rustc, &main, false, BUILD)
            .map_err(|error| format!("rustc cannot be started: {error}"))?;
        match ended {
            Ended::Itself { code: Some(0), .. } => Ok(None),
            Ended::Itself { stderr, .. } => Ok(Some(Verdict::does_not_compile(
                &errors(&stderr),
                &trial.answer,
            ))),
            Ended::TooLong { .. } | Ended::TooMuch { .. } => {
                Err(format!("the compiler did not finish with {}", trial.answer))
            }
        }
    }
}

/// Removes folders that runners left behind when they were ended with Ctrl-C. No runner uses a
/// folder for as long as this.
fn sweep(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let is_old = entry
            .metadata()
            .ok()
            .filter(fs::Metadata::is_dir)
            .and_then(|data| data.modified().ok()?.elapsed().ok())
            .is_some_and(|age| age > LEFT_BEHIND);
        if is_old {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes the results together with the runner.
impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.scratch);
    }
}

/// A file that is removed when this is dropped.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Asks cargo for the libraries; it builds them if necessary.
fn libraries_of(root: &Path) -> Result<Libraries, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--offline",
            "--quiet",
            "--package",
            "judge",
            "--package",
            "learn",
            "--lib",
        ])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !output.status.success() {
        return Err("the judge itself does not compile; the errors are above".into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut libraries = Libraries::new();
    for name in ["judge", "lanes", "tokio"] {
        let library = text
            .lines()
            .filter_map(|line| library(line, name))
            .next_back();
        libraries.insert(
            name.to_owned(),
            library.ok_or(format!("cargo built no library {name}"))?,
        );
    }
    Ok(libraries)
}

/// The paths that cargo reported. Cargo builds the libraries whenever it builds this program, so
/// the paths hold until this program changes: that saves a quarter of a second, and waiting for
/// cargo's lock.
struct Kept {
    file: PathBuf,
    /// Which build of this program they belong to.
    program: String,
}

#[derive(Serialize, Deserialize)]
struct Note {
    program: String,
    libraries: Libraries,
}

impl Kept {
    fn beside_us() -> Option<Kept> {
        let us = env::current_exe().ok()?;
        let changed = us.metadata().ok()?.modified().ok()?;
        let since = changed.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let folder = us.parent()?.parent()?.join("learn");
        Some(Kept {
            file: folder.join("libraries.json"),
            program: format!("{} {}", us.display(), since.as_nanos()),
        })
    }

    fn read(&self) -> Option<Libraries> {
        let text = fs::read_to_string(&self.file).ok()?;
        let note: Note = serde_json::from_str(&text).ok()?;
        let is_there =
            note.program == self.program && note.libraries.values().all(|file| file.is_file());
        is_there.then_some(note.libraries)
    }

    /// An error only means that cargo is asked again next time.
    fn write(&self, libraries: &Libraries) {
        let (program, libraries) = (self.program.clone(), libraries.clone());
        let Ok(text) = serde_json::to_string(&Note { program, libraries }) else {
            return;
        };
        let beside = self.file.with_extension(std::process::id().to_string());
        let written = self.file.parent().map(fs::create_dir_all).transpose();
        if written.is_ok() && fs::write(&beside, text).is_ok() {
            let _ = fs::rename(&beside, &self.file);
        }
    }
}

/// Returns the library of this name, if this line of cargo's output reports it.
fn library(line: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let target = &message["target"];
    let is_it = message["reason"] == "compiler-artifact"
        && target["name"] == name
        && target["kind"].as_array()?.iter().any(|kind| kind == "lib");
    let files = message["filenames"].as_array().filter(|_| is_it)?;
    files
        .iter()
        .filter_map(Value::as_str)
        .find(|file| file.ends_with(".rlib"))
        .map(PathBuf::from)
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
    let errors =
        messages.filter(|message| message["level"] == "error" && !message["spans"].is_null());
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

fn verdict(ended: Ended, last: Option<Ruling>) -> Verdict {
    let looking_at = match &last {
        Some(Ruling::Looking { promise }) => promise.clone(),
        _ => String::new(),
    };
    match (ended, last) {
        (Ended::TooLong { stdout }, _) => Verdict::hangs(looking_at, TRIAL.time).saying(stdout),
        (Ended::TooMuch { stdout }, _) => Verdict::runaway(looking_at, TRIAL.said).saying(stdout),
        (
            Ended::Itself { stdout, stderr, .. },
            Some(ruling @ (Ruling::Green { .. } | Ruling::Red { .. })),
        ) => Verdict::of(ruling).saying(stdout + &stderr),
        (
            Ended::Itself {
                code,
                stdout,
                stderr,
            },
            _,
        ) => Verdict::died(looking_at, code, &stderr).saying(stdout),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_an_error_are_found_in_paths_with_backslashes() {
        let line = r#"{"level":"error","rendered":"no","spans":[{"is_primary":true,"file_name":"exercises\\01_lock_order\\exercise.rs"}]}"#;
        assert_eq!(
            errors(line)[0].files,
            ["exercises/01_lock_order/exercise.rs"]
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
