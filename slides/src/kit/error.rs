//! Why a kit cannot be made, handed out or used.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Crates that a message names, at most.
const NAMED: usize = 12;

/// Why a kit cannot be made, handed out or used. The message says what happened, then what to do.
#[derive(Debug)]
pub(crate) enum KitError {
    /// The program `git` cannot be started.
    NoGit,
    /// This folder is not the top of a git repository with a commit. The text is git's.
    NoRepository(PathBuf, String),
    /// These crates of `Cargo.lock` are not in cargo's cache. The text is cargo's, if it could not
    /// download them.
    Missing(Vec<String>, Option<String>),
    /// A program failed. The second text is its last line.
    Program(String, String),
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// The kit cannot be written into this folder.
    Folder(PathBuf, FolderProblem),
    /// A file has unexpected content. The text names the file and what is wrong.
    Odd(String),
    /// There is no kit in this folder.
    NoKit(PathBuf),
    /// The kit in this folder holds another commit than the current one.
    Stale {
        folder: PathBuf,
        holds: String,
        current: String,
    },
    /// A file of the kit in this folder is missing.
    Incomplete { folder: PathBuf, file: String },
}

/// Why a kit cannot be written into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FolderProblem {
    InsideRepository,
    NotAFolder,
    /// It has files, but no manifest of a kit.
    NotAKit,
}

impl fmt::Display for FolderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FolderProblem::InsideRepository => {
                "is inside the repository: name a folder outside, such as one on a USB stick"
            }
            FolderProblem::NotAFolder => "is not a folder: name another one",
            FolderProblem::NotAKit => {
                "has files in it and is not a kit: name an empty or a new folder"
            }
        })
    }
}

impl KitError {
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> KitError {
        let path = path.to_path_buf();
        move |error| KitError::File(path, error)
    }
}

impl fmt::Display for KitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KitError::NoGit => write!(
                f,
                "git cannot be started, but a kit is made of a commit: install git"
            ),
            KitError::NoRepository(root, why) => write!(
                f,
                "{} is not a git repository with a commit ({why}): start from a clone",
                root.display()
            ),
            KitError::Missing(crates, why) => {
                let first = &crates[..crates.len().min(NAMED)];
                let more = match crates.len() - first.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                write!(
                    f,
                    "{} of the crates in Cargo.lock were never downloaded: {}{more}",
                    crates.len(),
                    first.join(", ")
                )?;
                match why {
                    Some(why) => write!(
                        f,
                        "; cargo could not fetch them ({why}): try again with a network"
                    ),
                    None => write!(f, "; `cargo fetch --locked` downloads them"),
                }
            }
            KitError::Program(what, why) => write!(f, "`{what}` failed: {why}"),
            KitError::File(path, error) => write!(f, "{}: {error}", path.display()),
            KitError::Folder(path, problem) => write!(f, "{} {problem}", path.display()),
            KitError::Odd(what) => write!(f, "{what}"),
            KitError::NoKit(folder) => write!(
                f,
                "there is no kit in {0}: `cargo run -- --kit {0}` writes one",
                folder.display()
            ),
            KitError::Stale {
                folder,
                holds,
                current,
            } => write!(
                f,
                "stale: {0} holds commit {holds}, but the repository is on {current}: `cargo run \
                -- --kit {0}` refreshes it",
                folder.display()
            ),
            KitError::Incomplete { folder, file } => write!(
                f,
                "{0} is incomplete, {file} is missing: `cargo run -- --kit {0}` refreshes it",
                folder.display()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_crates_are_named_and_a_long_list_is_cut() {
        let one = KitError::Missing(vec!["a 1.0.0".to_owned()], None).to_string();
        assert!(one.contains("downloaded: a 1.0.0; `cargo fetch"), "{one}");
        let many = (0..20).map(|at| format!("c{at}")).collect();
        let many = KitError::Missing(many, Some("no network".to_owned())).to_string();
        assert!(
            many.contains("c11 and 8 more; cargo could not fetch them (no network)"),
            "{many}"
        );
    }
}
