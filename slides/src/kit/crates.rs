//! Finds the `.crate` files of a lock file in cargo's cache, and compares their checksums.

use super::{command, error::KitError, lockfile::Locked, text::sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long cargo may take to download the missing crates, about 30 MB.
const DOWNLOAD: Duration = Duration::from_secs(15 * 60);

/// A crate and the content of its file.
#[derive(Clone, Debug)]
pub(super) struct Crate {
    pub(super) locked: Locked,
    pub(super) bytes: Vec<u8>,
}

/// Returns the crates of a lock file, from cargo's cache.
///
/// # Errors
/// Crates are missing. The error has the names of all of them.
pub(super) fn cached(locked: &[Locked]) -> Result<Vec<Crate>, KitError> {
    find(&caches(&home()), locked)
}

/// Lets cargo download the missing crates of the workspace in `root`, for every system.
pub(super) fn fetch(root: &Path) -> Result<(), KitError> {
    let mut cargo = command::cargo(root);
    cargo.args(["fetch", "--locked", "--quiet"]);
    command::output(&mut cargo, b"", DOWNLOAD).map(|_| ())
}

/// The folder that cargo calls `CARGO_HOME`.
fn home() -> PathBuf {
    match env::var_os("CARGO_HOME") {
        Some(home) if !home.is_empty() => home.into(),
        _ => env::home_dir().unwrap_or_default().join(".cargo"),
    }
}

/// The folders below `CARGO_HOME` that hold `.crate` files, one for each registry.
fn caches(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.join("registry").join("cache"));
    let mut folders: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.sort();
    folders
}

/// Finds the crates in these folders. A file with another checksum counts as missing: its download
/// was cut off.
fn find(caches: &[PathBuf], locked: &[Locked]) -> Result<Vec<Crate>, KitError> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for locked in locked {
        let files = caches.iter().map(|cache| cache.join(locked.file()));
        let mut contents = files.filter_map(|file| fs::read(file).ok());
        match contents.find(|bytes| sha256(bytes) == locked.checksum) {
            Some(bytes) => found.push(Crate {
                locked: locked.clone(),
                bytes,
            }),
            None => missing.push(format!("{} {}", locked.name, locked.version)),
        }
    }
    match missing.is_empty() {
        true => Ok(found),
        false => Err(KitError::Missing(missing, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::scratch::Scratch, *};

    #[test]
    fn a_crate_is_found_only_with_its_checksum_and_missing_crates_are_named() {
        let scratch = Scratch::new(&env::temp_dir()).expect("a folder");
        let cache = scratch
            .path()
            .join("registry")
            .join("cache")
            .join("a-registry");
        fs::create_dir_all(&cache).expect("a folder");
        let locked = |name: &str| Locked {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            checksum: sha256(b"whole"),
        };
        let all = [locked("whole"), locked("cut"), locked("absent")];
        fs::write(cache.join("whole-1.0.0.crate"), "whole").expect("a file");
        fs::write(cache.join("cut-1.0.0.crate"), "who").expect("a file");
        match find(&caches(scratch.path()), &all) {
            Err(KitError::Missing(names, None)) => assert_eq!(names, ["cut 1.0.0", "absent 1.0.0"]),
            other => panic!("{other:?}"),
        }
        let found = find(&caches(scratch.path()), &all[..1]).expect("it is there");
        assert_eq!(found[0].bytes, b"whole");
    }
}
