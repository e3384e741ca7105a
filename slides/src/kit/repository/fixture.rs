//! A small repository for tests.

use super::super::{command, scratch::Scratch};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const LIMIT: Duration = Duration::from_secs(60);

/// A repository with one commit. Its folder is removed when it is dropped.
pub(in super::super) struct Fixture {
    scratch: Scratch,
    root: PathBuf,
}

impl Fixture {
    /// `None` if git is not installed; then the test is skipped.
    pub(in super::super) fn new() -> Option<Fixture> {
        let scratch = Scratch::new(&env::temp_dir()).expect("a scratch folder");
        // Without symbolic links, as git prints it.
        let root = fs::canonicalize(scratch.path())
            .expect("it is there")
            .join("repository");
        fs::create_dir(&root).expect("a folder");
        let fixture = Fixture { scratch, root };
        if Command::new("git").arg("--version").output().is_err() {
            skipped::skip("git is not installed");
            return None;
        }
        fixture.git(&["init", "--quiet"]);
        fixture.write("Cargo.lock", "version = 4\n");
        fixture.commit();
        Some(fixture)
    }

    pub(in super::super) fn root(&self) -> &Path {
        &self.root
    }

    /// A path beside the repository.
    pub(in super::super) fn beside(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    pub(in super::super) fn write(&self, path: &str, text: &str) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    /// Commits everything.
    pub(in super::super) fn commit(&self) {
        self.git(&["add", "--all"]);
        let words = ["-c", "user.name=a", "-c", "user.email=a@localhost"];
        let words = words.into_iter().chain([
            "commit",
            "--quiet",
            "--no-verify",
            "--no-gpg-sign",
            "-m",
            "a commit",
        ]);
        self.git(&words.collect::<Vec<_>>());
    }

    pub(in super::super) fn git(&self, words: &[&str]) -> String {
        let output = command::line(command::git(&self.root).args(words), LIMIT);
        output.unwrap_or_else(|why| panic!("{words:?}: {why}"))
    }
}
