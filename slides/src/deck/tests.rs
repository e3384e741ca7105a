//! Decks in scratch folders, and this repository's own.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

const HEAD: &str = "---\nmarp: true\npaginate: true\ntitle: \"T\"\nlang: LANG\n---\n\n";
const NOTES: &str = "\n\n<!--\nplan: 0:00\n\nSay it.\n-->\n";

/// A folder with both languages of a deck in it, removed when dropped. It quotes this repository.
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
fn this_deck_is_fine() {
    let (decks, complaints) = load(&Place::new(None));
    let told: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
    assert!(decks.iter().all(|deck| deck.slides.len() >= 6));
}

#[test]
fn the_plan_ends_with_the_talk() {
    for deck in load(&Place::new(None)).0 {
        let last = deck.slides.iter().rev().find_map(|slide| slide.plan);
        assert!(last.is_some_and(|last| last < TALK), "{last:?}");
    }
}

/// `BLESS=1 cargo test -p slides quotes` writes every whole item anew that a slide quotes.
#[test]
fn quotes_are_what_the_demos_say() {
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
            "{} quotes what is no longer so; BLESS=1 writes it anew",
            place.name(&file)
        );
    }
}

#[test]
fn a_stale_quote_is_written_anew_and_the_rest_stays() {
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
        "what leaves something out is for a person to mend"
    );
}

/// What Marp does, written down a second time and without our parser: a rule between blank lines is
/// a new slide, the front matter is YAML of known keys, a comment of several lines is a note.
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
            // CommonMark's own idea of the whole file, as Marp's parser has it.
            let rules =
                pulldown_cmark::Parser::new_ext(body, pulldown_cmark::Options::ENABLE_TABLES)
                    .filter(|event| matches!(event, pulldown_cmark::Event::Rule))
                    .count();
            let of_file = deck
                .slides
                .iter()
                .filter(|slide| file.ends_with(&slide.file))
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
fn lists_reveal_and_code_points() {
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
fn demos_and_live_blocks_are_named_and_never_shell() {
    let slide = slide(&format!(
        "# A\n\n```bash +exec\ncargo run -p demo-02-lock-order -- --slow 1\n```\n\n```scheduler\n01-deadlock\n```\n\n```xray\nmailboxes\n```{NOTES}"
    ));
    assert_eq!(slide.demos, ["02-lock-order --slow 1"]);
    assert_eq!(slide.schedulers, ["01-deadlock"]);
    assert_eq!(
        slide.shape,
        [
            "demo 02-lock-order --slow 1",
            "scheduler 01-deadlock",
            "xray"
        ]
    );
}

#[test]
fn each_mistake_is_told_with_its_line() {
    let at = |line: usize, what: &str, text: &str| {
        let told = complaints(&format!("{text}{NOTES}"));
        let found = told
            .iter()
            .any(|it| it.starts_with(&format!("{line}: ")) && it.contains(what));
        assert!(
            found,
            "line {line}, {what:?} is not among {told:#?} for\n{text}"
        );
    };
    at(8, "heading", "no heading");
    at(10, "second `# …`", "# A\n\n# B");
    at(10, "nothing deeper", "# A\n\n### B");
    at(10, "underlined", "# A\n\nB\n===");
    at(10, "HTML", "# A\n\n<b>x</b>");
    at(10, "HTML", "# A\n\n<details>\n</details>");
    at(10, "one line is a command", "# A\n\n<!-- pause -->");
    at(10, "not `---`", "# A\n\n***");
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
    at(10, "point at line 3", "# A\n\n```text {3}\nx\n```");
    at(
        10,
        "no step",
        "# A\n\n```bash +exec\ncargo run --bin evil\n```",
    );
    at(10, "a demo is", "# A\n\n```bash +exec\nrm -rf /\n```");
    at(10, "no schedule", "# A\n\n```scheduler\n04-await\n```");
    at(10, "the picture gone.svg", "# A\n\n![x](gone.svg)");
    at(10, "only https", "# A\n\n[x](javascript:alert)");
    at(
        13,
        "README",
        "# A\n\n| step | x |\n|---|---|\n| a | b |\n| 01-deadlock | ✓ |",
    );
}

#[test]
fn notes_and_plans_are_told_too() {
    let told = |text: &str| complaints(text).join("\n");
    assert!(told("# A\n").contains("has no notes"));
    assert!(told("# A\n\n<!--\nx\n-->\n").contains("plan"));
    assert!(told("# A\n\n<!--\nplan: soon\n\nx\n-->\n").contains("no time"));
    assert!(told("# A\n\n<!--\nplan: 0:00\nlook: wild\n\nx\n-->\n").contains("none of"));
    assert!(
        told("# A\n\n<!--\nplan: 0:00\nquote: demos/06-actor/src/room.rs#Room\n\nx\n-->\n")
            .contains("no code block")
    );
    assert!(told("# A\n\n<!--\nplan: 0:00\n-->\n").contains("say nothing"));
    assert!(told("# A\n\n<!--\nplan: 1:00\n\nx\n-->\n").contains("0:00"));
    assert!(
        told(&format!(
            "# A{NOTES}\n---\n\n# B\n\n<!--\nplan: 40:00\n\nx\n-->\n"
        ))
        .contains("over at 40:00")
    );
    assert!(told(&format!("# A{NOTES}\nmore\n")).contains("behind the notes"));
    assert!(told(&format!("# A{NOTES}---\n\n# B{NOTES}")).contains("blank line"));
    assert!(told("# A\n\n```text\nx\n").contains("never closed"));
    assert!(told("# A\n\n<!--\nplan: 0:00\n").contains("never closed"));
}

#[test]
fn two_languages_that_differ_are_told() {
    let two = format!("# A{NOTES}\n---\n\n# B{NOTES}");
    let scratch = Scratch::new(&two, &format!("# A{NOTES}"));
    let (_, complaints) = load(&scratch.place);
    assert!(
        complaints[0].what.contains("1 slides, and 2 in en"),
        "{complaints:?}"
    );
    let scratch = Scratch::new(&format!("# A\n\n* x{NOTES}"), &format!("# A\n\n- x{NOTES}"));
    assert!(
        load(&scratch.place).1[0]
            .what
            .contains("reveals 0 steps here, 1")
    );
    let scratch = Scratch::new(
        &format!("# A\n\n```xray\nx\n```{NOTES}"),
        &format!("# A{NOTES}"),
    );
    assert!(
        load(&scratch.place).1[0]
            .what
            .contains("shows [] here, [xray]")
    );
}

#[test]
fn nothing_in_a_deck_becomes_markup() {
    let slide = slide(&format!(
        "# a < b & \"c\"\n\nx `<script>` y\n\n```text\n<img onerror=x>\n```{NOTES}"
    ));
    assert!(
        !slide.html.contains("<script") && !slide.html.contains("<img"),
        "{}",
        slide.html
    );
}
