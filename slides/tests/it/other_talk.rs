//! `--deck`: a talk that is not this repository's.

use crate::{
    http::{body, get, get_bytes, status},
    kit::Folder,
    stage::{Stage, ended},
};
use std::{fs, time::Duration};

const SOON: Duration = Duration::from_secs(60);

/// A PNG of one pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0,
    0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// The smallest GIF: one pixel.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// The deck that the README shows, in a folder of its own.
fn example() -> Folder {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```markdown\n").expect("an example");
    let (deck, _) = rest.split_once("```\n").expect("its end");
    let folder = Folder::new("talk");
    fs::write(folder.path().join("slides.md"), deck).expect("a deck");
    fs::write(folder.path().join("times.png"), PNG).expect("a picture");
    folder
}

fn open(folder: &Folder) -> Stage {
    Stage::open(&["--phones", "0", "--deck", &folder.path().to_string_lossy()])
}

fn lint(folder: &Folder) -> (bool, String) {
    let linted = ended(&["--lint", "--deck", &folder.path().to_string_lossy()]);
    (linted.code() == Some(0), linted.stdout())
}

#[test]
fn the_example_of_the_readme_passes_the_lint() {
    let (passes, text) = lint(&example());
    assert!(passes && text.contains("2 slides"), "{text}");
}

