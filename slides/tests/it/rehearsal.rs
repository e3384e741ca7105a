//! A rehearsal: the times are printed, kept for the next run, and written by nothing else.
#![cfg(unix)]

use crate::{
    kit::Folder,
    stage::{Stage, deck_copy, presenter::Presenter},
};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A copy of the deck with one slide of each kind, so that no other test has its file.
struct Deck {
    folder: Folder,
    kept: PathBuf,
}

impl Deck {
    fn new() -> Deck {
        let folder = deck_copy("rehearsed");
        let name = folder.path().file_name().expect("a name");
        let exe = Path::new(env!("CARGO_BIN_EXE_slides"));
        let kept = exe.with_file_name(format!("rehearsal-{}.json", name.display()));
        Deck { folder, kept }
    }

    fn open(&self, more: &[&str]) -> Stage {
        Stage::with_deck(&self.folder, more)
    }
}

impl Drop for Deck {
    fn drop(&mut self) {
        let _it_is_not_there = fs::remove_file(&self.kept);
    }
}

/// The last time in a line, such as `1:07`, in seconds.
fn seconds(line: &str) -> Option<u32> {
    let (minutes, seconds) = line.split_whitespace().last()?.split_once(':')?;
    Some(60 * minutes.parse::<u32>().ok()? + seconds.parse::<u32>().ok()?)
}

#[test]
fn a_rehearsal_is_compared_with_the_plan_and_shown_in_the_next_run() {
    let deck = Deck::new();
    let stage = deck.open(&[]);
    Presenter::connect(&stage).send(r#"["next"]"#);
    let said = stage.end("-INT");
    assert!(!said.contains("Plan against"), "{said}");
    assert!(!deck.kept.exists(), "written without --rehearse");

    let stage = deck.open(&["--rehearse"]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["next"]"#);
    // The first press starts the clock.
    presenter.wait_for("the clock", |state| {
        state["clock"]["ms"].as_u64() >= Some(2000)
    });
    presenter.send(r#"["go",2,0]"#);
    presenter.wait_for("the third slide", |state| state["slide"] == 2);
    let said = stage.end("-INT");
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    let first = lines.iter().find_map(|it| it.strip_suffix("  A list"));
    let first = seconds(first.unwrap_or_default());
    assert!(first.is_some_and(|it| it >= 2), "{said}");
    let third = lines.iter().find_map(|it| it.strip_suffix("  A game"));
    let third = seconds(third.unwrap_or_default());
    assert!(third.is_some(), "{said}");
    for (start, end) in [
        ("1    0:00    0:00", "  A list"),
        ("2    1:00       -", "-  A demo"),
    ] {
        assert!(
            lines
                .iter()
                .any(|it| it.starts_with(start) && it.ends_with(end)),
            "{start} … {end}:\n{said}"
        );
    }
    assert!(deck.kept.exists());

    let stage = deck.open(&[]);
    let mut presenter = Presenter::connect(&stage);
    let state = presenter.wait_for("the state", |state| state["plan"]["hasLast"] == true);
    let slides = &state["plan"]["slides"];
    assert_eq!(slides[0], json!([first, 0]));
    assert_eq!(slides[1], json!([null, null]));
    assert_eq!(slides[2][0], json!(third));
    let before = fs::read(&deck.kept).expect("the times");
    stage.end("-INT");
    assert_eq!(fs::read(&deck.kept).expect("the times"), before);
}
