//! The libraries that every answer is built with. Cargo builds them once.

use crate::error::LibrariesError;
use crate::machine::MachineError;
use crate::screen::plain;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// The crates that an answer may name, and the paths of their libraries.
type Paths = BTreeMap<String, PathBuf>;

/// The libraries that every answer is built with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Libraries {
    /// The crates that an answer may name.
    pub(crate) externs: Paths,
    /// Cargo's folders with all crates, where the linker finds the rest: one or two, or one for
    /// each crate.
    pub(crate) folders: BTreeSet<PathBuf>,
}

impl Libraries {
    /// Lets cargo build the libraries, or uses those that it built together with this program.
    pub(crate) fn open(root: &Path) -> Result<Libraries, LibrariesError> {
        let cache = Cache::beside_this_program();
        if let Some(cached) = cache.as_ref().and_then(Cache::read) {
            return Ok(cached);
        }
        let libraries = build(root)?;
        if let Some(cache) = cache {
            cache.write(&libraries);
        }
        Ok(libraries)
    }

    /// Whether they are there, so that cargo need not be asked.
    pub(crate) fn are_built() -> bool {
        Cache::beside_this_program().is_some_and(|cache| cache.read().is_some())
    }

    /// Forgets where the libraries are, so that cargo is asked again.
    pub(crate) fn forget() {
        if let Some(cache) = Cache::beside_this_program() {
            let _unless_there_is_none = fs::remove_file(cache.file);
        }
    }
}

/// Returns the folder for our own files: in cargo's target folder, where this program lies.
pub(crate) fn folder() -> Option<PathBuf> {
    let this = env::current_exe().ok()?;
    Some(this.parent()?.parent()?.join("learn"))
}

/// Asks cargo for the libraries; it builds them if necessary.
fn build(root: &Path) -> Result<Libraries, LibrariesError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // In the learner's folder, as the cargo that started this program: configurations and a
    // relative CARGO_TARGET_DIR mean the same for both.
    let output = Command::new(&cargo)
        .args([
            "build",
            "--offline",
            "--quiet",
            "--package",
            "judge",
            "--package",
            "learn",
            "--lib",
        ])
        .arg("--message-format=json-render-diagnostics")
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| MachineError::no_start("cargo", &cargo, &error))?;
    if !output.status.success() {
        let words = plain(&String::from_utf8_lossy(&output.stderr), false);
        return Err(MachineError::ended("cargo", output.status, &words).into());
    }
    found(&String::from_utf8_lossy(&output.stdout))
}

/// Finds the libraries in what cargo reports.
fn found(said: &str) -> Result<Libraries, LibrariesError> {
    let mut libraries = Libraries::default();
    for name in ["judge", "lanes", "tokio"] {
        let library = said
            .lines()
            .filter_map(|line| library(line, name))
            .next_back();
        let library = library.ok_or(LibrariesError::Missing(name))?;
        libraries.externs.insert(name.to_owned(), library);
    }
    let files = said.lines().flat_map(crates);
    let folders = files.filter_map(|file| Some(file.parent()?.to_owned()));
    libraries.folders = folders.collect();
    Ok(libraries)
}

/// Returns the files of a crate that another crate may need, if this line reports one.
fn crates(line: &str) -> Vec<PathBuf> {
    let message: Value = serde_json::from_str(line).unwrap_or_default();
    let files = message["filenames"].as_array();
    let files = files.filter(|_| message["reason"] == "compiler-artifact");
    let names = files.into_iter().flatten().filter_map(Value::as_str);
    let is_crate = |file: &PathBuf| {
        let ends = file.extension().and_then(std::ffi::OsStr::to_str);
        ends.is_some_and(|it| ["rlib", "rmeta", "so", "dylib", "dll"].contains(&it))
    };
    names.map(PathBuf::from).filter(is_crate).collect()
}

/// A file with the paths that cargo reported. Cargo builds the libraries whenever it builds this
/// program, so the paths hold until this program changes: that saves a quarter of a second, and
/// waiting for cargo's lock.
struct Cache {
    file: PathBuf,
    /// The build of this program that the paths belong to.
    program: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    program: String,
    libraries: Libraries,
}

impl Cache {
    fn beside_this_program() -> Option<Cache> {
        let this = env::current_exe().ok()?;
        let changed = this.metadata().ok()?.modified().ok()?;
        let since = changed.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(Cache {
            file: folder()?.join("libraries.json"),
            program: format!("{} {}", this.display(), since.as_nanos()),
        })
    }

    fn read(&self) -> Option<Libraries> {
        let text = fs::read_to_string(&self.file).ok()?;
        let entry: Entry = serde_json::from_str(&text).ok()?;
        let is_there = entry.program == self.program
            && entry.libraries.externs.values().all(|it| it.is_file());
        is_there.then_some(entry.libraries)
    }

    /// An error only means that cargo is asked again next time.
    fn write(&self, libraries: &Libraries) {
        let (program, libraries) = (self.program.clone(), libraries.clone());
        let Ok(text) = serde_json::to_string(&Entry { program, libraries }) else {
            return;
        };
        let beside = self.file.with_extension(std::process::id().to_string());
        let written = self.file.parent().map(fs::create_dir_all).transpose();
        if written.is_ok() && fs::write(&beside, text).is_ok() {
            let _ = fs::rename(&beside, &self.file);
        }
    }
}

/// Returns the library of this name, if this line of cargo's output reports it.
///
/// Cargo may report a link to the library, `target/debug/libjudge.rlib`. The next build with other
/// features replaces that, so the path is the one in `deps`, beside the metadata.
fn library(line: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let target = &message["target"];
    let is_it = message["reason"] == "compiler-artifact"
        && target["name"] == name
        && target["kind"].as_array()?.iter().any(|kind| kind == "lib");
    let files = message["filenames"].as_array().filter(|_| is_it)?;
    let with = |extension: &str| {
        let mut paths = files.iter().filter_map(Value::as_str).map(PathBuf::from);
        paths.find(|path| path.extension().is_some_and(|it| it == extension))
    };
    with("rmeta")
        .map(|metadata| metadata.with_extension("rlib"))
        .or_else(|| with("rlib"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reported(files: &[&str]) -> Option<PathBuf> {
        let target = json!({ "name": "judge", "kind": ["lib"] });
        let message =
            json!({ "reason": "compiler-artifact", "target": target, "filenames": files });
        library(&message.to_string(), "judge")
    }

    #[test]
    fn a_library_is_not_the_link_that_the_next_build_replaces() {
        let of_this_build = PathBuf::from("target/debug/deps/libjudge-a75f.rlib");
        let metadata = "target/debug/deps/libjudge-a75f.rmeta";
        assert_eq!(
            reported(&["target/debug/libjudge.rlib", metadata]),
            Some(of_this_build.clone())
        );
        let library = of_this_build.to_str().expect("ASCII");
        assert_eq!(reported(&[library, metadata]), Some(of_this_build.clone()));
        assert_eq!(reported(&[library]), Some(of_this_build));
    }
}
