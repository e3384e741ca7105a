//! Where a deck and the files that it quotes are.

use crate::demo::cargo;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The languages of this repository's deck. Every language has the same slides.
pub(crate) const LANGUAGES: [&str; 2] = ["en", "ko"];

/// The folder of a deck, and the repository that it quotes.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// The folder with `en/` and `ko/`.
    pub(crate) folder: PathBuf,
    /// Whether it is another talk than this repository's own. Such a deck has fewer rules: one
    /// language is enough, and it needs no plan, no notes and no quotes.
    pub(crate) is_other: bool,
}

impl Place {
    /// The deck in `folder`, which is another talk, or this repository's own.
    pub(crate) fn new(folder: Option<PathBuf>) -> Place {
        Place {
            root: cargo::root(),
            is_other: folder.is_some(),
            folder: folder.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), |it| whole(&it)),
        }
    }

    /// The folder that holds the pictures of the deck: the repository, or a folder outside of it.
    pub(crate) fn pictures(&self) -> &Path {
        match self.is_outside() {
            true => &self.folder,
            false => &self.root,
        }
    }

    /// Whether the deck is outside of the repository. Then nothing of the repository is handed out.
    pub(crate) fn is_outside(&self) -> bool {
        self.is_other && !self.folder.starts_with(&self.root)
    }

    /// The languages of the deck. Another talk may have any, each in a folder of its own; if it has
    /// no such folder, its files are in the folder of the deck, in the language of their `lang:`.
    pub(super) fn languages(&self) -> Vec<String> {
        if !self.is_other {
            return LANGUAGES.map(str::to_owned).to_vec();
        }
        let mut found: Vec<String> = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| is_language(name) && !slides_in(&self.folder.join(name)).is_empty())
            .collect();
        found.sort();
        if found.is_empty() {
            let first = slides_in(&self.folder).into_iter().next();
            let text = first.and_then(|file| fs::read_to_string(file).ok());
            found.push(lang_of(&text.unwrap_or_default()).unwrap_or_else(|| "en".to_owned()));
        }
        found
    }

    /// The Markdown files of one language, sorted by name, which is the order of the talk.
    pub(super) fn files(&self, language: &str) -> Vec<PathBuf> {
        let own = slides_in(&self.folder.join(language));
        match own.is_empty() && self.is_other {
            true => slides_in(&self.folder),
            false => own,
        }
    }

    /// A file's path from the root of the repository, for a complaint.
    pub(super) fn name(&self, file: &Path) -> String {
        let near = file.strip_prefix(&self.root).unwrap_or(file);
        near.to_string_lossy().replace('\\', "/")
    }
}

/// The Markdown files of a folder, sorted by name. A file that explains the folder is no slide.
fn slides_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .filter(|path| path.file_stem().is_some_and(|it| it != "README"))
        .collect();
    files.sort();
    files
}

/// Whether a folder has the name of a language: `en`, `gsw`, `pt-BR`.
fn is_language(name: &str) -> bool {
    let (language, region) = name.split_once('-').unwrap_or((name, "XX"));
    let is = |text: &str, lower: bool| {
        let right = |it: char| it.is_ascii_alphabetic() && it.is_ascii_lowercase() == lower;
        (2..=3).contains(&text.len()) && text.chars().all(right)
    };
    is(language, true) && is(region, false)
}

/// The language in the front matter of a file.
fn lang_of(text: &str) -> Option<String> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    lines.next().filter(|it| it.trim_end() == "---")?;
    let mut front = lines.take_while(|it| it.trim_end() != "---");
    let value = front.find_map(|line| line.strip_prefix("lang:"))?;
    let value = value.trim().trim_matches('"');
    is_language(value).then(|| value.to_owned())
}

/// The whole path of a folder, so that a picture beside it has one name.
fn whole(folder: &Path) -> PathBuf {
    let whole = match cfg!(windows) {
        // A canonical path begins with `\\?\` there, and then `/` separates nothing.
        true => std::path::absolute(folder),
        false => fs::canonicalize(folder),
    };
    whole.unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_language_is_known_by_its_name() {
        for name in ["en", "ko", "gsw", "pt-BR"] {
            assert!(is_language(name), "{name}");
        }
        for name in [
            "", "e", "img4", "web!", "pictures", "EN", "en-us-x", "pt-br", "en-",
        ] {
            assert!(!is_language(name), "{name}");
        }
        assert_eq!(lang_of("---\nlang: de\n---\n# A").as_deref(), Some("de"));
        assert_eq!(lang_of("# A\nlang: de"), None);
        assert_eq!(lang_of("---\nlang: ../x\n---"), None);
    }
}
