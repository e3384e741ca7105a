//! The proofs of a step: the tests in its `src/proof.rs`, and in the files of its modules.
//!
//! A package outside the ladder may have none: its mutants name other unit tests.
//!
//! They are found as items, so the layout of a file does not matter. A test that a macro writes is
//! not found; the binary `mutants` compares the result with the list that the compiled tests print.

use std::collections::BTreeSet;

use syn::ext::IdentExt;
use syn::{Attribute, Ident, Item, ItemFn};
use tokens::Token;

use crate::Complaint;
use crate::tree::{FINALE, Step, Tree};

/// A test that proves something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its name in cargo's test filter: `proof::async_mutex::keeps_bounded_memory`.
    pub path: String,
    /// The file that holds it, such as `demos/06-actor/src/proof.rs`.
    pub file: String,
    /// The line of its `fn`, counted from 1.
    pub line: usize,
    /// The names of the methods that it calls.
    pub calls: BTreeSet<String>,
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
/// A package outside the ladder may have none.
pub fn of(tree: &Tree, step: &Step) -> Result<Vec<Proof>, Complaint> {
    let mut found = Vec::new();
    let mut unread = vec!["proof".to_string()];
    let folder = tree.owner(step, "src/proof.rs").folder();
    if step.number >= FINALE && !tree.path(&format!("{folder}/src/proof.rs")).is_file() {
        return Ok(found);
    }
    while let Some(module) = unread.pop() {
        let file = format!("{folder}/src/{}.rs", module.replace("::", "/"));
        let source = tree.read(&file)?;
        let (proofs, elsewhere) = scan(&source, &module, &file)?;
        found.extend(proofs);
        unread.extend(elsewhere);
    }
    Ok(found)
}

/// Returns the tests that a mutant of the step may name: its `proofs`, and its other unit tests. A
/// module whose file has another place (`#[path]`) is left out.
pub fn and_unit_tests(tree: &Tree, step: &Step, proofs: &[Proof]) -> Result<Vec<Proof>, Complaint> {
    let mut found = proofs.to_vec();
    let mut unread = vec![String::new()];
    while let Some(module) = unread.pop() {
        let name = if module.is_empty() { "lib" } else { &module };
        let file = format!("{}/src/{}.rs", step.folder(), name.replace("::", "/"));
        if module == "proof" || !tree.path(&file).is_file() {
            continue;
        }
        let (tests, elsewhere) = scan(&tree.read(&file)?, &module, &file)?;
        found.extend(tests);
        unread.extend(elsewhere);
    }
    Ok(found)
}

/// Returns the tests in the text of one module, and its modules in other files. The crate's own
/// module has the name `""`.
///
/// # Errors
/// If the text cannot be parsed.
pub fn scan(
    source: &str,
    module: &str,
    file: &str,
) -> Result<(Vec<Proof>, Vec<String>), Complaint> {
    let parsed = syn::parse_file(source).map_err(|error| {
        let line = error.span().start().line;
        format!("{file}:{line} cannot be parsed: {error}")
    })?;
    let mut scan = Scan {
        file,
        code: tokens::code(source).map_err(|error| format!("{file}: {error}"))?,
        proofs: Vec::new(),
        elsewhere: Vec::new(),
    };
    scan.module(&parsed.items, module);
    Ok((scan.proofs, scan.elsewhere))
}

struct Scan<'a> {
    file: &'a str,
    /// The tokens of the file without its comments. Calls are found in them, because `syn` does
    /// not parse the arguments of a macro.
    code: Vec<Token<'a>>,
    proofs: Vec<Proof>,
    elsewhere: Vec<String>,
}

impl Scan<'_> {
    fn module(&mut self, items: &[Item], module: &str) {
        for item in items {
            match item {
                Item::Fn(function) if is_test(&function.attrs) => {
                    self.proofs.push(self.proof(function, module));
                }
                Item::Mod(inner) => {
                    let path = below(module, &inner.ident);
                    match &inner.content {
                        Some((_, items)) => self.module(items, &path),
                        None => self.elsewhere.push(path),
                    }
                }
                _ => {}
            }
        }
    }

    fn proof(&self, function: &ItemFn, module: &str) -> Proof {
        let braces = function.block.brace_token.span;
        let body = braces.open().byte_range().end..braces.close().byte_range().start;
        let start = self.code.partition_point(|token| token.at < body.start);
        let end = self.code.partition_point(|token| token.at < body.end);
        let calls = self.code[start..end].windows(3).filter_map(called);
        Proof {
            path: below(module, &function.sig.ident),
            file: self.file.to_string(),
            line: function.sig.fn_token.span.start().line,
            calls: calls.map(str::to_owned).collect(),
        }
    }
}

/// Returns the path of an item in a module: `proof::async_mutex`.
fn below(module: &str, item: &Ident) -> String {
    match module {
        "" => item.unraw().to_string(),
        _ => format!("{module}::{}", item.unraw()),
    }
}

