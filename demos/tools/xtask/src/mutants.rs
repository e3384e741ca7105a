//! Mutants: small mistakes in a step that its proofs must find, listed in the step's
//! `mutants.toml`. In a crate without proofs, its unit tests must find them.
//!
//! ```toml
//! [[mutant]]
//! name = "leave takes the room first"   # a sentence: the mistake
//! file = "src/room.rs"                  # the default
//! find = "let player = seat.lock();"    # occurs exactly once in the file
//! replace = ""
//! dies = ["proof::breaks_nobody_waits_for_ever"]   # the proofs or unit tests that must fail
//! # hangs = true                        # reaching the time limit counts as failing
//! # seconds = 120                       # the time limit of its proofs
//!
//! # For several edits, write [[mutant.edit]] with file, find and replace instead of those above.
//!
//! [[excused]]                           # a proof that needs no mutant
//! test = "proof::every_player_sees_every_event"
//! why = "it proves the model, not the room"
//! ```

mod format;

#[cfg(test)]
mod tests;

use serde::Deserialize;

use crate::Complaint;
use crate::proofs::Proof;
use crate::tree::{Step, Tree};

/// A step's mutants.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutants {
    /// The edits to be killed.
    #[serde(default, rename = "mutant")]
    pub mutants: Vec<Mutant>,
    /// The proofs that need not kill any.
    #[serde(default)]
    pub excused: Vec<Excused>,
    /// Where they are written, such as `demos/06-actor/mutants.toml`.
    #[serde(skip)]
    file: String,
}

/// A mistake in a step, and the proofs that must find it.
#[derive(Debug, Deserialize)]
#[serde(try_from = "format::Format")]
pub struct Mutant {
    /// The mistake, in a sentence.
    pub name: String,
    /// The edits that make the mistake; at least one.
    pub edits: Vec<Edit>,
    /// The tests that must fail; at least one.
    pub dies: Vec<String>,
    /// Whether reaching the time limit counts as failing.
    pub hangs: bool,
    /// The time limit of its proofs in seconds.
    pub seconds: u64,
}

/// One replacement in one file of the step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The file, under the step's folder.
    #[serde(default = "room")]
    pub file: String,
    /// The text to replace, which occurs exactly once.
    pub find: String,
    /// The text in the mutant.
    pub replace: String,
}

/// A proof that needs no mutant, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excused {
    /// The test's path.
    pub test: String,
    /// The reason.
    pub why: String,
}

fn room() -> String {
    "src/room.rs".to_string()
}

impl Mutants {
    /// The step's mutants; none if it has no `mutants.toml`. A step that compiles another step's
    /// proofs has that step's mutants.
    pub fn of(tree: &Tree, step: &Step) -> Result<Self, Complaint> {
        let file = tree.file_of(step, "mutants.toml");
        if !tree.path(&file).is_file() {
            return Ok(Self {
                file,
                ..Self::default()
            });
        }
        let text = tree.read(&file)?;
        let parsed = Self::parse(&text).map_err(|complaint| format!("{file}{complaint}"))?;
        Ok(Self { file, ..parsed })
    }

