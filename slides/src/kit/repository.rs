//! Copies a commit of the presenter's repository, with git's plumbing commands. They write only to
//! the copy: the presenter's repository, its index and its working tree are only read.

use super::{
    cargo_config,
    command::{git, line, output},
    error::KitError,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// How long one command of git may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The branch of every copy. The presenter's branch may have another name.
const BRANCH: &str = "refs/heads/main";

/// The file that the kit's own commit changes.
const CONFIG: &str = ".cargo/config.toml";

/// The presenter's repository, and its current commit.
#[derive(Debug)]
pub(super) struct Source {
    root: PathBuf,
    objects: PathBuf,
    shallow: bool,
    head: String,
    /// The date of the commit. The kit's own commit has the same date.
    date: String,
}

impl Source {
    /// Opens the repository whose working tree is `root`.
    ///
    /// # Errors
    /// There is no git, or `root` is not the top of a repository with a commit.
    pub(super) fn open(root: &Path) -> Result<Source, KitError> {
        if let Err(KitError::Program(..)) = line(git(&std::env::temp_dir()).arg("--version"), LIMIT)
        {
            return Err(KitError::NoGit);
        }
        let ask = |words: &[&str]| match line(git(root).args(words), LIMIT) {
            Err(KitError::Program(_, why)) => Err(KitError::NoRepository(root.to_path_buf(), why)),
            other => other,
        };
        let prefix = ask(&["rev-parse", "--show-prefix"])?;
        if !prefix.is_empty() {
            let why = format!("it is the folder {prefix} of another repository");
            return Err(KitError::NoRepository(root.to_path_buf(), why));
        }
        Ok(Source {
            root: root.to_path_buf(),
            head: ask(&["rev-parse", "--verify", "HEAD^{commit}"])?,
            date: ask(&["log", "-1", "--format=%cI"])?,
            shallow: ask(&["rev-parse", "--is-shallow-repository"])? == "true",
            objects: root.join(ask(&["rev-parse", "--git-path", "objects"])?),
        })
    }

    /// The hash of the commit.
    pub(super) fn head(&self) -> &str {
        &self.head
    }

    /// The first seven digits of the hash.
    pub(super) fn short(&self) -> &str {
        &self.head[..self.head.len().min(7)]
    }

    /// How many files of the working tree differ from the commit. The kit does not have the
    /// changes.
    pub(super) fn changes(&self) -> Result<usize, KitError> {
        let mut status = git(&self.root);
        status.args(["status", "--porcelain", "--untracked-files=normal"]);
        Ok(line(&mut status, LIMIT)?.lines().count())
    }

    /// Reads a file of the commit.
    pub(super) fn file(&self, path: &str) -> Result<String, KitError> {
        let mut show = git(&self.root);
        show.args(["cat-file", "blob", &format!("{}:{path}", self.head)]);
        let bytes = output(&mut show, b"", LIMIT)?;
        String::from_utf8(bytes).map_err(|_| KitError::Odd(format!("{path} is not text")))
    }

    /// Makes a bare repository in `into`, with one branch, one pack, and the files that git needs
    /// to clone from a plain file server.
    ///
    /// The branch is at the commit. With `config` it is one commit further, which adds these lines
    /// to cargo's configuration. The copy of a shallow clone has no history, because git cannot
    /// clone a part of a history from plain files.
    pub(super) fn bare(&self, into: &Path, config: Option<&str>) -> Result<(), KitError> {
        let mut init = git(&self.root);
        let init = init.args(["init", "--quiet", "--bare", "--template="]);
        line(init.arg(into), LIMIT)?;
        let bare = Bare {
            folder: into,
            date: &self.date,
        };
        bare.git(&["symbolic-ref", "HEAD", BRANCH], b"")?;
        // Until the copy has its own pack, it reads the presenter's objects.
        let alternates = into.join("objects").join("info").join("alternates");
        fs::write(&alternates, format!("{}\n", self.objects.display()))
            .map_err(KitError::file(&alternates))?;
        let mut commit = self.head.clone();
        if self.shallow {
            let tree = format!("{}^{{tree}}", self.head);
            let tree = bare.git(&["rev-parse", &tree], b"")?;
            let message = format!("Snackbar at {}\n", self.head);
            commit = bare.git(&["commit-tree", &tree], message.as_bytes())?;
        }
        if let Some(config) = config {
            commit = self.with(&bare, &commit, config)?;
        }
        bare.git(&["update-ref", BRANCH, &commit], b"")?;
        bare.git(&["repack", "-a", "-d", "-q"], b"")?;
        fs::remove_file(&alternates).map_err(KitError::file(&alternates))?;
        // This fails if an object is missing in the pack.
        bare.git(&["rev-list", "--objects", "--quiet", BRANCH], b"")?;
        bare.git(&["prune-packed", "-q"], b"")?;
        bare.git(&["update-server-info"], b"")?;
        Ok(())
    }

    /// Makes the commit after `parent` that adds lines to cargo's configuration.
    fn with(&self, bare: &Bare<'_>, parent: &str, config: &str) -> Result<String, KitError> {
        let has_one = bare.git(&["ls-tree", "--name-only", parent, CONFIG], b"")?;
        let before = match has_one.is_empty() {
            true => String::new(),
            false => self.file(CONFIG)?,
        };
        let Some(text) = cargo_config::added(&before, config) else {
            return Err(KitError::Odd(format!(
                "{CONFIG} of this commit already has another source of crates, so the kit cannot \
                add its own"
            )));
        };
        bare.git(&["read-tree", parent], b"")?;
        let blob = bare.git(&["hash-object", "-w", "--stdin"], text.as_bytes())?;
        let entry = format!("100644,{blob},{CONFIG}");
        bare.git(&["update-index", "--add", "--cacheinfo", &entry], b"")?;
        let tree = bare.git(&["write-tree"], b"")?;
        let message = b"Take the crates from the kit\n";
        let commit = bare.git(&["commit-tree", &tree, "-p", parent], message)?;
        bare.without_index()?;
        Ok(commit)
    }
}

/// Writes the files of a bare repository's commit into `tree`, as they were committed.
pub(super) fn check_out(bare: &Path, commit: &str, tree: &Path) -> Result<(), KitError> {
    fs::create_dir_all(tree).map_err(KitError::file(tree))?;
    let bare = Bare {
        folder: bare,
        date: "",
    };
    bare.git(&["read-tree", commit], b"")?;
    let mut command = bare.command();
    command.current_dir(tree).env("GIT_WORK_TREE", tree);
    // The kit is for all systems, so line ends are not converted to those of this machine.
    command.args(["-c", "core.autocrlf=false", "-c", "core.eol=lf"]);
    line(command.args(["checkout-index", "--all", "--quiet"]), LIMIT)?;
    bare.without_index()
}

/// A bare repository that is being written.
struct Bare<'a> {
    folder: &'a Path,
    date: &'a str,
}

impl Bare<'_> {
    fn index(&self) -> PathBuf {
        self.folder.join("index-of-the-kit")
    }

    fn command(&self) -> Command {
        let mut command = git(self.folder);
        command
            .env("GIT_DIR", self.folder)
            .env("GIT_INDEX_FILE", self.index());
        // The same commit makes the same copy on every machine.
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Snackbar");
            command.env(format!("GIT_{who}_EMAIL"), "kit@localhost");
            command.env(format!("GIT_{who}_DATE"), self.date);
        }
        command
    }

    fn git(&self, words: &[&str], input: &[u8]) -> Result<String, KitError> {
        let bytes = output(self.command().args(words), input, LIMIT)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    }

    fn without_index(&self) -> Result<(), KitError> {
        fs::remove_file(self.index()).map_err(KitError::file(&self.index()))
    }
}

#[cfg(test)]
pub(super) mod fixture;
#[cfg(test)]
mod tests;
