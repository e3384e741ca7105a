//! `kit.json`, the manifest: the commit of a kit, and the files that it wrote.

use super::{error::KitError, text::sha256};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

/// The name of the manifest in the kit's folder.
pub(super) const NAME: &str = "kit.json";

/// A field of the manifest that tells it from another program's `kit.json`.
const WHAT: &str = "Snackbar, a kit without a network";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The hash of the commit.
    pub(super) head: String,
    /// The SHA-256 of every file of the kit, by its path in the folder with `/` between the names.
    pub(super) files: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads the manifest of a folder. `None` if the folder is not a kit.
    pub(super) fn read(folder: &Path) -> Option<Manifest> {
        let text = fs::read(folder.join(NAME)).ok()?;
        let value: Value = serde_json::from_slice(&text).ok()?;
        if value["what"] != WHAT {
            return None;
        }
        let files = value["files"].as_object()?.iter();
        Some(Manifest {
            head: value["head"].as_str()?.to_owned(),
            files: files
                .map(|(path, sum)| Some((path.clone(), sum.as_str()?.to_owned())))
                .collect::<Option<_>>()?,
        })
    }

    pub(super) fn text(&self) -> String {
        json!({"what": WHAT, "head": self.head, "files": self.files}).to_string()
    }

    /// Adds the file or the files of the folder at `folder`, which is `name` in the kit.
    pub(super) fn add(&mut self, folder: &Path, name: &str) -> Result<(), KitError> {
        for (path, sum) in sums(folder, name)? {
            self.files.insert(path, sum);
        }
        Ok(())
    }

    /// Whether `name`, a file or folder of the kit in `folder`, is unchanged: nothing was edited,
    /// added or removed.
    pub(super) fn is_as_written(&self, folder: &Path, name: &str) -> bool {
        let inside = format!("{name}/");
        let of_it = |path: &String| path == name || path.starts_with(&inside);
        let written: BTreeMap<String, String> = self
            .files
            .iter()
            .filter(|(path, _)| of_it(path))
            .map(|(path, sum)| (path.clone(), sum.clone()))
            .collect();
        sums(&folder.join(name), name).is_ok_and(|now| now == written)
    }
}

fn sums(at: &Path, name: &str) -> Result<BTreeMap<String, String>, KitError> {
    let files = match fs::symlink_metadata(at)
        .map_err(KitError::file(at))?
        .is_dir()
    {
        true => super::copy::files(at)?
            .into_iter()
            .map(|(path, file)| (format!("{name}/{path}"), file))
            .collect(),
        false => BTreeMap::from([(name.to_owned(), at.to_path_buf())]),
    };
    files
        .into_iter()
        .map(|(path, file)| {
            let bytes = fs::read(&file).map_err(KitError::file(&file))?;
            Ok((path, sha256(&bytes)))
        })
        .collect()
}
