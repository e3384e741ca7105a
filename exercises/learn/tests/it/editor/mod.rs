//! The real rust-analyzer, on the files as a learner opens them.

mod analyzer;
mod every_file;

use crate::workspace::root;
use analyzer::{Analyzer, Place};
use every_file::exercises;
use std::fs;

const ONE: &str = "exercises/01_lock_order/exercise.rs";

/// A mistake that only a type shows.
const MISTAKE: &str = "\nfn mistake() -> u32 {\n    \"a snack\"\n}\n";

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// One server for all that is asked: loading the repository is nearly all of the time.
#[test]
fn an_editor_understands_every_exercise() {
    let Some(mut editor) = Analyzer::start("") else {
        skipped::skip("no rust-analyzer here: rustup component add rust-analyzer rust-src");
        return;
    };
    a_lock_is_known(&mut editor);
    for exercise in exercises() {
        a_mistake_is_seen(&mut editor, &exercise);
    }
}

/// A learner may open the folder of one exercise. It has no manifest: the server finds the one in
/// `exercises`, as if that had been opened.
#[test]
fn an_editor_that_has_opened_one_exercise_understands_it() {
    let Some(mut editor) = Analyzer::start("exercises/01_lock_order") else {
        skipped::skip("no rust-analyzer here: rustup component add rust-analyzer rust-src");
        return;
    };
    a_lock_is_known(&mut editor);
}

/// In exercise 1: what a lock is, where it comes from, and what one can do with it.
fn a_lock_is_known(editor: &mut Analyzer) {
    let text = read("exercises/01_lock_order/unsolved.rs");
    editor.open(ONE, &text);
    let field = Place::of(&text, "Mutex<u32>,").expect("a lock");
    let shown = editor.hover(ONE, field);
    assert!(
        shown.contains("lanes::sync") && shown.contains("struct Mutex"),
        "{shown:?}"
    );
    let call = Place::of(&text, "lock();").expect("it is taken");
    let shown = editor.hover(ONE, call);
    assert!(shown.contains("fn lock(&self)"), "{shown:?}");
    let defined = editor.definition(ONE, call);
    assert!(
        matches!(&defined[..], [file] if file.contains("demos/support/lanes/src/sync/")),
        "{defined:?}"
    );
    let offered = editor.completion(ONE, call);
    for method in ["lock()", "try_lock()"] {
        let is_it = |word: &String| word.starts_with(method.trim_end_matches("()"));
        assert!(offered.iter().any(is_it), "{method} is not in {offered:?}");
    }
    editor.close(ONE);
}

/// The files of an exercise are understood as they are, and a mistake of a learner's is seen.
fn a_mistake_is_seen(editor: &mut Analyzer, exercise: &str) {
    let answer = format!("exercises/{exercise}/exercise.rs");
    let text = read(&format!("exercises/{exercise}/unsolved.rs"));
    editor.open(&answer, &(text + MISTAKE));
    let said = editor.diagnostics(&answer);
    assert!(
        matches!(&said[..], [only] if only.starts_with("E0308: expected u32")),
        "{answer}: {said:#?}"
    );
    // While the answer is open as it came: the judge uses it, and on the disk it may be another.
    for file in [
        format!("exercises/{exercise}/unsolved.rs"),
        format!("exercises/{exercise}/judge.rs"),
        format!("solutions/{exercise}/solution.rs"),
    ] {
        editor.open(&file, &read(&file));
        let said = editor.diagnostics(&file);
        assert!(said.is_empty(), "{file}: {said:#?}");
        editor.close(&file);
    }
    editor.close(&answer);
}
