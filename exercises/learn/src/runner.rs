//! Compiles an answer, runs it with its judge in a process of its own, and turns the result into a
//! verdict.

use crate::compile::{Look, compile};
use crate::error::{LibrariesError, TrialError};
use crate::libraries::{self, Libraries};
use crate::rules::{self, Kind};
use crate::set::Set;
use crate::verdict::Verdict;
use crate::workbench::{MEMORY, Trial, Workbench};
use judge::{Answer, Ruling};
use limited::{Ended, Finished, Input, Limits};
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Limits on an answer and its judge. A hang is a verdict too: the judge ends itself when the
/// answer has worked for too long, so this limit is for a program that waits for ever, and for a
/// machine that is too busy.
const TRIAL: Limits = Limits {
    time: Duration::from_secs(60),
    printed: 1 << 20,
    kept: 1 << 12,
};

/// The age at which a runner's folder is abandoned: longer than a compiler and an answer may take
/// together.
const ABANDONED: Duration = Duration::from_secs(600);

/// The folder that stays, and the file that the runner who uses it has locked.
const WARM: &str = "warm";

/// Locks the folder that stays. `None` if another runner has it, or it cannot be written.
fn locked(all: &Path) -> Option<File> {
    fs::create_dir_all(all).ok()?;
    let file = all.join(format!("{WARM}.lock"));
    let lock = File::options().create(true).append(true).open(file).ok()?;
    lock.try_lock().ok()?;
    Some(lock)
}

/// Builds answers and lets their judges run them, in a folder of its own.
#[derive(Debug)]
pub(crate) struct Runner {
    libraries: Libraries,
    /// Where its folder is, and where it is if that cannot be made.
    scratch: [PathBuf; 2],
    /// Held while this runner uses the folder that stays: there the compiler builds the next answer
    /// in a third of the time. One runner at a time can.
    warm: Option<File>,
}

impl Runner {
    /// Opens the libraries, and removes the folders of earlier runners. If no other runner uses it,
    /// this one has the folder that stays.
    pub(crate) fn open(root: &Path) -> Result<Runner, LibrariesError> {
        let mut runner = Runner::cold(root)?;
        let all = runner.scratch[0].parent().map(Path::to_owned);
        if let Some(all) = all
            && let Some(lock) = locked(&all)
        {
            let warm = all.join(WARM);
            // What a runner left that was ended.
            for entry in fs::read_dir(&warm).into_iter().flatten().flatten() {
                if entry.file_name() != MEMORY {
                    let _unless_it_is_gone = fs::remove_dir_all(entry.path());
                }
            }
            runner.scratch[0] = warm;
            runner.warm = Some(lock);
        }
        Ok(runner)
    }

    /// Opens a runner for many answers, none of them twice.
    pub(crate) fn cold(root: &Path) -> Result<Runner, LibrariesError> {
        let libraries = Libraries::open(root)?;
        let temporary = env::temp_dir().join("learn");
        let all = [
            libraries::folder().unwrap_or_else(|| temporary.clone()),
            temporary,
        ];
        all.iter().for_each(|all| sweep(all));
        let scratch = all.map(|all| all.join(std::process::id().to_string()));
        Ok(Runner {
            libraries,
            scratch,
            warm: None,
        })
    }

    /// Builds the answer and lets its judge try it.
    pub(crate) fn try_answer(
        &self,
        set: &Set,
        trial: &Trial<'_>,
        look: Look,
    ) -> Result<Verdict, TrialError> {
        Ok(self.try_and_keep(set, trial, look)?.0)
    }

    /// The same; returns also the program, if there is one.
    pub(crate) fn try_and_keep(
        &self,
        set: &Set,
        trial: &Trial<'_>,
        look: Look,
    ) -> Result<(Verdict, Option<Program>), TrialError> {
        match self.build(set, trial, look)? {
            Built::Program(program) => {
                let verdict = self.judge(trial, look, &program)?;
                Ok((verdict, Some(program)))
            }
            Built::Refused(verdict) => Ok((verdict, None)),
        }
    }

