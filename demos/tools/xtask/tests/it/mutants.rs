//! Every mutant of this checkout can be run, and the binary `mutants` judges mutants correctly.
//!
//! These tests run the binary with cargo and the compiler on a workspace of one small step, without
//! a network.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use limited::{Input, Limits};
use xtask::mutants::Mutants;
use xtask::tree::Tree;
use xtask::{Complaint, assert_no_complaints, proofs};

/// The time limit of the binary, which compiles a few lines several times.
const TIME_LIMIT: Duration = Duration::from_secs(300);

const ROOM: &str = "\
pub fn sum(to: u32) -> u32 {
    (1..=to).sum()
}
";

const PROOF: &str = "\
#[test]
fn of_three() {
    assert_eq!(super::room::sum(3), 6);
}

#[test]
fn of_nothing() {
    assert_eq!(super::room::sum(0), 0);
}
";

#[test]
fn every_mutant_applies_and_every_proof_has_a_mutant() {
    let tree = Tree::here().expect("cargo runs tests inside the repository");
    let mut complaints = Vec::new();
    for step in tree.mutated().expect("a tree") {
        let read = || {
            let proofs = proofs::of(&tree, &step)?;
            let tests = proofs::and_unit_tests(&tree, &step, &proofs)?;
            Ok::<_, Complaint>((Mutants::of(&tree, &step)?, proofs, tests))
        };
        match read() {
            Ok((mutants, proofs, tests)) => {
                complaints.extend(mutants.broken(&tree, &step, &tests));
                complaints.extend(mutants.untested(&proofs));
            }
            Err(complaint) => complaints.push(complaint),
        }
    }
    assert_no_complaints(&complaints);
}

#[test]
fn a_step_whose_mutants_all_die_passes() {
    let tree = workspace(
        "all-die",
        ROOM,
        r#"
        [[mutant]]
        name = "the last number is left out"
        find = "1..=to"
        replace = "1..to"
        dies = ["proof::of_three"]

        [[mutant]]
        name = "it adds for ever"
        find = "(1..=to).sum()"
        replace = "loop { std::hint::black_box(to); }"
        dies = ["proof::of_nothing"]
        hangs = true
        seconds = 1
    "#,
    );
    let (passed, said) = run(&tree, &[]);
    assert!(passed, "{said}");
    expect(
        &said,
        &[
            "01-sum          the last number is left out: died of of_three, ",
            "01-sum          it adds for ever: hung for 1 s, as expected, ",
            "2 of 2 mutants are dead, ",
        ],
    );
    let room = tree.read("demos/01-sum/src/room.rs");
    assert_eq!(room.as_deref(), Ok(ROOM), "only the copy changes");

    let (listed, said) = run(&tree, &["01", "--list"]);
    assert!(listed, "{said}");
    expect(
        &said,
        &[
            "01-sum          the last number is left out: dies of of_three\n",
            "01-sum          it adds for ever: dies of of_nothing\n",
        ],
    );
    assert!(!said.contains("are dead"), "a list runs no mutant: {said}");

    let (found, said) = run(&tree, &["07-moon"]);
    assert!(!found, "{said}");
    expect(
        &said,
        &["no step or crate 07-moon has mutants; these have: 01-sum\n"],
    );
}

#[test]
fn survivors_broken_mutants_hangs_and_untested_proofs_are_reported() {
    let tree = workspace(
        "none-dies",
        ROOM,
        r#"
        [[mutant]]
        name = "three numbers make seven"
        file = "src/proof.rs"
        find = "6"
        replace = "7"
        dies = ["proof::of_three"]

        [[mutant]]
        name = "nothing is different"
        find = "1..=to"
        replace = "0..=to"
        dies = ["proof::of_three"]

        [[mutant]]
        name = "no compiler takes it"
        find = "1..=to"
        replace = "1..=up_to"
        dies = ["proof::of_three"]

        [[mutant]]
        name = "it is nowhere"
        find = "2..=to"
        replace = "1..=to"
        dies = ["proof::of_three"]

        [[mutant]]
        name = "it adds for ever"
        find = "(1..=to).sum()"
        replace = "loop { std::hint::black_box(to); }"
        dies = ["proof::of_three"]
        seconds = 1
    "#,
    );
    let (passed, said) = run(&tree, &[]);
    assert!(!passed, "{said}");
    expect(
        &said,
        &[
            "01-sum          three numbers make seven: died of of_three, ",
            "\"nothing is different\" SURVIVED proof::of_three: ",
            "\"no compiler takes it\" IS BROKEN: it does not compile: error[E0425]: cannot find value `up_to`",
            "\"it is nowhere\" IS BROKEN: the mutant \"it is nowhere\" finds \"2..=to\" 0 times",
            "\"it adds for ever\" HANGS: its tests did not end within 1 s",
            "no mutant names proof::of_nothing",
            "1 of 5 mutants are dead, ",
        ],
    );
}