/// Whether one of the attributes is `#[test]`, or that of a crate such as `#[tokio::test]`.
fn is_test(attributes: &[Attribute]) -> bool {
    let mut last = attributes.iter().map(|it| it.path().segments.last());
    last.any(|name| name.is_some_and(|name| name.ident == "test"))
}

/// Returns the name of the method that these three tokens call.
fn called<'a>(code: &[Token<'a>]) -> Option<&'a str> {
    let is_call = code[0].is_mark(".") && code[2].is_mark("(");
    code[1].name().filter(|_| is_call)
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
        let (proofs, elsewhere) = scan(SOURCE, "proof", "src/proof.rs").expect("it parses");
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
        assert!(proofs[0].calls.contains("holds"), "{:?}", proofs[0].calls);
        assert!(
            !proofs[0].calls.contains("deadlocks"),
            "a comment is not code: {:?}",
            proofs[0].calls
        );
        assert!(
            proofs[2].calls.contains("violates"),
            "{:?}",
            proofs[2].calls
        );
        assert_eq!(
            (proofs[2].name(), proofs[2].variant()),
            ("breaks_bounded_memory", "async_mutex")
        );
        assert_eq!(
            (proofs[0].name(), proofs[0].variant()),
            ("keeps_no_snack_twice", "")
        );
    }

    /// The names of the tests in a source, and the methods that they call.
    fn found(source: &str) -> Vec<(String, Vec<String>)> {
        let (proofs, _) = scan(source, "proof", "src/proof.rs").expect("it parses");
        let calls = |proof: &Proof| proof.calls.iter().cloned().collect();
        let named = |proof: &Proof| (proof.name().to_owned(), calls(proof));
        proofs.iter().map(named).collect()
    }

    fn one(name: &str, calls: &[&str]) -> Vec<(String, Vec<String>)> {
        let calls = calls.iter().map(|call| (*call).to_owned());
        vec![(name.to_owned(), calls.collect())]
    }

    #[test]
    fn the_layout_of_a_test_does_not_matter() {
        for source in [
            "#[test] fn a() { explore().holds(); }",
            "#[test] // why\nfn a() { explore().holds() }",
            "#[test]\npub(in crate::proof) fn a() {\nexplore()\n.holds\n(\n)\n}",
            "#[ test ]\n/* b */ fn\na()\n{ explore().holds() } fn b() {}",
            "#[should_panic(expected = \"]\")] #[test] fn a() { if x { y } else { z.holds() } }",
            "#[tokio::test] async fn a() { explore().holds(); }",
            "#[test] unsafe extern \"C\" fn a() { assert!(explore().holds()); }",
        ] {
            assert_eq!(found(source), one("a", &["holds"]), "{source}");
        }
    }

    #[test]
    fn a_test_in_a_comment_a_string_or_a_macro_is_none() {
        for source in [
            "/*\n#[test]\nfn b() {}\n*/\n#[test] fn a() { c.holds() }",
            "const B: &str = r#\"\n#[test]\nfn b() {\n}\n\"#;\n#[test] fn a() { c.holds() }",
            "macro_rules! b { () => { #[test] fn b() {} } }\n#[test] fn a() { c.holds() }",
            "/*\n#[test]\n*/\nfn b() {}\n#[test] fn a() { c.holds() }",
        ] {
            assert_eq!(found(source), one("a", &["holds"]), "{source}");
        }
    }

    #[test]
    fn only_code_calls_a_method() {
        let source = "#[test]\nfn a() {\nb(\"http://c\").holds(); /* d.e() */ // f.g()\n\
                      h(\".deadlocks(\", r#\".violates(\"#); i.j; k.l[0]; }";
        assert_eq!(found(source), one("a", &["holds"]));
    }

    #[test]
    fn unit_tests_of_a_crate_without_proofs_are_found_in_all_its_files() {
        let fixture = crate::fixture::Fixture::new(&[
            (
                "demos/08-game/src/lib.rs",
                "mod room;\n#[path = \"far.rs\"]\nmod away;\n#[test]\nfn a() {}",
            ),
            (
                "demos/08-game/src/room.rs",
                "mod tests;\nmod seats { #[test] fn b() {} }",
            ),
            ("demos/08-game/src/room/tests.rs", "#[test]\nfn c() {}"),
        ]);
        let (tree, step) = (fixture.tree(), Step::named("08-game").expect("a step"));
        assert_eq!(of(&tree, &step), Ok(Vec::new()), "it has no proofs");
        let tests = and_unit_tests(&tree, &step, &[]).expect("it parses");
        let paths: Vec<_> = tests.iter().map(|test| test.path.as_str()).collect();
        assert_eq!(paths, ["a", "room::seats::b", "room::tests::c"]);
        let ladder = Step::named("07-game").expect("a step");
        assert!(
            of(&tree, &ladder).is_err(),
            "a step of the ladder has proofs"
        );
    }

    #[test]
    fn a_source_that_cannot_be_parsed_is_named_with_its_line() {
        let complaint = scan("\nfn a( {}", "proof", "src/proof.rs").expect_err("it is broken");
        let start = "src/proof.rs:2 cannot be parsed: ";
        assert!(complaint.starts_with(start), "{complaint}");
    }
}