    /// Builds the answer together with its judge.
    pub(crate) fn build(
        &self,
        set: &Set,
        trial: &Trial<'_>,
        look: Look,
    ) -> Result<Built, TrialError> {
        let unsolved = set.read(&trial.exercise.file("unsolved.rs"))?;
        let original = Answer::new(&unsolved);
        let (rules, kind) = (rules::broken(&trial.text, &original), Kind::of(&original));
        if let Ok(Some(broken)) = rules {
            return Ok(Built::Refused(Verdict::refuses(&trial.answer, broken)));
        }
        // Each time: while the learner was editing, another runner may have swept the folder.
        let scratch = self.scratch()?;
        let bench = Workbench::new(&scratch, set, trial)?;
        let is_warm = self.warm.is_some();
        let built = compile(&self.libraries, &bench, is_warm, trial, &unsolved, look);
        if built.is_err() {
            // Its memory may be a part of what is wrong.
            let _unless_there_is_none = fs::remove_dir_all(&bench.memory);
        }
        let errors = built?;
        if !errors.is_empty() {
            return Ok(Built::Refused(Verdict::does_not_compile(
                &errors,
                &trial.answer,
                kind,
            )));
        }
        // For code without its last bracket, the compiler's errors above are the better answer.
        if let Err(at) = rules {
            return Ok(Built::Refused(Verdict::refuses(
                &trial.answer,
                rules::unreadable(at),
            )));
        }
        Ok(Built::Program(Program(bench)))
    }

    fn judge(
        &self,
        trial: &Trial<'_>,
        look: Look,
        program: &Program,
    ) -> Result<Verdict, TrialError> {
        let bench = &program.0;
        let mut command = program.command(trial);
        command.arg(bench.report()).arg(look.columns.to_string());
        let seal = seal()?;
        let input = format!("{seal}\n");
        let finished = limited::run(&mut command, Input::Held(input.as_bytes()), TRIAL)
            .map_err(TrialError::NoStart)?;
        let report = fs::read_to_string(bench.report()).unwrap_or_default();
        let ruling = Ruling::read(&report, &seal);
        if finished.code() == Some(judge::NO_REPORT) {
            let folder = bench.folder.clone();
            return Err(TrialError::NoReport { folder });
        }
        Ok(verdict(&finished, ruling))
    }

    /// Makes this runner's folder: in cargo's target folder or, if that cannot be written, in the
    /// system's folder for temporary files.
    fn scratch(&self) -> Result<PathBuf, TrialError> {
        let [first, second] = &self.scratch;
        let Err(error) = fs::create_dir_all(first) else {
            return Ok(first.clone());
        };
        match fs::create_dir_all(second) {
            Ok(()) => Ok(second.clone()),
            Err(_) => Err(TrialError::NoFolder {
                folder: first.clone(),
                error,
            }),
        }
    }
}

/// The result of building an answer.
pub(crate) enum Built {
    Program(Program),
    /// It has no program: it does not compile, or breaks a rule.
    Refused(Verdict),
}

/// An answer and its judge, built; removed when this is dropped.
pub(crate) struct Program(Workbench);

impl Program {
    /// Returns a command that runs it, and names the answer.
    pub(crate) fn command(&self, trial: &Trial<'_>) -> Command {
        let mut command = Command::new(self.0.program());
        command
            .arg(&trial.answer)
            .current_dir(&self.0.folder)
            .env_remove("RUST_BACKTRACE")
            .env_remove("CARGO_MANIFEST_DIR");
        command
    }
}

/// Returns a word that no answer can guess.
pub(crate) fn seal() -> Result<String, TrialError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(TrialError::NoSeal)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
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
            .is_some_and(|age| age > ABANDONED);
        if is_old && entry.file_name() != WARM {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes the results together with the runner.
impl Drop for Runner {
    fn drop(&mut self) {
        let stays = |scratch: &&PathBuf| scratch.ends_with(WARM);
        for scratch in self.scratch.iter().filter(|scratch| !stays(scratch)) {
            let _unless_there_is_none = fs::remove_dir_all(scratch);
        }
    }
}

fn verdict(finished: &Finished, last: Option<Ruling>) -> Verdict {
    let promise = match &last {
        Some(Ruling::Looking { promise }) => promise.clone(),
        _ => String::new(),
    };
    let (stdout, stderr) = (finished.stdout(), finished.stderr());
    match (finished.ended, last) {
        (Ended::TooLong, _) => Verdict::hangs(promise, TRIAL.time, "").saying(stdout),
        (Ended::Itself(_), None | Some(Ruling::Looking { .. }))
            if finished.code() == Some(judge::OUT_OF_TIME) =>
        {
            Verdict::hangs(promise, judge::LIMIT, " of work").saying(stdout)
        }
        (Ended::TooMuch, _) => Verdict::runaway(promise, TRIAL.printed).saying(stdout),
        (Ended::Itself(_), Some(ruling @ (Ruling::Green { .. } | Ruling::Red { .. }))) => {
            Verdict::of(ruling).saying(stdout + &stderr)
        }
        (Ended::Itself(_), _) => Verdict::died(promise, finished.code(), &stderr).saying(stdout),
    }
}
