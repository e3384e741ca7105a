//! Why a command fails.

use crate::machine::{Cause, MachineError};
use crate::saved::{Restore, Unusable};
use std::path::PathBuf;
use std::{fmt, io};

/// Why a command line is not understood.
#[derive(Debug)]
pub(crate) enum ArgumentsError {
    /// An option that does not exist, or an argument where none may be.
    Unexpected(lexopt::Error),
    /// `--in` without a folder.
    NoFolder,
    /// `reset` without a name.
    NoName,
    NoCommand {
        said: String,
        guess: Option<&'static str>,
    },
    TooMany(String),
    /// `--anyway` without `solution`.
    NoSolution,
    /// `--web` without `break`.
    NoBreak,
}

/// Why the exercises, or one of them, cannot be found.
#[derive(Debug)]
pub(crate) enum SetError {
    /// The folder cannot be read.
    NoFolder { here: PathBuf, error: io::Error },
    /// The folder holds no exercise.
    Empty { folder: PathBuf },
    /// No exercise has this number.
    NoNumber(u32),
    /// No exercise has a name like this.
    NoName { said: String, guess: Option<String> },
    /// Two exercises, or more.
    Ambiguous {
        said: String,
        first: String,
        last: String,
    },
}

/// Why a file of an exercise or of the learner's cannot be used.
#[derive(Debug)]
pub(crate) enum FileError {
    Read {
        file: String,
        error: io::Error,
    },
    Write {
        file: String,
        error: io::Error,
    },
    /// An answer that is no text.
    Answer {
        exercise: String,
        file: String,
        why: Unusable,
    },
    /// The progress cannot be written as TOML.
    Progress(toml::ser::Error),
}

/// Why there are no libraries to build an answer with.
#[derive(Debug)]
pub(crate) enum LibrariesError {
    /// Cargo, or the compiler that it started.
    Machine(MachineError),
    /// Cargo does not name this library.
    Missing(&'static str),
}

/// Why there is no verdict on an answer.
#[derive(Debug)]
pub(crate) enum TrialError {
    /// The answer, or a file of its exercise, cannot be read.
    File(FileError),
    Libraries(LibrariesError),
    NoFolder {
        folder: PathBuf,
        error: io::Error,
    },
    /// The compiler itself failed.
    Machine(MachineError),
    /// The answer's program could not write its report.
    NoReport {
        folder: PathBuf,
    },
    /// The compiler was stopped.
    CompilerHangs {
        answer: String,
    },
    NoStart(io::Error),
    NoSeal(getrandom::Error),
}

/// Why a scenario cannot be played any further.
#[derive(Debug)]
pub(crate) enum PlayError {
    /// The program worked for too long, or waits for ever.
    Hangs,
    /// The program has ended, or has printed too much.
    Ended,
    /// The exercise has no scenario to play.
    NoScenario,
}

impl fmt::Display for PlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hangs => {
                "the program did not come to its next step, and was stopped: a loop in it waits \
                 for nothing that the judge sees"
            }
            Self::Ended => "the program has ended before its next step",
            Self::NoScenario => "this exercise has no scenario that can be played",
        })
    }
}

impl fmt::Display for ArgumentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected(error) => write!(f, "{error}; see --help"),
            Self::NoFolder => write!(f, "--in needs a folder"),
            Self::NoName => write!(
                f,
                "reset needs the name of an exercise; `list` shows them all"
            ),
            Self::NoCommand { said, guess } => {
                write!(f, "there is no command {said:?}.")?;
                if let Some(guess) = guess {
                    write!(f, " Did you mean {guess}?")?;
                }
                write!(f, " See --help")
            }
            Self::TooMany(said) => write!(f, "{said:?} is one argument too many; see --help"),
            Self::NoBreak => write!(f, "--web works only with `break`"),
            Self::NoSolution => write!(f, "--anyway works only with `solution`"),
        }
    }
}

impl From<lexopt::Error> for ArgumentsError {
    fn from(error: lexopt::Error) -> Self {
        Self::Unexpected(error)
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFolder { here, error } => {
                write!(f, "there are no exercises in {}: {error}", here.display())
            }
            Self::Empty { folder } => write!(f, "there are no exercises in {}", folder.display()),
            Self::NoNumber(number) => {
                write!(f, "there is no exercise {number}; `list` shows them all")
            }
            Self::NoName { said, guess } => {
                write!(f, "there is no exercise {said:?}.")?;
                if let Some(guess) = guess {
                    write!(f, " Did you mean {guess}?")?;
                }
                write!(f, " `list` shows them all")
            }
            Self::Ambiguous { said, first, last } => write!(
                f,
                "{said:?} may be {first} or {last}; please type more of the name"
            ),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { file, error } => write!(f, "{file} cannot be read: {error}"),
            Self::Write { file, error } => write!(f, "{file} cannot be written: {error}"),
            Self::Answer {
                exercise,
                file,
                why,
            } => write!(f, "{file} {why}. {}", Restore(exercise)),
            Self::Progress(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for LibrariesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine(error) => error.fmt(f),
            Self::Missing(name) => write!(f, "cargo built no library {name}"),
        }
    }
}

impl fmt::Display for TrialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Libraries(error) => error.fmt(f),
            Self::NoFolder { folder, error } => {
                let advice = Cause::ReadOnly.advice();
                let folder = folder.display();
                write!(
                    f,
                    "the folder {folder} cannot be created: {error}. {advice}"
                )
            }
            Self::Machine(error) => error.fmt(f),
            Self::NoReport { folder } => write!(
                f,
                "the verdict cannot be written into {}. {}",
                folder.display(),
                Cause::DiskFull.advice()
            ),
            Self::CompilerHangs { answer } => {
                write!(f, "the compiler did not finish with {answer}")
            }
            Self::NoStart(error) => {
                let advice = Cause::ReadOnly.advice();
                write!(
                    f,
                    "the answer was built and cannot be started: {error}. {advice}"
                )
            }
            Self::NoSeal(error) => write!(f, "the system gives no random numbers: {error}"),
        }
    }
}

impl From<FileError> for TrialError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<LibrariesError> for TrialError {
    fn from(error: LibrariesError) -> Self {
        Self::Libraries(error)
    }
}

impl From<MachineError> for TrialError {
    fn from(error: MachineError) -> Self {
        Self::Machine(error)
    }
}

impl From<MachineError> for LibrariesError {
    fn from(error: MachineError) -> Self {
        Self::Machine(error)
    }
}

/// The sentence that `main` prints.
macro_rules! printed {
    ($($error:ty)*) => {$(
        impl std::error::Error for $error {}
        impl From<$error> for String {
            fn from(error: $error) -> Self {
                error.to_string()
            }
        }
    )*};
}

printed!(ArgumentsError SetError FileError LibrariesError TrialError MachineError PlayError);
