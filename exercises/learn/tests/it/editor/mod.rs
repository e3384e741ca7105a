//! The real rust-analyzer, on the files as a learner opens them.

mod analyzer;
mod every_file;

use crate::workspace::root;
use analyzer::{Analyzer, Place};
use every_file::exercises;
use std::fmt::Debug;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer may be another one after the repository was loaded.
const SETTLES: Duration = Duration::from_secs(60);
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

/// Asks until the answer is this. The server says that it has loaded the repository, and may load a
/// part of it again, such as what a build script has written.
#[track_caller]
fn at_last<T: Debug>(mut ask: impl FnMut() -> T, is_it: impl Fn(&T) -> bool) {
    let began = Instant::now();
    loop {
        let answer = ask();
        if is_it(&answer) {
            return;
        }
        assert!(began.elapsed() < SETTLES, "{answer:#?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// In exercise 1: what a lock is, where it comes from, and what one can do with it.
fn a_lock_is_known(editor: &mut Analyzer) {
    let text = read("exercises/01_lock_order/unsolved.rs");
    editor.open(ONE, &text);
    let field = Place::of(&text, "Mutex<u32>,").expect("a lock");
    at_last(
        || editor.hover(ONE, field),
        |shown| shown.contains("lanes::sync") && shown.contains("struct Mutex"),
    );
    let call = Place::of(&text, "lock();").expect("it is taken");
    at_last(
        || editor.hover(ONE, call),
        |shown| shown.contains("fn lock(&self)"),
    );
    at_last(
        || editor.definition(ONE, call),
        |defined| matches!(&defined[..], [file] if file.contains("demos/support/lanes/src/sync/")),
    );
    let offers = |offered: &[String], method| offered.iter().any(|it| it.starts_with(method));
    at_last(
        || editor.completion(ONE, call),
        |offered| offers(offered, "lock") && offers(offered, "try_lock"),
    );
    editor.close(ONE);
}

/// The files of an exercise are understood as they are, and a mistake of a learner's is seen.
fn a_mistake_is_seen(editor: &mut Analyzer, exercise: &str) {
    let answer = format!("exercises/{exercise}/exercise.rs");
    let text = read(&format!("exercises/{exercise}/unsolved.rs"));
    editor.open(&answer, &(text + MISTAKE));
    at_last(
        || (&answer, editor.diagnostics(&answer)),
        |(_, said)| matches!(&said[..], [only] if only.starts_with("E0308: expected u32")),
    );
    // While the answer is open as it came: the judge uses it, and on the disk it may be another.
    for file in [
        format!("exercises/{exercise}/unsolved.rs"),
        format!("exercises/{exercise}/judge.rs"),
        format!("solutions/{exercise}/solution.rs"),
    ] {
        editor.open(&file, &read(&file));
        at_last(
            || (&file, editor.diagnostics(&file)),
            |(_, said)| said.is_empty(),
        );
        editor.close(&file);
    }
    editor.close(&answer);
}
