//! Where answers are built and tried: by `rustc` itself, against libraries that cargo built before. A warm build of an
//! answer takes a quarter of a second, where a package of its own would take one.

use crate::bounded::{self, Ended, Limit};
use crate::rules;
use crate::set::{Exercise, Set};
use crate::verdict::Verdict;
use judge::{Answer, Ruling};
use serde_json::Value;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

/// What a compiler may take, also on a busy machine.
const BUILD: Limit = Limit {
    time: Duration::from_secs(120),
    said: usize::MAX,
    kept: 1 << 20,
};
/// What an answer may take. A verdict is a matter of milliseconds; a hang is a verdict.
const TRIAL: Limit = Limit {
    time: Duration::from_secs(10),
    said: 1 << 20,
    kept: 1 << 12,
};

/// The libraries that every answer is built with, and a place for what is built.
#[derive(Debug)]
pub(crate) struct Workshop {
    externs: Vec<(String, PathBuf)>,
    deps: PathBuf,
    scratch: PathBuf,
}

/// How an answer looks to the one who reads its verdict.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) columns: usize,
    pub(crate) colour: bool,
}

/// What an answer is built from: files as seen from [`Set::here`].
#[derive(Clone, Debug)]
pub(crate) struct Trial<'a> {
    pub(crate) exercise: &'a Exercise,
    pub(crate) answer: String,
}

impl Workshop {
    /// Has cargo build the libraries, if they are not there yet.
    pub(crate) fn open(root: &Path) -> Result<Workshop, String> {
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
            return Err(
                "the judge itself does not build; what the compiler says stands above".into(),
            );
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let mut externs = vec![];
        for name in ["judge", "lanes", "tokio"] {
            let library = text
                .lines()
                .filter_map(|line| library(line, name))
                .next_back();
            externs.push((
                name.to_owned(),
                library.ok_or(format!("cargo built no library {name}"))?,
            ));
        }
        // External crates stay in `deps`, from where the linker takes the rest.
        let deps = externs[2]
            .1
            .parent()
            .expect("a file lies in a folder")
            .to_owned();
        let target = deps
            .parent()
            .and_then(Path::parent)
            .expect("target/debug/deps");
        let scratch = target.join("learn").join(std::process::id().to_string());
        fs::create_dir_all(&scratch)
            .map_err(|error| format!("{} cannot be made: {error}", scratch.display()))?;
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

    /// None: it is built.
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
            Ended::TooLong { .. } | Ended::TooMuch { .. } => Err(format!(
                "the compiler did not come to an end with {}",
                trial.answer
            )),
        }
    }
}

/// What is built is gone when the runner is.
impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.scratch);
    }
}

/// A file of ours that is not needed any more when this is dropped.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The library of this name, if cargo speaks of it in this line.
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

/// An error of the compiler: as it is read, and the files at fault.
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
                rendered: error["rendered"].as_str().unwrap_or_default().to_owned(),
                files: spans
                    .iter()
                    .filter(|span| span["is_primary"] == true)
                    .filter_map(|span| Some(span["file_name"].as_str()?.replace('\\', "/")))
                    .collect(),
            }
        })
        .collect()
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
