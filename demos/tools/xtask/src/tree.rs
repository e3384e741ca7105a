//! The checkout: its files and its steps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Complaint;

/// A checkout of the repository, or a fixture that looks like one.
#[derive(Clone, Debug)]
pub struct Tree {
    root: PathBuf,
}

/// The number of the last step, which is a game of its own and not another version of the snack
/// bar. It has a README and a header like the other steps, but it need not have the same files, and
/// it is not in the table of promises.
pub const FINALE: u32 = 8;

/// A step: a folder `demos/NN-name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The number at the start of its name: 1 for `01-deadlock`.
    pub number: u32,
    /// The name of its folder and its binary: `01-deadlock`.
    pub name: String,
}

impl Tree {
    /// Returns the tree with this root folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the tree that contains the package that cargo runs or, without cargo, the current
    /// folder.
    pub fn here() -> Result<Self, Complaint> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => std::env::current_dir()
                .map_err(|e| format!("the current folder cannot be read: {e}"))?,
        };
        let is_root = |folder: &&Path| {
            fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
        };
        let root = start
            .ancestors()
            .find(is_root)
            .ok_or("no workspace found: change into the repository and try again")?;
        Ok(Self::at(root))
    }

    /// Returns the path of a file on this machine.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Returns the text of a file.
    pub fn read(&self, file: &str) -> Result<String, Complaint> {
        fs::read_to_string(self.path(file)).map_err(|e| format!("{file} cannot be read: {e}"))
    }

    /// Returns all files, sorted, such as `demos/support/snack/src/lib.rs`: those that git tracks
    /// or would track; without git, all except `target`.
    pub fn files(&self) -> Result<Vec<String>, Complaint> {
        let mut files = match self.listed_by_git() {
            Some(files) => files,
            None => self.walk("")?,
        };
        // Git also lists files that were just deleted.
        files.retain(|file| self.path(file).is_file());
        files.sort();
        files.dedup();
        Ok(files)
    }

    fn listed_by_git(&self) -> Option<Vec<String>> {
        if !self.path(".git").exists() {
            return None; // A tree inside another repository must not list that one's files.
        }
        let listing = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let answer = Command::new("git")
            .args(listing)
            .current_dir(&self.root)
            .output()
            .ok()?;
        let files = String::from_utf8(answer.stdout).ok()?;
        answer
            .status
            .success()
            .then(|| files.split_terminator('\0').map(String::from).collect())
    }

    fn walk(&self, folder: &str) -> Result<Vec<String>, Complaint> {
        let mut files = Vec::new();
        for name in self.names_in(folder)? {
            if name == ".git" {
                continue; // A folder, or in a worktree a file.
            }
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            if self.path(&path).is_file() {
                files.push(path);
            } else if path != "target" {
                files.extend(self.walk(&path)?);
            }
        }
        Ok(files)
    }

    pub(crate) fn names_in(&self, folder: &str) -> Result<Vec<String>, Complaint> {
        let cannot = |e| format!("the folder {folder:?} cannot be read: {e}");
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path(folder)).map_err(cannot)? {
            let name = entry.map_err(cannot)?.file_name().into_string();
            names.push(
                name.map_err(|name| format!("{name:?} in {folder:?} is not text: rename it"))?,
            );
        }
        names.sort();
        Ok(names)
    }

    /// Returns the steps that are versions of the snack bar: all before [`FINALE`].
    pub fn ladder(&self) -> Result<Vec<Step>, Complaint> {
        let mut steps = self.steps()?;
        steps.retain(|step| step.number < FINALE);
        Ok(steps)
    }

    /// Returns the packages whose mutants are run: the ladder, and every other step or crate of
    /// `demos/support` that has proofs or a `mutants.toml`.
    pub fn mutated(&self) -> Result<Vec<Step>, Complaint> {
        let mut others = self.steps()?;
        others.retain(|step| step.number >= FINALE);
        if self.path("demos/support").is_dir() {
            let names = self.names_in("demos/support")?;
            others.extend(names.into_iter().map(Step::support));
        }
        others.retain(|step| {
            let mut files = ["src/proof.rs", "mutants.toml"].into_iter();
            files.any(|file| self.path(&format!("{}/{file}", step.folder())).is_file())
        });
        let mut mutated = self.ladder()?;
        mutated.extend(others);
        Ok(mutated)
    }

    /// The step that holds this file of `step`: the step itself or, if its `src/lib.rs` compiles
    /// another step's file with `#[path = "../../06-actor/src/room.rs"]`, that other step. The
    /// mutants lie beside the proofs that they test.
    pub fn owner(&self, step: &Step, file: &str) -> Step {
        if self.path(&format!("{}/{file}", step.folder())).exists() {
            return step.clone();
        }
        let compiled = match file {
            "mutants.toml" => "src/proof.rs",
            source => source,
        };
        let end = format!("/{compiled}\"]");
        let lib = self.read(&format!("{}/src/lib.rs", step.folder()));
        let lib = lib.unwrap_or_default();
        let other = lib.lines().find_map(|line| {
            let path = line.strip_prefix("#[path = \"../../")?;
            path.strip_suffix(&end)
        });
        other.and_then(Step::named).unwrap_or_else(|| step.clone())
    }

    /// Where this file of `step` lies under the root, such as `demos/06-actor/src/room.rs`.
    pub fn file_of(&self, step: &Step, file: &str) -> String {
        format!("{}/{file}", self.owner(step, file).folder())
    }

    /// Returns all steps in their order.
    pub fn steps(&self) -> Result<Vec<Step>, Complaint> {
        Ok(self
            .names_in("demos")?
            .iter()
            .filter_map(|name| Step::named(name))
            .collect())
    }
}

