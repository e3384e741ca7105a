//! A rehearsal: the times are printed, kept for the next run, and written by nothing else.
#![cfg(unix)]

use crate::stage::{Stage, presenter::Presenter};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A copy of the deck with one slide of each kind, so that no other test has its file.
struct Deck {
    folder: PathBuf,
    kept: PathBuf,
}

impl Deck {
    fn new() -> Deck {
        let name = format!("snackbar-rehearsed-{}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        for language in ["en", "ko"] {
            fs::create_dir_all(folder.join(language)).expect("a scratch folder");
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deck");
            let file = Path::new(language).join("01-all.md");
            fs::copy(from.join(&file), folder.join(&file)).expect("a copy");
        }
        let exe = Path::new(env!("CARGO_BIN_EXE_slides"));
        let kept = exe.with_file_name(format!("rehearsal-{name}.json"));
        Deck { folder, kept }
    }

    fn open(&self, more: &[&str]) -> Stage {
        let folder = self.folder.to_string_lossy();
        Stage::open(&[&["--deck", &folder], more].concat())
    }
}

impl Drop for Deck {
    fn drop(&mut self) {
        let _left_for_the_system = fs::remove_dir_all(&self.folder);
        let _it_is_not_there = fs::remove_file(&self.kept);
    }
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
    let shown = first.and_then(|it| it.rsplit_once("0:")?.1.parse::<u32>().ok());
    assert!(shown.is_some_and(|it| it >= 2), "{said}");
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
    assert_eq!(slides[0], json!([2, 0]));
    assert_eq!(slides[1], json!([null, null]));
    assert_eq!(slides[2][0], 0);
    let before = fs::read(&deck.kept).expect("the times");
    stage.end("-INT");
    assert_eq!(fs::read(&deck.kept).expect("the times"), before);
}
