//! Where a deck and the files that it quotes are.

use crate::demo::cargo;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The languages of a deck. Every language has the same slides.
pub(crate) const LANGUAGES: [&str; 2] = ["en", "ko"];

/// The folder of a deck, and the repository that it quotes.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// The folder with `en/` and `ko/`.
    pub(crate) folder: PathBuf,
}

impl Place {
    /// The deck in `folder`, or this repository's own.
    pub(crate) fn new(folder: Option<PathBuf>) -> Place {
        Place {
            root: cargo::root(),
            folder: folder.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()),
        }
    }

    /// The Markdown files of one language, sorted by name, which is the order of the talk.
    pub(super) fn files(&self, language: &str) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.join(language))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|it| it == "md"))
            .collect();
        files.sort();
        files
    }

    /// A file's path from the root of the repository, for a complaint.
    pub(super) fn name(&self, file: &Path) -> String {
        let near = file.strip_prefix(&self.root).unwrap_or(file);
        near.to_string_lossy().replace('\\', "/")
    }
}