    /// Reads the text of a `mutants.toml`. A complaint begins with `:LINE: `, ready to stand behind
    /// the file's name.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        toml::from_str(text).map_err(|e| {
            let line = e
                .span()
                .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            // In TOML, every key after [[mutant.edit]] belongs to the edit.
            let slipped = e
                .message()
                .ends_with("expected one of `file`, `find`, `replace`");
            let hint = match slipped {
                true => "; write the mutant's own keys above its first [[mutant.edit]]",
                false => "",
            };
            format!(":{line}: {}{hint}", e.message())
        })
    }

    /// Returns complaints about proofs without a mutant, and about needless excuses.
    pub fn untested(&self, proofs: &[Proof]) -> Vec<Complaint> {
        let file = &self.file;
        let is_named = |test: &str| {
            self.mutants
                .iter()
                .any(|mutant| mutant.dies.iter().any(|it| it == test))
        };
        let is_excused = |test: &str| self.excused.iter().any(|it| it.test == test);
        let mut complaints = Vec::new();
        for Proof { path, .. } in proofs
            .iter()
            .filter(|proof| !is_named(&proof.path) && !is_excused(&proof.path))
        {
            complaints.push(format!(
                "{file}: no mutant names {path}, and a proof that passes may prove nothing: add one, or an [[excused]] that says why"
            ));
        }
        for Excused { test, why } in &self.excused {
            if why.trim().is_empty() {
                complaints.push(format!("{file}: {test} is excused without a reason"));
            }
            if is_named(test) {
                complaints.push(format!(
                    "{file}: {test} is excused, but a mutant names it: remove the excuse"
                ));
            }
            if !proofs.iter().any(|proof| proof.path == *test) {
                complaints.push(format!(
                    "{file}: {test} is excused, but there is no such proof"
                ));
            }
        }
        complaints
    }

    /// Returns complaints about mutants that cannot be judged: an edit that does not apply or that
    /// leaves no Rust, a test that is not in `tests`, or a name that is used twice.
    pub fn broken(&self, tree: &Tree, step: &Step, tests: &[Proof]) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        for (at, mutant) in self.mutants.iter().enumerate() {
            match mutant.apply(tree, step) {
                Ok(changed) => complaints.extend(mutant.no_rust(&changed)),
                Err(complaint) => complaints.push(complaint),
            }
            for test in mutant
                .dies
                .iter()
                .filter(|test| !tests.iter().any(|it| it.path == **test))
            {
                complaints.push(format!(
                    "there is no test {test}, which \"{}\" names",
                    mutant.name
                ));
            }
            if self.mutants[..at]
                .iter()
                .any(|other| other.name == mutant.name)
            {
                complaints.push(format!("two mutants have the name \"{}\"", mutant.name));
            }
        }
        complaints
            .iter()
            .map(|complaint| format!("{}: {complaint}", self.file))
            .collect()
    }
}

impl Mutant {
    /// Returns the changed files, each with its path under the root and its text after all edits.
    pub fn apply(&self, tree: &Tree, step: &Step) -> Result<Vec<(String, String)>, Complaint> {
        let mut changed: Vec<(String, String)> = Vec::new();
        for edit in &self.edits {
            let place = tree.file_of(step, &edit.file);
            let at = match changed.iter().position(|(file, _)| *file == place) {
                Some(at) => at,
                None => {
                    let text = tree.read(&place)?;
                    changed.push((place, text));
                    changed.len() - 1
                }
            };
            let text = &mut changed[at].1;
            *text = edit
                .apply(text)
                .map_err(|complaint| format!("the mutant \"{}\" {complaint}", self.name))?;
        }
        Ok(changed)
    }
}

impl Mutant {
    /// Returns a complaint for each changed file that no longer parses: its proofs would fail
    /// without having run.
    fn no_rust(&self, changed: &[(String, String)]) -> impl Iterator<Item = Complaint> {
        changed.iter().filter_map(|(file, text)| {
            let error = syn::parse_file(text).err()?;
            let line = error.span().start().line;
            Some(format!(
                "the mutant \"{}\" leaves no Rust in line {line} of {file}: {error}",
                self.name
            ))
        })
    }
}

impl Edit {
    fn apply(&self, text: &str) -> Result<String, Complaint> {
        // The line breaks next to a `"""` are layout, not text.
        let (find, replace) = (
            self.find.trim_matches('\n'),
            self.replace.trim_matches('\n'),
        );
        let times = if find.is_empty() {
            0
        } else {
            text.matches(find).count()
        };
        if times != 1 {
            let first = find.lines().next().unwrap_or_default().trim();
            return Err(format!(
                "finds \"{first}\" {times} times in {}, but it must occur once",
                self.file
            ));
        }
        Ok(text.replacen(find, replace, 1))
    }
}
