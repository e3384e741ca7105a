//! A learner's folder for one test: copies of the exercises, and the runner that works on them.

use limited::{Finished, Input, Limits};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

/// How long the runner may take, on a busy machine that still has to compile loom.
pub(crate) const PATIENCE: Duration = Duration::from_secs(900);

/// A folder with copies of `exercises/NN_topic` and `solutions/NN_topic`; removed when dropped.
pub(crate) struct Workspace(PathBuf);

/// Returns the repository.
pub(crate) fn root() -> PathBuf {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    package
        .ancestors()
        .nth(2)
        .expect("exercises/learn")
        .to_owned()
}

/// Returns an output without the line breaks of a narrow terminal.
pub(crate) fn one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Workspace {
    /// Copies these exercises in their original state, and their cheats.
    pub(crate) fn with(names: &[&str]) -> Workspace {
        static WORKSPACES: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "learn-{}-{}",
            std::process::id(),
            WORKSPACES.fetch_add(1, Relaxed)
        );
        let workspace = Workspace(std::env::temp_dir().join(name));
        for name in names {
            for folder in ["exercises", "solutions"] {
                copy(
                    &root().join(folder).join(name),
                    &workspace.0.join(folder).join(name),
                );
            }
            let number = format!("{}_", &name[..2]);
            workspace.copy_cheats(&number);
            let unsolved = workspace.read(&format!("exercises/{name}/unsolved.rs"));
            workspace.write(&format!("exercises/{name}/exercise.rs"), &unsolved);
        }
        workspace
    }

    fn copy_cheats(&self, number: &str) {
        let to = self.path("exercises/cheats");
        fs::create_dir_all(&to).expect("a folder of our own");
        for entry in fs::read_dir(root().join("exercises/cheats")).expect("cheats") {
            let entry = entry.expect("a file");
            if entry.file_name().to_string_lossy().starts_with(number) {
                fs::copy(entry.path(), to.join(entry.file_name())).expect("a file of our own");
            }
        }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }

    pub(crate) fn read(&self, file: &str) -> String {
        let path = self.path(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Writes a file as many editors do: all of it at once, so that the screen sees no half of it.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let (path, beside) = (self.path(file), self.path(&format!("{file}.new")));
        let written = fs::write(&beside, text).and_then(|()| fs::rename(beside, path));
        written.expect("a file of our own");
    }

    /// Returns the command that runs the runner here.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_learn"));
        command.arg("--in").arg(&self.0).args(words);
        command.current_dir(root()).stdin(Stdio::null());
        command
    }

    /// Runs the runner with a pipe of this many columns. Returns its exit status, and its output on
    /// both streams.
    pub(crate) fn learn_in(&self, columns: usize, words: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command(words);
        said(command.env("COLUMNS", columns.to_string()))
    }

    /// Does the same with this input.
    pub(crate) fn learn_with(&self, words: &[&str], input: &str) -> (Option<i32>, String) {
        let mut command = self.command(words);
        command.env("COLUMNS", "100");
        both(&ended(&mut command, Input::Bytes(input.as_bytes())))
    }

    pub(crate) fn learn(&self, words: &[&str]) -> (Option<i32>, String) {
        self.learn_in(100, words)
    }
}

/// Runs a command. Returns its exit status, and its output on both streams.
pub(crate) fn said(command: &mut Command) -> (Option<i32>, String) {
    both(&ended(command, Input::Empty))
}

/// Runs a command to its end.
#[track_caller]
fn ended(command: &mut Command, input: Input<'_>) -> Finished {
    let ended = limited::run(command, input, Limits::time(PATIENCE)).expect("the runner");
    assert!(
        matches!(ended.ended, limited::Ended::Itself(_)),
        "{command:?} did not end within {PATIENCE:?}:\n{}{}",
        ended.stdout(),
        ended.stderr()
    );
    ended
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn both(ended: &Finished) -> (Option<i32>, String) {
    (ended.code(), ended.stdout() + &ended.stderr())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder of our own");
    for entry in fs::read_dir(from).expect("an exercise") {
        let entry = entry.expect("a file");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("a file of our own");
        }
    }
}
