//! Why a supervisor or a worker ends.

use std::{fmt, io};

/// Why a supervisor gives up.
#[derive(Debug)]
pub enum SuperviseError {
    /// The system gives it no runtime or no signals.
    Start(io::Error),
    /// A worker cannot be started.
    NoWorker(io::Error),
    /// Every worker died before it had served for a while.
    WorkersDie {
        /// How many, one after the other.
        deaths: u32,
        /// The end of the last one.
        how: String,
    },
    /// The threads that read what workers say are gone.
    NoThreads,
}

/// Why a worker cannot serve. `E` is why its check refused a snapshot.
#[derive(Debug)]
pub enum InheritError<E> {
    /// The connection to the supervisor broke.
    Broken(io::Error),
    /// The supervisor is gone.
    Gone,
    /// The supervisor sent no listening socket.
    NoListener,
    /// A snapshot cannot be read by this program.
    Snapshot(E),
}

impl fmt::Display for SuperviseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => write!(f, "cannot supervise a server: {error}"),
            Self::NoWorker(error) => write!(f, "cannot start a worker: {error}"),
            Self::WorkersDie { deaths, how } => write!(
                f,
                "{deaths} workers died in a row, the last one with {how}: giving up"
            ),
            Self::NoThreads => write!(f, "the supervisor lost its threads"),
        }
    }
}

impl<E: fmt::Display> fmt::Display for InheritError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(error) => error.fmt(f),
            Self::Gone => write!(f, "the supervisor is gone"),
            Self::NoListener => write!(f, "the supervisor sent no listener"),
            Self::Snapshot(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for SuperviseError {}
impl<E: fmt::Debug + fmt::Display> std::error::Error for InheritError<E> {}

/// The sentence that a program prints.
impl From<SuperviseError> for String {
    fn from(error: SuperviseError) -> Self {
        error.to_string()
    }
}

/// The sentence that a program prints.
impl<E: fmt::Display> From<InheritError<E>> for String {
    fn from(error: InheritError<E>) -> Self {
        error.to_string()
    }
}
