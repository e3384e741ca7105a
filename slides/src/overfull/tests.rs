//! The estimate beside the measurement, and decks that do not fit.

use super::*;
use crate::deck;
use std::{fs, path::PathBuf};

/// A deck of another talk in a scratch folder. Removed when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, slides: &str) -> Scratch {
        let name = format!("snackbar-overfull-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a scratch folder");
        fs::write(folder.join("slides.md"), slides).expect("a deck");
        Scratch(folder)
    }

    fn place(&self) -> Place {
        Place::new(Some(self.0.clone()))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left_for_the_system = fs::remove_dir_all(&self.0);
    }
}

/// Slides that fit (F) and slides that do not (O), each with its kind.
fn samples() -> Vec<(bool, String)> {
    let words = |many: usize| "Every crate waits for the slowest one. ".repeat(many);
    let korean = |many: usize| "모든 크레이트는 가장 느린 의존성을 기다립니다. ".repeat(many);
    let items = |many: usize| "- An item of one line\n".repeat(many);
    let code = |lines: usize, columns: usize| {
        format!("```text\n{}```", ("x".repeat(columns) + "\n").repeat(lines))
    };
    let table = |rows: usize| format!("| a | b |\n|---|---|\n{}", "| tea | cake |\n".repeat(rows));
    let mut all = Vec::new();
    for (fits, body) in [
        (true, words(8)),
        (false, words(30)),
        (true, korean(8)),
        (false, korean(30)),
        (true, items(7)),
        (false, items(13)),
        (true, code(10, 40)),
        (true, table(7)),
        (false, table(16)),
        (false, words(8) + "\n\n" + &code(16, 40)),
        (false, code(4, 110)),
    ] {
        all.push((fits, format!("# A slide\n\n{body}\n")));
    }
    all.push((false, format!("# {}\n\n{}\n", words(6), words(14))));
    all
}

#[test]
fn the_estimate_finds_the_slides_that_do_not_fit() {
    let (fits, slides): (Vec<bool>, Vec<String>) = samples().into_iter().unzip();
    let scratch = Scratch::new("estimate", &slides.join("\n---\n\n"));
    let (decks, _) = deck::load(&scratch.place());
    for ((slide, fits), text) in decks[0].slides.iter().zip(fits).zip(&slides) {
        let size = estimate::size(slide);
        assert_eq!(size.complaint().is_none(), fits, "{size:?} of\n{text}");
    }
}

/// A picture shrinks until the text fits, so only its height tells that there was no room for it.
#[test]
fn a_picture_that_is_squeezed_is_reported() {
    let Some(browser) = browser::for_test("squeezed") else {
        return;
    };
    let words = "Every crate waits for the slowest one. ".repeat(18);
    let slide = |text: &str| format!("# A slide\n\n{text}\n\n![a square](a.svg)\n");
    let slides = [slide("Few words."), slide(&words)].join("\n---\n\n");
    let scratch = Scratch::new("squeezed", &slides);
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='400' height='400'><rect width='400' height='400'/></svg>";
    fs::write(scratch.0.join("a.svg"), svg).expect("a picture");
    let place = scratch.place();
    let (decks, complaints) = deck::load(&place);
    assert_eq!(complaints, []);
    for looked in measure::look(&browser, &place, &decks).expect("sizes") {
        let complaints: Vec<_> = looked.sizes.iter().map(Size::complaint).collect();
        assert_eq!(complaints[0], None);
        let squeezed = complaints[1].as_deref().unwrap_or_default();
        assert!(squeezed.contains("a picture only"), "{squeezed}");
    }
}

/// Where Chromium is, it measures the same as is estimated elsewhere.
#[test]
fn the_estimate_agrees_with_the_measurement() {
    let Some(browser) = browser::for_test("estimate and measurement") else {
        return;
    };
    let (fits, slides): (Vec<bool>, Vec<String>) = samples().into_iter().unzip();
    let scratch = Scratch::new("measure", &slides.join("\n---\n\n"));
    let place = scratch.place();
    let (decks, _) = deck::load(&place);
    for looked in measure::look(&browser, &place, &decks).expect("sizes") {
        for ((size, fits), text) in looked.sizes.iter().zip(&fits).zip(&slides) {
            assert_eq!(
                size.complaint().is_none(),
                *fits,
                "{size:?} {} of\n{text}",
                looked.screen
            );
        }
    }
    // This repository's own deck.
    let place = Place::new(None);
    let (decks, _) = deck::load(&place);
    let mut wrong = Vec::new();
    for looked in measure::look(&browser, &place, &decks).expect("sizes") {
        let deck = &decks[looked.deck];
        for (at, (slide, measured)) in deck.slides.iter().zip(&looked.sizes).enumerate() {
            let estimated = estimate::size(slide);
            let name = format!("{} {} {}", deck.language, at + 1, looked.screen);
            if estimated.complaint().is_some() != measured.complaint().is_some() {
                wrong.push(format!("{name}: {estimated:?} but {measured:?}"));
            }
            // What shrinks and grows has no height of its own.
            let grows = ["demo", "picture", "scheduler", "xray", "follow", "clone"];
            let is_text = slide
                .blocks
                .shape
                .iter()
                .all(|it| !grows.iter().any(|kind| it.starts_with(kind)));
            let off = (estimated.needs - measured.needs).abs();
            if is_text && off > 90.0 + 0.12 * measured.needs {
                wrong.push(format!(
                    "{name}: {:.0} is estimated, {:.0} measured",
                    estimated.needs, measured.needs
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
