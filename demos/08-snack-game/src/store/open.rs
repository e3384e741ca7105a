//! The file with the scores, and the folder that it is in: opened, or a sentence for whoever
//! started the server.

use crate::sync::lock;
use redb::{Database, DatabaseError, StorageError};
use std::{
    fs, io, panic,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

/// Opens the scores before there is anything else in this process. A file that was cut off makes
/// redb panic: that is caught, and what the panic would print is no help to whoever started a
/// server.
pub(super) fn open_first(file: &Path) -> Result<Database, String> {
    // In tests a process has several servers: another one may be here, and its silence must not be
    // taken for the hook that is put back.
    static SILENCE: Mutex<()> = Mutex::new(());
    let _silence = lock(&SILENCE);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let opened = opening(file);
    panic::set_hook(hook);
    whole(file, opened)
}

/// What came of opening a file, which may be a panic.
pub(super) type Opened = thread::Result<Result<Database, DatabaseError>>;

/// Opens what is there, or begins anew where there is nothing.
pub(super) fn opening(file: &Path) -> Opened {
    panic::catch_unwind(|| match file.exists() {
        true => Database::open(file),
        false => Database::create(file),
    })
}

/// The scores in it, or a sentence.
pub(super) fn whole(file: &Path, opened: Opened) -> Result<Database, String> {
    let shown = file.display();
    match opened {
        Ok(Ok(database)) => Ok(database),
        Ok(Err(DatabaseError::DatabaseAlreadyOpen)) => Err(format!(
            "the scores in {shown} are in use by another server. End it, or name another folder with --data"
        )),
        Ok(Err(DatabaseError::Storage(StorageError::Io(error))))
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::StorageFull
            ) =>
        {
            Err(format!(
                "cannot keep scores in {shown}: {error}. Name another folder with --data"
            ))
        }
        Ok(Err(error)) => Err(damaged(file, &error)),
        Err(_panic) => Err(damaged(file, &"it makes no sense")),
    }
}

pub(super) fn damaged(file: &Path, error: &dyn std::fmt::Display) -> String {
    format!(
        "the scores in {} cannot be read ({error}); they were left as they are. \
         Move the file away to begin anew, or name another folder with --data",
        file.display()
    )
}

/// Whether something can be written there, found out before anybody has won anything.
pub(super) fn writable(folder: &Path) -> io::Result<()> {
    let probe = folder.join(".snack-rush-probe");
    fs::write(&probe, b"")?;
    fs::remove_file(probe)
}

/// Where scores are kept, unless told otherwise: the user's own folder for such things.
///
/// # Errors
/// There is none.
pub fn default_folder() -> Result<PathBuf, String> {
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
        let told = from("XDG_DATA_HOME").filter(|path| path.is_absolute());
        told.or_else(|| from("HOME").map(|home| home.join(".local").join("share")))
    };
    let base =
        base.ok_or("there is no folder of your own to keep scores in. Name one with --data")?;
    Ok(base.join("snack-rush"))
}
