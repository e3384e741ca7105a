//! The proofs of a step: the tests in its `src/proof.rs`, and in the files of its modules.
//!
//! The scan relies on the layout of rustfmt: a test ends at the first `}` with the indentation of
//! its `fn`. It cannot find a test that a macro writes; the binary `mutants` compares the result
//! with the list that the compiled tests print.

use crate::Complaint;
use crate::tree::{Step, Tree};

/// A test that proves something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its name in cargo's test filter: `proof::async_mutex::keeps_bounded_memory`.
    pub path: String,
    /// The file that holds it, such as `demos/06-actor/src/proof.rs`.
    pub file: String,
    /// The line of its `fn`, counted from 1.
    pub line: usize,
    /// Its code, without comments.
    pub body: String,
}

impl Proof {
    /// Returns the last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }

    /// Returns the modules between `proof` and the test: empty, or a name such as `async_mutex`.
    pub fn variant(&self) -> &str {
        let modules = self.path.strip_suffix(self.name()).unwrap_or_default();
        modules.trim_start_matches("proof").trim_matches(':')
    }
}

/// Returns the step's proofs, from top to bottom. They may be another step's, see [`Tree::owner`].
pub fn of(tree: &Tree, step: &Step) -> Result<Vec<Proof>, Complaint> {
    let mut found = Vec::new();
    let mut unread = vec!["proof".to_string()];
    let folder = tree.owner(step, "src/proof.rs").folder();
    while let Some(module) = unread.pop() {
        let file = format!("{folder}/src/{}.rs", module.replace("::", "/"));
        let source = tree.read(&file)?;
        let (proofs, elsewhere) = scan(&source, &module, &file);
        found.extend(proofs);
        unread.extend(elsewhere);
    }
    Ok(found)
}

/// Returns the tests in the text of one module, and its modules in other files.
pub fn scan(source: &str, module: &str, file: &str) -> (Vec<Proof>, Vec<String>) {
    // Each with its indentation, which finds its `}`.
    let mut modules = vec![(None, module)];
    let mut is_test = false;
    let (mut proofs, mut elsewhere) = (Vec::new(), Vec::new());
    let mut lines = (1..).zip(source.lines());
    while let Some((number, line)) = lines.next() {
        let code = line.trim();
        let indent = &line[..line.len() - line.trim_start().len()];
        let names: Vec<&str> = modules.iter().map(|(_, name)| *name).collect();
        if code == "#[test]" {
            is_test = true;
        } else if let Some(name) = item(code, "fn ") {
            let body = if code.ends_with(['}', ';']) {
                String::new()
            } else {
                body(&mut lines, indent)
            };
            if std::mem::take(&mut is_test) {
                let path = format!("{}::{name}", names.join("::"));
                proofs.push(Proof {
                    path,
                    file: file.to_string(),
                    line: number,
                    body,
                });
            }
        } else if let Some(name) = item(code, "mod ") {
            match code.ends_with(';') {
                true => elsewhere.push(format!("{}::{name}", names.join("::"))),
                false => modules.push((Some(indent), name)),
            }
        } else if code == "}"
            && modules
                .last()
                .is_some_and(|(start, _)| *start == Some(indent))
        {
            modules.pop();
        }
    }
    (proofs, elsewhere)
}

/// Returns the name of the item that begins at this line, if it is of this kind.
fn item<'a>(code: &'a str, kind: &str) -> Option<&'a str> {
    let code = ["pub ", "pub(crate) ", "pub(super) ", "const ", "async "]
        .iter()
        .fold(code, |code, word| code.strip_prefix(word).unwrap_or(code));
    let name = code.strip_prefix(kind)?;
    name.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .next()
}

fn body<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>, indent: &str) -> String {
    let inside = lines
        .map(|(_, line)| line)
        .take_while(|line| line.strip_prefix(indent) != Some("}"));
    let code = inside.map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r##"
//! Covers: two players.

use lanes::explore;

fn model(
    players: usize,
) -> impl Fn() {
    #[test]
    fn not_me() {}
}

#[test]
fn keeps_no_snack_twice() {
    // never .deadlocks( here
    explore("x", model(2)).holds();
}

#[test]
#[ignore = "weekly"]
fn every_player_sees_every_event() {}

impl Thing {
    fn helper() {}
}

mod async_mutex {
    use super::*;

    /// Says why.
    #[test]
    pub(super) fn breaks_bounded_memory() {
        if true {
            explore("y").violates("}");
        }
    }

    fn helper() {
    }
}

mod far_away;

#[test]
fn the_last() {
    let text = r#"
    }
"#;
}
"##;

    #[test]
    fn tests_are_found_with_their_module_line_and_body() {
        let (proofs, elsewhere) = scan(SOURCE, "proof", "src/proof.rs");
        let found: Vec<_> = proofs
            .iter()
            .map(|proof| (proof.path.as_str(), proof.line))
            .collect();
        assert_eq!(
            found,
            [
                ("proof::keeps_no_snack_twice", 14),
                ("proof::every_player_sees_every_event", 21),
                ("proof::async_mutex::breaks_bounded_memory", 32),
                ("proof::the_last", 45),
            ]
        );
        assert_eq!(elsewhere, ["proof::far_away"]);
        assert!(proofs[0].body.contains(".holds("), "{}", proofs[0].body);
        assert!(
            !proofs[0].body.contains(".deadlocks("),
            "a comment is not code: {}",
            proofs[0].body
        );
        assert!(proofs[2].body.contains(".violates("), "{}", proofs[2].body);
        assert_eq!(
            (proofs[2].name(), proofs[2].variant()),
            ("breaks_bounded_memory", "async_mutex")
        );
        assert_eq!(
            (proofs[0].name(), proofs[0].variant()),
            ("keeps_no_snack_twice", "")
        );
    }
}
