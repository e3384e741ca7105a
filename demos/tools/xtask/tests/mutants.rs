//! The mutants: that every one of this checkout's can be hunted, and that the hunter knows death
//! when he sees it.
//!
//! The hunts are real: the binary `mutants`, cargo and the compiler, on a workspace of one tiny
//! step. No network.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use xtask::mutants::Mutants;
use xtask::tree::Tree;
use xtask::{bounded, nothing_to_complain, proofs};

/// A hunt compiles a handful of lines a few times.
const HUNTING: Duration = Duration::from_secs(300);

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
fn every_mutant_applies_names_its_proofs_and_leaves_none_out() {
    let tree = Tree::here().expect("cargo runs tests inside the repository");
    let mut complaints = Vec::new();
    for step in tree.proved().expect("a tree") {
        match (Mutants::of(&tree, &step), proofs::of(&tree, &step)) {
            (Ok(mutants), Ok(proofs)) => {
                complaints.extend(mutants.broken(&tree, &step, &proofs));
                complaints.extend(mutants.untested(&proofs));
            }
            (mutants, proofs) => complaints.extend(mutants.err().into_iter().chain(proofs.err())),
        }
    }
    nothing_to_complain(&complaints);
}

#[test]
fn a_step_whose_mutants_all_die_is_praised() {
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
    let (praised, said) = hunt(&tree, &[]);
    assert!(praised, "{said}");
    expect(
        &said,
        &[
            "01-sum          the last number is left out: died of of_three, ",
            "01-sum          it adds for ever: hung for 1 s, as foreseen, ",
            "2 of 2 mutants are dead, ",
        ],
    );
    let room = tree.read("demos/01-sum/src/room.rs");
    assert_eq!(room.as_deref(), Ok(ROOM), "mutants live in the copy alone");

    let (listed, said) = hunt(&tree, &["01", "--list"]);
    assert!(listed, "{said}");
    expect(
        &said,
        &[
            "01-sum          the last number is left out: dies of of_three\n",
            "01-sum          it adds for ever: dies of of_nothing\n",
        ],
    );
    assert!(!said.contains("are dead"), "a list hunts nobody: {said}");

    let (found, said) = hunt(&tree, &["07-moon"]);
    assert!(!found, "{said}");
    expect(&said, &["there is no step 07-moon; there are 01-sum\n"]);
}

#[test]
fn survivors_broken_mutants_hangs_and_idle_proofs_are_told() {
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
    let (praised, said) = hunt(&tree, &[]);
    assert!(!praised, "{said}");
    expect(
        &said,
        &[
            "01-sum          three numbers make seven: died of of_three, ",
            "\"nothing is different\" SURVIVED proof::of_three: ",
            "\"no compiler takes it\" IS BROKEN: it does not compile: error[E0425]: cannot find value `up_to`",
            "\"it is nowhere\" IS BROKEN: the mutant \"it is nowhere\" finds \"2..=to\" 0 times",
            "\"it adds for ever\" HANGS: its proofs did not end within 1 s",
            "no mutant dies of proof::of_nothing",
            "1 of 5 mutants are dead, ",
        ],
    );
}

#[test]
fn a_step_that_is_red_without_a_mutant_is_not_hunted() {
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
    let (praised, said) = hunt(&tree, &[]);
    assert!(!praised, "{said}");
    expect(
        &said,
        &[
            "01-sum          its mutants wait: its proofs do not stand without them",
            "01-sum: proof::of_three fails without any mutant: mend it first",
            "01-sum: proof::of_the_moon came to no verdict",
            "0 of 1 mutants are dead, ",
        ],
    );
    assert!(
        !said.contains("proof::of_nothing"),
        "it passes, and has its mutant: {said}"
    );
}

/// A workspace of one step, in a folder of this name where cargo lets tests write. What an earlier
/// run built there is kept.
fn workspace(name: &str, room: &str, mutants: &str) -> Tree {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"demos/*\"]\n",
        ),
        (
            "demos/01-sum/Cargo.toml",
            "[package]\nname = \"demo-01-sum\"\nedition = \"2021\"\n",
        ),
        (
            "demos/01-sum/src/lib.rs",
            "pub mod room;\n#[cfg(test)]\nmod proof;\n",
        ),
        ("demos/01-sum/src/proof.rs", PROOF),
        ("demos/01-sum/src/room.rs", room),
        ("demos/01-sum/mutants.toml", mutants),
    ];
    for (file, text) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().expect("a folder"))
            .and_then(|()| fs::write(path, text))
            .expect("cargo's folder can be written");
    }
    Tree::at(root)
}

/// Runs `mutants` with these arguments: whether it was content, and all that it said.
fn hunt(tree: &Tree, arguments: &[&str]) -> (bool, String) {
    let mut mutants = Command::new(env!("CARGO_BIN_EXE_mutants"));
    mutants
        .args(arguments)
        .env("CARGO_MANIFEST_DIR", tree.path(""))
        .env("CARGO_TARGET_DIR", tree.path("target"));
    let ended = bounded::run(&mut mutants, HUNTING)
        .expect("mutants starts")
        .expect("a hunt ends");
    (ended.code == Some(0), ended.stdout + &ended.stderr)
}

#[track_caller]
fn expect(said: &str, sentences: &[&str]) {
    for sentence in sentences {
        assert!(said.contains(sentence), "no {sentence:?} in:\n{said}");
    }
}
