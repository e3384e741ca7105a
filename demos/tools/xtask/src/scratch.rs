//! A copy of the workspace for the mutants: `target/mutants/tree`, built in `target/mutants/build`.
//!
//! The copy is kept, and only changed files are copied again, so that cargo compiles each
//! dependency once and for each mutant only its own crate. Two runs at the same time would change
//! the same copy, so there must be only one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use limited::{Input, Limits};

use crate::Complaint;
use crate::tree::{Step, Tree};
use crate::verdict::Run;

/// The time limit of a compilation; the first one compiles every dependency.
const COMPILING: Duration = Duration::from_secs(900);

/// The copy.
#[derive(Debug)]
pub struct Scratch {
    original: Tree,
    tree: PathBuf,
    build: PathBuf,
}

/// The result of compiling a step's unit tests.
#[derive(Debug)]
pub enum Built {
    /// The test program.
    Program(PathBuf),
    /// The compiler's first error.
    DoesNotCompile(String),
}

impl Scratch {
    /// Updates the copy of the tree in the folder `mutants` of this target folder.
    pub fn of(original: &Tree, target: &Path) -> Result<Self, Complaint> {
        let folder = target.join("mutants");
        let scratch = Self {
            original: original.clone(),
            tree: folder.join("tree"),
            build: folder.join("build"),
        };
        let copy = Tree::at(&scratch.tree);
        let files = original.files()?;
        for file in &files {
            scratch.restore(file)?;
        }
        // If the original has no Cargo.lock, cargo has written the copy's.
        let is_old = |file: &&String| !files.contains(file) && *file != "Cargo.lock";
        for old in copy.files()?.iter().filter(is_old) {
            fs::remove_file(copy.path(old))
                .map_err(|e| format!("the copy's {old} cannot be removed: {e}"))?;
        }
        Ok(scratch)
    }

    /// Restores a file of the copy. A file that is the same is not written, so that cargo need not
    /// build it again.
    pub fn restore(&self, file: &str) -> Result<(), Complaint> {
        let cannot = |e| format!("{file} cannot be copied: {e}");
        self.write(file, &fs::read(self.original.path(file)).map_err(cannot)?)
    }

    /// Writes a file of the copy.
    pub fn write(&self, file: &str, bytes: &[u8]) -> Result<(), Complaint> {
        let path = self.tree.join(file);
        if fs::read(&path).is_ok_and(|old| old == bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.tree);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes));
        written.map_err(|e| format!("{} cannot be written: {e}", path.display()))
    }

    /// Compiles the step's unit tests in the copy.
    pub fn build(&self, step: &Step) -> Result<Built, Complaint> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args([
            "test",
            "--lib",
            "--no-run",
            "--offline",
            "-p",
            &step.package(),
        ]);
        cargo
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", &self.build);
        cargo
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_QUIET", "false")
            .env("CARGO_TERM_VERBOSE", "false");
        // A mutant links faster without debug information.
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0");
        let finished = limited::run(&mut cargo, Input::Empty, Limits::time(COMPILING))
            .map_err(|e| format!("cargo cannot be started: {e}"))?;
        let ended = Run::of(&finished)
            .ok_or_else(|| format!("{} does not compile within {COMPILING:?}", step.package()))?;
        if ended.code == Some(0) {
            program(&ended.stderr)
                .map(|path| Built::Program(self.tree.join(path)))
                .ok_or_else(|| {
                    format!(
                        "cargo names no test program for {}:\n{}",
                        step.package(),
                        ended.stderr
                    )
                })
        } else {
            Ok(Built::DoesNotCompile(first_error(&ended.stderr)))
        }
    }

    /// Runs the test program with these arguments. Returns `None` if it was still running after
    /// `bound`.
    pub fn test(
        &self,
        step: &Step,
        program: &Path,
        args: &[String],
        bound: Duration,
    ) -> Result<Option<Run>, Complaint> {
        let folder = self.tree.join(step.folder());
        let mut tests = Command::new(program);
        tests
            .args(args)
            .current_dir(&folder)
            .env("CARGO_MANIFEST_DIR", &folder)
            .env("RUST_BACKTRACE", "0");
        // A mutant that moves lines changes the drawings in the copy. That does not count as
        // failing, so the tests may update the drawings.
        tests.env("BLESS", "1");
        let finished = limited::run(&mut tests, Input::Empty, Limits::time(bound))
            .map_err(|e| format!("{} cannot be started: {e}", program.display()))?;
        Ok(Run::of(&finished))
    }
}

/// Finds the program in the output of cargo: `Executable unittests src/lib.rs
/// (target/debug/deps/demo-0123)`.
fn program(stderr: &str) -> Option<PathBuf> {
    let line = stderr
        .lines()
        .find(|line| line.trim_start().starts_with("Executable "))?;
    let (_, path) = line.split_once(".rs (")?;
    path.strip_suffix(')').map(PathBuf::from)
}

/// Returns the first error and its place, in one line.
fn first_error(stderr: &str) -> String {
    let mut lines = stderr
        .lines()
        .skip_while(|line| !line.starts_with("error"))
        .map(str::trim);
    let error = lines
        .next()
        .unwrap_or("cargo failed without an error message");
    let place = lines.next().and_then(|line| line.strip_prefix("--> "));
    place.map_or(error.to_string(), |place| format!("{error} at {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn the_copy_follows_the_original_and_leaves_equal_files_alone() {
        let fixture = Fixture::new(&[
            ("demos/a.rs", "one"),
            ("b.rs", "two"),
            ("target/debug/x", "built"),
        ]);
        let target = fixture.tree().path("target");
        let copy = Tree::at(target.join("mutants/tree"));
        let scratch = Scratch::of(&fixture.tree(), &target).expect("a copy");
        assert_eq!(copy.files().expect("a tree"), ["b.rs", "demos/a.rs"]);

        scratch
            .write("demos/a.rs", b"a mutant")
            .expect("the copy can be written");
        assert_eq!(
            fixture.tree().read("demos/a.rs").as_deref(),
            Ok("one"),
            "the original does not change"
        );
        let built = || {
            fs::metadata(copy.path("b.rs"))
                .and_then(|it| it.modified())
                .expect("a time")
        };
        let before = built();
        fs::remove_file(fixture.tree().path("demos/a.rs")).expect("the file existed");
        fixture.write("c.rs", "three");
        Scratch::of(&fixture.tree(), &target).expect("a copy");
        assert_eq!(copy.files().expect("a tree"), ["b.rs", "c.rs"]);
        assert_eq!(
            before,
            built(),
            "an equal file keeps its time, or cargo would compile it again"
        );
    }

    #[test]
    fn the_program_and_the_first_error_are_found_in_the_output_of_cargo() {
        let output = "   Compiling a v0.1.0\n    Finished `test` profile\n  Executable unittests src/lib.rs (target/deps/demo_a-01)\n";
        assert_eq!(
            program(output),
            Some(PathBuf::from("target/deps/demo_a-01"))
        );
        assert_eq!(program("    Finished `test` profile\n"), None);
        let output = "warning: unused\n --> src/a.rs:1:1\nerror[E0425]: cannot find `x`\n  --> demos/01-a/src/room.rs:7:5\n   |\n";
        assert_eq!(
            first_error(output),
            "error[E0425]: cannot find `x` at demos/01-a/src/room.rs:7:5"
        );
        assert_eq!(
            first_error("killed"),
            "cargo failed without an error message"
        );
    }
}