#[test]
fn mutants_of_a_crate_without_proofs_die_of_its_unit_tests() {
    let tree = workspace_of(
        "unit-tests",
        "demos/support/rules",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"rules\"\nedition = \"2021\"\n",
            ),
            ("src/lib.rs", &format!("{ROOM}\n#[cfg(test)]\nmod tests;\n")),
            ("src/tests.rs", &PROOF.replace("room::", "")),
            (
                "mutants.toml",
                r#"
        [[mutant]]
        name = "the last number is left out"
        file = "src/lib.rs"
        find = "1..=to"
        replace = "1..to"
        dies = ["tests::of_three"]

        [[mutant]]
        name = "nothing is different"
        file = "src/lib.rs"
        find = "1..=to"
        replace = "0..=to"
        dies = ["tests::of_three"]
    "#,
            ),
        ],
    );
    let (passed, said) = run(&tree, &["rules"]);
    assert!(!passed, "{said}");
    expect(
        &said,
        &[
            "rules           the last number is left out: died of tests::of_three, ",
            "rules: \"nothing is different\" SURVIVED tests::of_three: ",
            "1 of 2 mutants are dead, ",
        ],
    );
    assert!(
        !said.contains("of_nothing"),
        "a unit test needs no mutant: {said}"
    );
}

#[test]
fn mutants_of_a_step_with_failing_proofs_are_not_run() {
    let tree = workspace(
        "red",
        &ROOM.replace("1..=to", "2..=to"),
        r#"
        [[mutant]]
        name = "the last number is left out"
        find = "..=to"
        replace = "..to"
        dies = ["proof::of_three", "proof::of_nothing", "proof::of_the_moon"]
    "#,
    );
    let (passed, said) = run(&tree, &[]);
    assert!(!passed, "{said}");
    expect(
        &said,
        &[
            "01-sum          its mutants are not run: its tests fail without them",
            "01-sum: proof::of_three fails without any mutant: correct it first",
            "01-sum: proof::of_the_moon ended without a result",
            "0 of 1 mutants are dead, ",
        ],
    );
    assert!(
        !said.contains("proof::of_nothing"),
        "it passes and has a mutant: {said}"
    );
}

/// Creates a workspace of one step.
fn workspace(name: &str, room: &str, mutants: &str) -> Tree {
    workspace_of(
        name,
        "demos/01-sum",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"demo-01-sum\"\nedition = \"2021\"\n",
            ),
            ("src/lib.rs", "pub mod room;\n#[cfg(test)]\nmod proof;\n"),
            ("src/proof.rs", PROOF),
            ("src/room.rs", room),
            ("mutants.toml", mutants),
        ],
    )
}

/// Creates a workspace of one package with these files, in cargo's folder for tests. The build of
/// an earlier run is kept.
fn workspace_of(name: &str, package: &str, files: &[(&str, &str)]) -> Tree {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let write = |file: &str, text: &str| {
        let path = root.join(file);
        fs::create_dir_all(path.parent().expect("a folder"))
            .and_then(|()| fs::write(path, text))
            .expect("cargo's folder can be written");
    };
    let workspace = format!("[workspace]\nresolver = \"2\"\nmembers = [\"{package}\"]\n");
    write("Cargo.toml", &workspace);
    for (file, text) in files {
        write(&format!("{package}/{file}"), text);
    }
    Tree::at(root)
}

/// Runs `mutants` with these arguments. Returns whether it passed, and its output.
fn run(tree: &Tree, arguments: &[&str]) -> (bool, String) {
    let mut mutants = Command::new(env!("CARGO_BIN_EXE_mutants"));
    mutants
        .args(arguments)
        .env("CARGO_MANIFEST_DIR", tree.path(""))
        .env("CARGO_TARGET_DIR", tree.path("target"));
    let finished = limited::run(&mut mutants, Input::Empty, Limits::time(TIME_LIMIT));
    let finished = finished.expect("mutants starts");
    (
        finished.code() == Some(0),
        finished.stdout() + &finished.stderr(),
    )
}

#[track_caller]
fn expect(said: &str, sentences: &[&str]) {
    for sentence in sentences {
        assert!(said.contains(sentence), "no {sentence:?} in:\n{said}");
    }
}
