//! Where a step stands in the program: its file as seen from the workspace root, and the text of
//! its line.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A line of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spot {
    /// Relative to the workspace root, with forward slashes.
    pub(crate) file: String,
    pub(crate) line: u32,
    /// The line itself, trimmed, if the file can be found.
    pub(crate) source: Option<String>,
}

/// Reads source files, each of them once.
#[derive(Default)]
pub(crate) struct Sources(HashMap<String, Option<Vec<String>>>);

impl Sources {
    /// The spot that the compiler calls `file:line`.
    pub(crate) fn spot(&mut self, file: &str, line: u32) -> Spot {
        let lines = self.0.entry(file.to_owned()).or_insert_with(|| {
            let text = std::fs::read_to_string(find(file)?).ok()?;
            Some(text.lines().map(|line| line.trim().to_owned()).collect())
        });
        let source = lines
            .as_ref()
            .and_then(|lines| lines.get(line.checked_sub(1)? as usize).cloned());
        Spot {
            file: shown(file),
            line,
            source,
        }
    }
}

/// Cargo names a workspace's files from its root, and runs tests in the package's folder: look
/// there and above.
fn find(file: &str) -> Option<PathBuf> {
    let path = Path::new(file);
    if path.has_root() {
        return path.is_file().then(|| path.to_owned());
    }
    let here = std::env::current_dir().ok();
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    [package, here]
        .into_iter()
        .flatten()
        .flat_map(|folder| {
            folder
                .ancestors()
                .map(|folder| folder.join(path))
                .collect::<Vec<_>>()
        })
        .find(|candidate| candidate.is_file())
}

/// The path as a reader sees it: never absolute, `..` resolved, forward slashes.
fn shown(file: &str) -> String {
    let file = file.replace('\\', "/");
    // The same on every system: the standard library names its files from `/rustc/`, also on
    // Windows.
    let relative = if file.starts_with('/') || file.contains(":/") {
        // Code of another project: a crate of the registry, or the standard library. If neither,
        // the file's name alone.
        let crates = file
            .split_once("/registry/src/")
            .and_then(|(_, rest)| rest.split_once('/'));
        let library = file.find("/library/").map(|at| &file[at + 1..]);
        crates
            .map(|(_, rest)| rest)
            .or(library)
            .or(file.rsplit('/').next())
            .unwrap_or(&file)
    } else {
        &file
    };
    let mut parts: Vec<&str> = vec![];
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_path_is_never_absolute() {
        assert_eq!(
            shown("demos/a/src/../../b/src/room.rs"),
            "demos/b/src/room.rs"
        );
        assert_eq!(shown(r"demos\a\src\room.rs"), "demos/a/src/room.rs");
        assert_eq!(
            shown("/far/away/.cargo/registry/src/index-1/loom-0.7.3/src/rt/path.rs"),
            "loom-0.7.3/src/rt/path.rs"
        );
        assert_eq!(
            shown("/rustc/123/library/core/src/option.rs"),
            "library/core/src/option.rs"
        );
        assert_eq!(
            shown(r"/rustc/123/library\core\src\option.rs"),
            "library/core/src/option.rs"
        );
        assert_eq!(shown("/far/away/secret/room.rs"), "room.rs");
        assert_eq!(shown(r"C:\home\secret\room.rs"), "room.rs");
    }

    #[test]
    fn the_line_of_a_spot_is_read_from_the_workspace() {
        let here = std::panic::Location::caller();
        let spot = Sources::default().spot(here.file(), here.line());
        assert_eq!(
            spot.source.as_deref(),
            Some("let here = std::panic::Location::caller();")
        );
        assert_eq!(spot.file, "demos/support/lanes/src/source.rs");
    }

    #[test]
    fn a_file_that_is_not_there_leaves_the_text_out() {
        assert_eq!(Sources::default().spot("no/such/file.rs", 7).source, None);
    }
}