#[test]
fn the_example_of_the_readme_is_a_talk_without_a_word_of_this_one() {
    let folder = example();
    let stage = open(&folder);
    assert!(!stage.line("listening on").contains("Snackbar"));
    for path in [
        "/",
        "/speaker",
        "/read",
        "/follow",
        "/deck/en",
        "/deck/de",
        "/notes/en",
    ] {
        let answer = get(stage.address(), path);
        assert_eq!(status(answer.as_bytes()), "200", "{path}");
        let page = String::from_utf8_lossy(body(answer.as_bytes()));
        for word in ["nackbar", "demo", "deadlock"] {
            assert!(!page.contains(word), "{path} has {word}: {page}");
        }
    }
    let phones = stage.phones();
    assert_eq!(status(&get_bytes(phones, "/snackbar.git/info/refs")), "404");
    let Some(browser) = browser::for_test("another talk") else {
        return;
    };
    let wall = browser.open(&stage.projector());
    wall.screen(1920, 1080);
    let speaker = browser.open(&stage.speaker());
    let reader = browser.open(&stage.url("/read"));
    let phone = browser.open(&format!("http://{phones}/"));
    phone.phone(390, 844);
    speaker.wait_for(
        "document.querySelector('#notes').textContent.includes('waited')",
        SOON,
    );
    for key in ["ArrowRight", "ArrowRight", "ArrowRight"] {
        wall.wait_for("document.querySelector('.slide.current')", SOON);
        wall.key(key);
    }
    let loaded = |slide: &str| {
        format!(
            "document.querySelector('{slide} img')?.complete && document.querySelector('{slide} img').naturalWidth === 1"
        )
    };
    wall.wait_for(&loaded(".current"), SOON);
    phone.wait_for(&loaded("#page"), SOON);
    reader.wait_for("document.querySelectorAll('article').length === 2", SOON);
    for page in [&wall, &speaker, &reader, &phone] {
        page.wait_for("document.title === 'Why our builds are slow'", SOON);
        assert_eq!(page.eval("document.documentElement.lang"), "en");
        let text = page.text()
            + page
                .eval("document.documentElement.outerHTML")
                .as_str()
                .unwrap_or("");
        for word in ["nackbar", "undefined", "null /", "40:00</b>"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        assert_eq!(page.errors(), Vec::<String>::new());
    }
    // One language: there is nothing to change, and no plan to be late for.
    assert_eq!(
        phone.eval("document.getElementById('language').hidden"),
        true
    );
    let header = speaker.eval("document.querySelector('header').textContent");
    let header = header.as_str().unwrap_or_default();
    for word in ["plan", "ahead", "behind", "40:00", "left"] {
        assert!(!header.contains(word), "{word}: {header}");
    }
    wall.key("l");
    wall.wait_for("document.documentElement.lang === 'en'", SOON);
    wall.screenshot(&browser::picture("other-talk"));
    speaker.screenshot(&browser::picture("other-talk-speaker"));
}

#[test]
fn pictures_of_every_kind_have_their_type_and_an_svg_runs_no_script() {
    let folder = Folder::new("pictures");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("pics")).expect("a folder");
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='document.title=1'><script>document.title = 'ran'</script><rect width='9' height='9'/></svg>";
    let files: [(&str, &[u8], &str); 6] = [
        ("a.png", PNG, "image/png"),
        ("b.JPG", PNG, "image/jpeg"),
        ("c.jpeg", PNG, "image/jpeg"),
        ("d.gif", GIF, "image/gif"),
        ("e.svg", svg.as_bytes(), "image/svg+xml"),
        ("pics/내 사진.webp", PNG, "image/webp"),
    ];
    let mut deck = String::from("---\nlang: ko\ntitle: \"사진\"\ntheme: gaia\n---\n\n# 사진\n\n");
    for (name, bytes, _) in files {
        fs::write(at(name), bytes).expect("a picture");
        deck += &format!("![{name}](<{name}>)\n\n");
    }
    fs::write(at("slides.md"), deck).expect("a deck");
    fs::write(at("secret.png"), PNG).expect("a picture that no slide shows");
    let stage = open(&folder);
    let phones = stage.phones();
    for (name, _, kind) in files {
        let name = name
            .replace(' ', "%20")
            .replace("내", "%EB%82%B4")
            .replace("사진", "%EC%82%AC%EC%A7%84");
        let answer = get_bytes(phones, &format!("/media/{name}"));
        let head = String::from_utf8_lossy(&answer).to_lowercase();
        assert!(
            head.starts_with("http/1.1 200") && head.contains(&format!("content-type: {kind}\r\n")),
            "{name}: {head}"
        );
        assert!(
            head.contains("nosniff")
                && head.contains("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
            "{head}"
        );
    }
    for path in [
        "secret.png",
        "slides.md",
        "../secret.png",
        "%2e%2e/a.png",
        "/etc/passwd",
    ] {
        let answer = get_bytes(phones, &format!("/media/{path}"));
        assert_eq!(status(&answer), "404", "{path}");
    }
    let Some(browser) = browser::for_test("pictures") else {
        return;
    };
    let wall = browser.open(&stage.projector());
    wall.wait_for(
        "document.querySelectorAll('.current img').length === 6",
        SOON,
    );
    wall.wait_for(
        "[...document.querySelectorAll('.current img')].every((it) => it.complete)",
        SOON,
    );
    assert_eq!(wall.eval("document.documentElement.lang"), "ko");
    assert_eq!(wall.eval("document.title"), "사진");
    // Opened alone, the drawing is a document, and still runs nothing.
    let drawing = browser.open(&format!("http://{phones}/media/e.svg"));
    drawing.wait_for("document.querySelector('rect')", SOON);
    assert_eq!(drawing.eval("document.title"), "");
}

#[test]
fn mistakes_of_another_talk_are_explained() {
    let folder = Folder::new("mistakes");
    let deck = "# One\n\n![x](https://example.com/x.png)\n\n![y](y.bmp)\n\n![z](gone.png)\n\n<b>bold</b>\n";
    fs::write(folder.path().join("slides.md"), deck).expect("a deck");
    fs::write(folder.path().join("y.bmp"), PNG).expect("a picture");
    let (passes, text) = lint(&folder);
    assert!(!passes);
    for what in [
        "slides.md:3: the picture https://example.com/x.png is not in the deck's folder",
        "slides.md:5: the picture y.bmp is no png, jpg, webp, gif or svg",
        "slides.md:7: the picture gone.png does not exist",
        "slides.md:9: HTML is not shown",
        "4 complaints",
    ] {
        assert!(text.contains(what), "{what} is not in\n{text}");
    }
    let empty = Folder::new("empty");
    let (passes, text) = lint(&empty);
    assert!(!passes && text.contains("there are no slides"), "{text}");
    let deck = example();
    let deck = deck.path().to_string_lossy();
    let wrong = ended(&["--listen", "127.0.0.1:0", "--lang", "ko", "--deck", &deck]);
    let why = wrong.stderr();
    assert!(
        wrong.code().is_some_and(|code| code != 0) && why.contains("the deck has en"),
        "{why}"
    );
}

/// A deck as other tools write it, in two languages that this talk does not have.
#[test]
fn a_deck_of_other_tools_is_shown_as_it_is() {
    let folder = Folder::new("marp");
    let text = |lang: &str| {
        format!(
            "---\nmarp: true\ntheme: gaia\nstyle: |\n  section {{ color: red; }}\nlang: {lang}\n---\n\n\
             <!-- _class: lead -->\n\n# One\n\n<!-- a note -->\n\n### deeper\n\n```js {{1}} title=\"x\"\nlet a = 1;\n```\n\n\
             | a | b |\n|---|---|\n| tea | ✓ |\n\n---\n\nNo heading, but words\n\n    indented code\n\n<!--\nmore notes\n-->\n"
        )
    };
    for lang in ["de", "fr"] {
        fs::create_dir_all(folder.path().join(lang)).expect("a folder");
        fs::write(folder.path().join(lang).join("1.md"), text(lang)).expect("a deck");
    }
    let (passes, said) = lint(&folder);
    assert!(
        passes && said.contains("2 slides in each of 2 languages"),
        "{said}"
    );
    let stage = open(&folder);
    let deck = get(stage.address(), "/deck/fr");
    for part in [
        r#""languages":["de","fr"]"#,
        r#""title":"No heading, but words indented code""#,
        "indented code",
        "<h2>deeper",
        "<table>",
    ] {
        assert!(deck.contains(part), "{part} is not in {deck}");
    }
    assert!(!deck.contains("a note") && !deck.contains("_class") && !deck.contains("promises"));
    let notes = get(stage.address(), "/notes/de");
    assert!(
        notes.contains("a note") && notes.contains("more notes") && !notes.contains("_class"),
        "{notes}"
    );
    // The language changes among those that the deck has.
    let Some(browser) = browser::for_test("other languages") else {
        return;
    };
    let wall = browser.open(&stage.projector());
    wall.wait_for("document.documentElement.lang === 'de'", SOON);
    wall.key("l");
    wall.wait_for("document.documentElement.lang === 'fr'", SOON);
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.wait_for(
        "document.getElementById('language').textContent === 'fr'",
        SOON,
    );
    phone.tap("#language");
    phone.wait_for("document.documentElement.lang === 'fr'", SOON);
    assert_eq!(wall.errors(), Vec::<String>::new());
}
