//! Decks in scratch folders, and this repository's own.

use super::{slide::TALK, *};
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

const HEAD: &str = "---\nmarp: true\npaginate: true\ntitle: \"T\"\nlang: LANG\n---\n\n";
const NOTES: &str = "\n\n<!--\nplan: 0:00\n\nSay it.\n-->\n";

/// A folder with a deck in both languages, which quotes this repository. Removed when dropped.
struct Scratch {
    place: Place,
}

impl Scratch {
    fn new(en: &str, ko: &str) -> Scratch {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "snackbar-deck-{}-{}",
            std::process::id(),
            MADE.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        for (language, text) in [("en", en), ("ko", ko)] {
            let folder = folder.join(language);
            fs::create_dir_all(&folder).expect("a scratch folder");
            let text = HEAD.replace("LANG", language) + text;
            fs::write(folder.join("01-a.md"), text).expect("a scratch file");
        }
        Scratch {
            place: Place {
                root: Place::new(None).root,
                folder,
                is_other: false,
            },
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left_for_the_system = fs::remove_dir_all(&self.place.folder);
    }
}

fn complaints(en: &str) -> Vec<String> {
    let scratch = Scratch::new(en, en);
    let (_, complaints) = load(&scratch.place);
    let english = complaints.iter().filter(|it| it.file.contains("/en/"));
    english
        .map(|it| format!("{}: {}", it.line, it.what))
        .collect()
}

fn slide(text: &str) -> Slide {
    let scratch = Scratch::new(text, text);
    let (decks, complaints) = load(&scratch.place);
    assert_eq!(complaints, []);
    decks[0].slides[0].clone()
}

#[test]
fn this_deck_has_no_complaints() {
    let (decks, complaints) = load(&Place::new(None));
    let lines: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
    assert!(decks.iter().all(|deck| deck.slides.len() >= 6));
}

#[test]
fn the_last_planned_slide_begins_within_the_talk() {
    for deck in load(&Place::new(None)).0 {
        let last = deck.slides.iter().rev().find_map(|slide| slide.plan);
        assert!(last.is_some_and(|last| last < TALK), "{last:?}");
    }
}

/// `BLESS=1 cargo test -p slides quotes` updates every whole item that a slide quotes.
#[test]
fn quotes_are_the_demos_source() {
    let place = Place::new(None);
    let bless = std::env::var_os("BLESS").is_some();
    for file in LANGUAGES.iter().flat_map(|language| place.files(language)) {
        let text = fs::read_to_string(&file).expect("a deck's file");
        let fresh = quote::refreshed(&place, &text);
        if bless && fresh != text {
            fs::write(&file, &fresh).expect("a deck's file");
        }
        assert!(
            bless || fresh == text,
            "{} has a stale quote; `BLESS=1 cargo test -p slides quotes` updates it",
            place.name(&file)
        );
    }
}

#[test]
fn a_stale_quote_is_updated_and_other_text_stays() {
    let place = Place::new(None);
    let text = format!(
        "{HEAD}# A\n\n```rust {{1}}\nold\n```\n\n```text\nleft\n```\n\n<!--\nplan: 0:00\nquote: demos/06-actor/src/room.rs#LINES_BEHIND\n\nx\n-->\n"
    );
    let fresh = quote::refreshed(&place, &text);
    assert_eq!(
        fresh,
        text.replace("old\n", "pub const LINES_BEHIND: usize = 64;\n")
    );
    assert_eq!(quote::refreshed(&place, &fresh), fresh);
    let elided = text.replace("old\n", "old\n// …\n");
    assert_eq!(
        quote::refreshed(&place, &elided),
        elided,
        "a quote that leaves lines out is not updated"
    );
}

/// Marp's rules, without our parser: a rule between blank lines begins a slide, the front matter is
/// YAML with known keys, a comment of several lines is a note.
#[test]
fn marp_sees_the_same_slides() {
    let place = Place::new(None);
    let (decks, _) = load(&place);
    for deck in decks {
        let mut seen = 0;
        for file in place.files(&deck.language) {
            let text = fs::read_to_string(&file).expect("a deck's file");
            let (front, body) = text[4..].split_once("\n---\n").expect("front matter");
            assert!(front.lines().any(|line| line == "marp: true"), "{front}");
            assert!(!front.contains("theme"), "{front}");
            // Marp parses the whole file as CommonMark.
            let rules =
                pulldown_cmark::Parser::new_ext(body, pulldown_cmark::Options::ENABLE_TABLES)
                    .filter(|event| matches!(event, pulldown_cmark::Event::Rule))
                    .count();
            let of_file = deck
                .slides
                .iter()
                .filter(|slide| file.ends_with(&slide.source.file))
                .count();
            assert_eq!(rules + 1, of_file, "{}", file.display());
            let headings = pulldown_cmark::Parser::new(body)
                .filter(|event| {
                    matches!(
                        event,
                        pulldown_cmark::Event::Start(pulldown_cmark::Tag::Heading {
                            level: pulldown_cmark::HeadingLevel::H1,
                            ..
                        })
                    )
                })
                .count();
            assert_eq!(headings, of_file, "a heading a slide: {}", file.display());
            let comments = body.matches("<!--\n").count();
            assert_eq!(comments, of_file, "notes for each: {}", file.display());
            assert!(
                !body.contains("<!-- "),
                "a comment on one line: {}",
                file.display()
            );
            seen += of_file;
        }
        assert_eq!(seen, deck.slides.len());
    }
}

#[test]
fn lists_reveal_items_and_code_highlights_lines() {
    let text = format!(
        "# A *b* `c`\n\n* one\n* two\n\n- all\n- at once\n\n```toml {{1|all}}\na = 1\nb = 2\n```{NOTES}"
    );
    let slide = slide(&text);
    assert_eq!((slide.title.as_str(), slide.steps), ("A b c", 3));
    assert!(
        slide.html.contains("<li data-step=\"1\">one</li>"),
        "{}",
        slide.html
    );
    assert!(slide.html.contains("<li>all</li>"), "{}", slide.html);
    assert!(slide.html.contains("data-first=\"2\""), "{}", slide.html);
    assert!(
        slide
            .html
            .contains("<span class=\"line\" data-on=\"2 3\">a = 1"),
        "{}",
        slide.html
    );
    assert!(
        slide
            .html
            .contains("<span class=\"line\" data-on=\"3\">b = 2"),
        "{}",
        slide.html
    );
    assert_eq!(slide.notes.trim(), "<p>Say it.</p>");
    assert!(!slide.html.contains("Say it"), "the notes are on the slide");
}

#[test]
fn a_demo_is_named_by_its_step_and_options() {
    let slide = slide(&format!(
        "# A\n\n```bash +exec\ncargo run -p demo-02-lock-order -- --slow 1\n```\n\n```scheduler\n01-deadlock\n```\n\n```xray\nmailboxes\n```{NOTES}"
    ));
    assert_eq!(slide.blocks.demos, ["02-lock-order --slow 1"]);
    assert_eq!(slide.blocks.schedulers, ["01-deadlock"]);
    assert_eq!(
        slide.blocks.shape,
        [
            "demo 02-lock-order --slow 1",
            "scheduler 01-deadlock",
            "xray"
        ]
    );
}

#[test]
fn each_mistake_is_reported_with_its_line() {
    let at = |line: usize, what: &str, text: &str| {
        let reported = complaints(&format!("{text}{NOTES}"));
        let found = reported
            .iter()
            .any(|it| it.starts_with(&format!("{line}: ")) && it.contains(what));
        assert!(
            found,
            "line {line}, {what:?} is not among {reported:#?} for\n{text}"
        );
    };
    at(8, "heading", "no heading");
    at(10, "second `# …`", "# A\n\n# B");
    at(10, "nothing deeper", "# A\n\n### B");
    at(10, "underlined", "# A\n\nB\n===");
    at(10, "HTML", "# A\n\n<b>x</b>");
    at(10, "HTML", "# A\n\n<details>\n</details>");
    at(10, "one line is a command", "# A\n\n<!-- pause -->");
    at(10, "write `---`", "# A\n\n***");
    at(10, "task list", "# A\n\n- [ ] x");
    at(10, "mermaid", "# A\n\n```mermaid\nx\n```");
    at(10, "names its language", "# A\n\n```\nx\n```");
    at(10, "quotes the demos", "# A\n\n```rust\nfn x() {}\n```");
    at(
        10,
        "84",
        &format!("# A\n\n```text\n{}\n```", "x".repeat(90)),
    );
    at(
        10,
        "17",
        &format!("# A\n\n```text\n{}```", "x\n".repeat(20)),
    );
    at(10, "highlight line 3", "# A\n\n```text {3}\nx\n```");
    at(
        10,
        "no step",
        "# A\n\n```bash +exec\ncargo run --bin evil\n```",
    );
    at(10, "a demo is", "# A\n\n```bash +exec\nrm -rf /\n```");
    at(10, "no schedule game", "# A\n\n```scheduler\n04-await\n```");
    at(10, "the picture gone.svg", "# A\n\n![x](gone.svg)");
    at(10, "only https", "# A\n\n[x](javascript:alert)");
    at(
        13,
        "README",
        "# A\n\n| step | x |\n|---|---|\n| a | b |\n| 01-deadlock | ✓ |",
    );
}

#[test]
fn mistakes_in_notes_and_plans_are_reported() {
    let reported = |text: &str| complaints(text).join("\n");
    assert!(reported("# A\n").contains("has no notes"));
    assert!(reported("# A\n\n<!--\nx\n-->\n").contains("plan"));
    assert!(reported("# A\n\n<!--\nplan: soon\n\nx\n-->\n").contains("not a time"));
    assert!(reported("# A\n\n<!--\nplan: 0:00\nlook: wild\n\nx\n-->\n").contains("use one of"));
    assert!(
        reported("# A\n\n<!--\nplan: 0:00\nquote: demos/06-actor/src/room.rs#Room\n\nx\n-->\n")
            .contains("no code block")
    );
    assert!(reported("# A\n\n<!--\nplan: 0:00\n-->\n").contains("hold nothing"));
    assert!(reported("# A\n\n<!--\nplan: 1:00\n\nx\n-->\n").contains("0:00"));
    assert!(
        reported(&format!(
            "# A{NOTES}\n---\n\n# B\n\n<!--\nplan: 40:00\n\nx\n-->\n"
        ))
        .contains("over at 40:00")
    );
    assert!(reported(&format!("# A{NOTES}\nmore\n")).contains("after the notes"));
    assert!(reported(&format!("# A{NOTES}---\n\n# B{NOTES}")).contains("blank line"));
    assert!(reported("# A\n\n```text\nx\n").contains("never closed"));
    assert!(reported("# A\n\n<!--\nplan: 0:00\n").contains("never closed"));
}

#[test]
fn a_difference_between_the_languages_is_reported() {
    let two = format!("# A{NOTES}\n---\n\n# B{NOTES}");
    let scratch = Scratch::new(&two, &format!("# A{NOTES}"));
    let (_, complaints) = load(&scratch.place);
    assert!(
        complaints[0].what.contains("1 slides here, 2 in en"),
        "{complaints:?}"
    );
    let scratch = Scratch::new(&format!("# A\n\n* x{NOTES}"), &format!("# A\n\n- x{NOTES}"));
    assert!(load(&scratch.place).1[0].what.contains("0 steps here, 1"));
    let scratch = Scratch::new(
        &format!("# A\n\n```xray\nx\n```{NOTES}"),
        &format!("# A{NOTES}"),
    );
    assert!(
        load(&scratch.place).1[0]
            .what
            .contains("blocks [] here, [xray]")
    );
}

#[test]
fn text_of_a_deck_is_escaped() {
    let slide = slide(&format!(
        "# a < b & \"c\"\n\nx `<script>` y\n\n```text\n<img onerror=x>\n```{NOTES}"
    ));
    assert!(
        !slide.html.contains("<script") && !slide.html.contains("<img"),
        "{}",
        slide.html
    );
}