impl Step {
    /// Returns the step whose folder has this name; `None` if it is not the name of a step
    /// (`NN-name`).
    pub fn named(name: &str) -> Option<Self> {
        let (digits, _) = name
            .split_once('-')
            .filter(|(digits, rest)| digits.len() == 2 && !rest.is_empty())?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self {
            number: digits.parse().expect("two digits"),
            name: name.to_string(),
        })
    }

    /// Returns a crate of `demos/support`, which is not a step but may have proofs and mutants as
    /// the steps have.
    fn support(name: String) -> Self {
        Self {
            number: FINALE,
            name,
        }
    }

    /// Returns its folder: `demos/01-deadlock`, or `demos/support/supervisor`.
    pub fn folder(&self) -> String {
        match Self::named(&self.name) {
            Some(_) => format!("demos/{}", self.name),
            None => format!("demos/support/{}", self.name),
        }
    }

    /// Returns its package: `demo-01-deadlock`, or `supervisor`.
    pub fn package(&self) -> String {
        match Self::named(&self.name) {
            Some(_) => format!("demo-{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Resolves a path relative to a file's folder, such as `../room.rs`; `None` if it leads out of the
/// tree.
pub(crate) fn beside(file: &str, relative: &str) -> Option<String> {
    let mut path: Vec<&str> = file.split('/').collect();
    path.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()?),
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_two_digits_and_a_name() {
        let step = Step::named("07-websocket").expect("a step");
        assert_eq!(
            (step.number, step.package().as_str()),
            (7, "demo-07-websocket")
        );
        for other in ["snack", "7-websocket", "07-", "harness-tokio", "ab-cd"] {
            assert_eq!(Step::named(other), None, "{other}");
        }
    }

    #[test]
    fn a_file_that_a_step_compiles_from_another_belongs_to_that_one() {
        let lib = "#[path = \"../../06-actor/src/proof.rs\"]\nmod proof;\nmod sync;\n";
        let fixture = crate::fixture::Fixture::new(&[
            ("demos/07-web/src/lib.rs", lib),
            ("demos/07-web/src/sync.rs", ""),
        ]);
        let (tree, step) = (fixture.tree(), Step::named("07-web").expect("a step"));
        for (file, place) in [
            ("src/proof.rs", "demos/06-actor/src/proof.rs"),
            ("mutants.toml", "demos/06-actor/mutants.toml"),
            ("src/sync.rs", "demos/07-web/src/sync.rs"),
            ("src/room.rs", "demos/07-web/src/room.rs"),
        ] {
            assert_eq!(tree.file_of(&step, file), place);
        }
        fixture.write("demos/07-web/mutants.toml", "");
        assert_eq!(
            tree.owner(&step, "mutants.toml"),
            step,
            "its own come first"
        );
    }

    #[test]
    fn outside_the_ladder_only_packages_with_proofs_or_mutants_are_mutated() {
        let fixture = crate::fixture::Fixture::new(&[
            ("demos/07-web/README.md", ""),
            ("demos/08-game/mutants.toml", ""),
            ("demos/09-quiet/README.md", ""),
            ("demos/support/keeper/src/proof.rs", ""),
            ("demos/support/rules/mutants.toml", ""),
            ("demos/support/quiet/src/lib.rs", ""),
        ]);
        let mutated = fixture.tree().mutated().expect("four packages");
        let folders: Vec<_> = mutated.iter().map(Step::folder).collect();
        let (game, support) = ("demos/08-game", "demos/support");
        let expected = [
            "demos/07-web".to_string(),
            game.to_string(),
            format!("{support}/keeper"),
            format!("{support}/rules"),
        ];
        assert_eq!(folders, expected);
    }

    #[test]
    fn the_last_step_is_not_part_of_the_ladder() {
        let fixture = crate::fixture::Fixture::new(&[
            ("demos/07-web/README.md", ""),
            ("demos/08-game/README.md", ""),
        ]);
        let tree = fixture.tree();
        assert_eq!(tree.steps().expect("two steps").len(), 2);
        assert_eq!(tree.ladder().expect("one step")[0].name, "07-web");
    }
}
