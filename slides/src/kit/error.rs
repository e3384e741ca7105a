//! Why there is no kit.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Crates that a message names, at most.
const NAMED: usize = 12;

/// Why a kit cannot be made. The message says what happened, then what to do.
#[derive(Debug)]
pub(crate) enum KitError {
    /// The program `git` is not on the path.
    NoGit,
    /// These files are not a git repository with a commit; the text is git's.
    NoRepository(PathBuf, String),
    /// Crates of `Cargo.lock` are in no cache of cargo's; the text is cargo's, if it was asked to
    /// fetch them.
    Missing(Vec<String>, Option<String>),
    /// A program failed; the text is its last line.
    Program(String, String),
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// The folder for the kit cannot be used; the text says why.
    Folder(PathBuf, &'static str),
    /// A file does not say what it must; the text names the file and what is missing.
    Odd(String),
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
                "git cannot be started, and the kit is made of a commit: install git"
            ),
            KitError::NoRepository(root, why) => write!(
                f,
                "{} is not a git repository of its own with a commit ({why}): start from a clone",
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
            KitError::Folder(path, why) => write!(f, "{} {why}", path.display()),
            KitError::Odd(what) => write!(f, "{what}"),
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
