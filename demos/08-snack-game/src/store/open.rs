//! Opens the database with the scores, or says why it cannot be opened.

use crate::sync::lock;
use redb::{Database, DatabaseError, StorageError};
use std::{
    fmt, fs, io, panic,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

/// Why scores cannot be opened, read or written. Displayed, it is a sentence for the user.
#[derive(Debug)]
pub enum StoreError {
    /// The user has no data folder.
    NoFolder,
    /// Another process has the database open.
    InUse {
        /// The database.
        file: PathBuf,
    },
    /// Nothing can be written there.
    NotWritable {
        /// The folder, or the database in it.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The database is damaged. It is left as it is.
    Damaged {
        /// The database.
        file: PathBuf,
        /// How.
        why: String,
    },
    /// Reading or writing failed.
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    pub(super) fn damaged(file: &Path, why: &dyn fmt::Display) -> Self {
        Self::Damaged {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }

    pub(super) fn not_writable(path: &Path, error: io::Error) -> Self {
        Self::NotWritable {
            path: path.to_owned(),
            error,
        }
    }

    pub(super) fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFolder => {
                f.write_str("you have no data folder to keep scores in. Name one with --data")
            }
            Self::InUse { file } => write!(
                f,
                "the scores in {} are in use by another server. End it, or name another folder with --data",
                file.display()
            ),
            Self::NotWritable { path, error } => write!(
                f,
                "cannot keep scores in {}: {error}. Name another folder with --data",
                path.display()
            ),
            Self::Damaged { file, why } => write!(
                f,
                "the scores in {} cannot be read ({why}); they were left as they are. \
                 Move the file away to start with an empty leaderboard, or name another folder with --data",
                file.display()
            ),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StoreError {}

/// Opens the database when the process starts. redb panics on a truncated file: the panic is
/// caught, and its message is not printed, because it would not help the user.
pub(super) fn open_at_start(file: &Path) -> Result<Database, StoreError> {
    // In tests a process has several servers. Without the lock, one could save the silent hook of
    // another and put it back later.
    static HOOK: Mutex<()> = Mutex::new(());
    let _only_one = lock(&HOOK);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let opened = open(file);
    panic::set_hook(hook);
    check(file, opened)
}

/// The result of opening a database, which may be a panic.
pub(super) type Opened = thread::Result<Result<Database, DatabaseError>>;

/// Opens the database, or creates it if there is no file.
pub(super) fn open(file: &Path) -> Opened {
    panic::catch_unwind(|| match file.exists() {
        true => Database::open(file),
        false => Database::create(file),
    })
}

/// Turns a result of [`open`] into an error for the user.
pub(super) fn check(file: &Path, opened: Opened) -> Result<Database, StoreError> {
    match opened {
        Ok(Ok(database)) => Ok(database),
        Ok(Err(DatabaseError::DatabaseAlreadyOpen)) => Err(StoreError::InUse {
            file: file.to_owned(),
        }),
        Ok(Err(DatabaseError::Storage(StorageError::Io(error))))
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::StorageFull
            ) =>
        {
            Err(StoreError::not_writable(file, error))
        }
        Ok(Err(error)) => Err(StoreError::damaged(file, &error)),
        Err(_panic) => Err(StoreError::damaged(file, &"it makes no sense")),
    }
}

/// Checks that files can be written in the folder, before a player has won anything.
pub(super) fn check_writable(folder: &Path) -> io::Result<()> {
    let probe = folder.join(".snack-rush-probe");
    fs::write(&probe, b"")?;
    fs::remove_file(probe)
}

/// The folder for scores and rounds unless `--data` names one: `snack-rush` in the user's data
/// folder.
///
/// # Errors
/// The user has no data folder.
pub fn default_folder() -> Result<PathBuf, StoreError> {
    let from = |name: &str| {
        std::env::var_os(name)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    let base = if cfg!(windows) {
        from("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        let named = from("XDG_DATA_HOME").filter(|path| path.is_absolute());
        named.or_else(|| from("HOME").map(|home| home.join(".local").join("share")))
    };
    Ok(base.ok_or(StoreError::NoFolder)?.join("snack-rush"))
}
