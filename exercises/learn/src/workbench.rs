//! A folder for one trial.

use crate::error::{FileError, TrialError};
use crate::saved;
use crate::set::{Exercise, Set};
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// An answer as it was saved when its trial began.
#[derive(Clone, Debug)]
pub(crate) struct Trial<'a> {
    pub(crate) exercise: &'a Exercise,
    /// Its file, relative to [`Set::here`].
    pub(crate) answer: String,
    pub(crate) text: String,
}

impl<'a> Trial<'a> {
    /// Reads an answer to this exercise: the learner's, or another file.
    pub(crate) fn read(
        set: &Set,
        exercise: &'a Exercise,
        answer: String,
    ) -> Result<Trial<'a>, FileError> {
        let text = match answer == exercise.answer() {
            true => saved::read(&set.here.join(&answer)).map_err(|why| FileError::Answer {
                exercise: exercise.name.clone(),
                file: answer.clone(),
                why,
            })?,
            false => set.read(&answer)?,
        };
        Ok(Trial {
            exercise,
            answer,
            text,
        })
    }
}

/// Copies of an answer and its judge, in the places that they have in the repository. The compiler,
/// the judge and the drawing see these copies: an editor may write the answer meanwhile. Removed
/// when dropped.
#[derive(Debug)]
pub(crate) struct Workbench {
    pub(crate) folder: PathBuf,
    /// Where the compiler keeps what it knows from earlier trials in this folder.
    pub(crate) memory: PathBuf,
}

/// The folder, beside all workbenches, that stays.
pub(crate) const MEMORY: &str = "incremental";

impl Workbench {
    /// Makes a folder inside `scratch`: the first that is free for this exercise. So the next trial
    /// of an exercise has the same folder, and the compiler remembers what has not changed.
    pub(crate) fn new(
        scratch: &Path,
        set: &Set,
        trial: &Trial<'_>,
    ) -> Result<Workbench, TrialError> {
        let mut slot = 0;
        let (folder, memory) = loop {
            let name = format!("{}-{slot}", trial.exercise.name);
            let folder = scratch.join(&name);
            match fs::create_dir(&folder) {
                Ok(()) => break (folder, scratch.join(MEMORY).join(name)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => slot += 1,
                Err(error) => return Err(TrialError::NoFolder { folder, error }),
            }
        };
        let bench = Workbench { folder, memory };
        let judge = trial.exercise.file("judge.rs");
        bench.copy(&judge, &set.read(&judge)?)?;
        bench.copy(&trial.answer, &trial.text)?;
        Ok(bench)
    }

    fn copy(&self, file: &str, text: &str) -> Result<(), FileError> {
        let path = self.folder.join(file);
        let folder = path.parent().expect("a file lies in a folder");
        let copied = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
        copied.map_err(|error| FileError::Write {
            file: path.display().to_string(),
            error,
        })
    }

    /// Returns the path of the program that is built here.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder
            .join(format!("answer{}", env::consts::EXE_SUFFIX))
    }

    /// Returns the path of the judge's report.
    pub(crate) fn report(&self) -> PathBuf {
        self.folder.join("report.jsonl")
    }
}

impl Drop for Workbench {
    fn drop(&mut self) {
        let _the_next_runner_sweeps = fs::remove_dir_all(&self.folder);
    }
}
