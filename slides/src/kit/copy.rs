//! A copy of a commit and of its crates. Every kit is made of one.

use super::{
    crates::{self, Crate},
    error::KitError,
    lockfile::{self, Locked},
    registry,
    repository::{Source, check_out},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Whether missing crates may be downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    Allowed,
    No,
}

/// A commit with everything that its build needs.
#[derive(Debug)]
pub(super) struct Copy {
    /// The bare repository.
    pub(super) bare: PathBuf,
    /// Files of the registry's index, by their path in it.
    pub(super) index: BTreeMap<String, String>,
    pub(super) crates: Vec<Crate>,
}

impl Copy {
    /// Copies the commit of `source` into `folder`: `snackbar.git` and `snackbar`. The crates stay
    /// in memory.
    ///
    /// # Errors
    /// See [`KitError`].
    pub(super) fn make(
        source: &Source,
        folder: &Path,
        config: Option<&str>,
        network: Network,
    ) -> Result<Copy, KitError> {
        // The crates first: they are what is most likely missing.
        let locked = locked(source)?;
        let found = match crates::cached(&locked) {
            Err(KitError::Missing(..)) if network == Network::Allowed => None,
            other => Some(other?),
        };
        let bare = folder.join("snackbar.git");
        source.bare(&bare, config)?;
        let tree = folder.join("snackbar");
        // The configuration on the branch would send cargo to the kit, which is not there yet.
        let plain = if config.is_some() { "main^" } else { "main" };
        check_out(&bare, plain, &tree)?;
        let crates = match found {
            Some(crates) => crates,
            None => fetched(&tree, &locked)?,
        };
        let metadata = match registry::metadata(&tree, true) {
            // Cargo's copy of the index may be older than the crates.
            Err(_) if network == Network::Allowed => registry::metadata(&tree, false)?,
            other => other?,
        };
        let index = registry::index(&metadata, &locked)?;
        Ok(Copy {
            bare,
            index,
            crates,
        })
    }

    /// The size of all crates, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.crates.iter().map(|it| it.bytes.len() as u64).sum()
    }
}

/// The crates of the commit's lock file.
pub(super) fn locked(source: &Source) -> Result<Vec<Locked>, KitError> {
    lockfile::parse(&source.file("Cargo.lock")?)
}

/// Lets cargo download the crates of the workspace in `tree`, and returns them.
fn fetched(tree: &Path, locked: &[Locked]) -> Result<Vec<Crate>, KitError> {
    let fetched = crates::fetch(tree);
    match (crates::cached(locked), fetched) {
        (Err(KitError::Missing(names, _)), Err(KitError::Program(_, why))) => {
            Err(KitError::Missing(names, Some(why)))
        }
        (found, _) => found,
    }
}

/// Every file below a folder, by its path in the folder with `/` between the names.
pub(super) fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>, KitError> {
    let (mut found, mut open) = (BTreeMap::new(), vec![(String::new(), folder.to_path_buf())]);
    while let Some((prefix, folder)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(KitError::file(&folder))? {
            let entry = entry.map_err(KitError::file(&folder))?;
            let kind = entry.file_type().map_err(KitError::file(&entry.path()))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match kind.is_dir() {
                true => open.push((name + "/", entry.path())),
                false => {
                    found.insert(name, entry.path());
                }
            }
        }
    }
    Ok(found)
}
