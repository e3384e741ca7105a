//! The pages in a real browser: the projector, the speaker view, the reader and a phone.

use crate::{
    ports,
    stage::{Stage, build},
};
use browser::Browser;
use browser::Page;
use scheduler::Outcome;
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

fn projector(browser: &Browser, stage: &Stage) -> Page {
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    page.wait_for("document.querySelector('.slide.current')", SOON);
    page
}

/// Waits until the projector shows this slide.
fn at(page: &Page, slide: usize) {
    page.wait_for(
        &format!("document.querySelector('#stage .slide.current')?.dataset.page == {slide}"),
        SOON,
    );
}

fn check_errors(page: &Page) {
    assert_eq!(page.errors(), Vec::<String>::new());
}

/// Checks every slide of the talk, step by step: everything fits, no text is too small, and the PDF
/// has one page per slide.
fn whole_talk(language: &str) {
    let Some(browser) = browser::for_test(language) else {
        return;
    };
    let stage = Stage::open(&["--lang", language]);
    let page = projector(&browser, &stage);
    page.wait_for(
        &format!("document.documentElement.lang === '{language}'"),
        SOON,
    );
    let slides = page
        .eval("document.querySelectorAll('#stage > .slide').length")
        .as_u64()
        .unwrap_or(0) as usize;
    let steps_of = page.eval("fetch('/deck/' + document.documentElement.lang).then((it) => it.json()).then((deck) => deck.slides.map((it) => it.steps))");
    let mut mistakes = Vec::new();
    for slide in 1..=slides {
        at(&page, slide);
        let steps = steps_of[slide - 1].as_u64().unwrap_or(0);
        for step in 0..=steps {
            if step == steps {
                page.wait_for("!document.querySelector('.current .hidden')", SOON);
                page.eval("Promise.all([...document.querySelectorAll('.current img')].map((it) => it.decode()))");
                page.screenshot(&browser::picture(&format!("{language}-{slide:02}")));
                let wrong = page.eval(LOOK);
                mistakes.extend(
                    wrong
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|it| format!("{language} slide {slide}: {it}")),
                );
            }
            if (slide, step) != (slides, steps) {
                page.key("ArrowRight");
            }
        }
    }
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
    let pdf = browser::picture(&format!("talk-{language}")).with_extension("pdf");
    page.pdf(&pdf);
    assert_eq!(pages(&pdf), slides, "one page per slide");
    check_errors(&page);
}

/// Finds the mistakes of the current slide: elements that stick out, and text smaller than 24
/// points.
const LOOK: &str = r"(() => {
  const slide = document.querySelector('.current');
  const whole = slide.getBoundingClientRect();
  const mistakes = [];
  for (const it of slide.querySelectorAll('.body, .body *')) {
    const style = getComputedStyle(it);
    const text = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (style.display === 'none' || !it.getClientRects().length) continue;
    if (text && parseFloat(style.fontSize) < 32) mistakes.push(`${it.tagName}.${it.className} is ${style.fontSize}: ${it.textContent.trim().slice(0, 40)}`);
    const box = it.getBoundingClientRect();
    if (text && (box.right > whole.right + 2 || box.bottom > whole.bottom + 2)) mistakes.push(`sticks out: ${it.textContent.trim().slice(0, 40)}`);
  }
  const body = slide.querySelector('.body');
  if (body.scrollHeight > body.clientHeight + 4) mistakes.push(`${body.scrollHeight - body.clientHeight} px do not fit`);
  for (const code of slide.querySelectorAll('pre:not(.screen)')) if (code.scrollWidth > code.clientWidth + 4) mistakes.push('code is wider than its box');
  return mistakes;
})()";

fn pages(pdf: &PathBuf) -> usize {
    let bytes = fs::read(pdf).expect("a PDF");
    let pdf = hayro_syntax::Pdf::new(bytes);
    pdf.expect("a PDF can be read").pages().len()
}

#[test]
fn every_slide_fits_in_english() {
    whole_talk("en");
}

#[test]
fn every_slide_fits_in_korean() {
    whole_talk("ko");
}

#[test]
fn every_key_works() {
    let Some(browser) = browser::for_test("keys") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = projector(&browser, &stage);
    at(&page, 1);
    page.key("ArrowRight");
    page.wait_for(
        "document.querySelectorAll('.current .hidden').length === 1",
        SOON,
    );
    for key in ["PageDown", " "] {
        page.key(key);
    }
    at(&page, 2);
    page.key("End");
    at(&page, 6);
    page.key("Home");
    at(&page, 1);
    for key in ["4", "Enter"] {
        page.key(key);
    }
    at(&page, 4);
    for key in ["g", "5", "Enter"] {
        page.key(key);
    }
    at(&page, 5);
    page.key("PageUp");
    at(&page, 4);
    page.key("b");
    page.wait_for("!document.getElementById('dark').hidden", SOON);
    page.key(".");
    page.wait_for("document.getElementById('dark').hidden", SOON);
    page.screen(1280, 720);
    page.key("?");
    page.wait_for("document.getElementById('help').open", SOON);
    let fits = "(it => it.scrollHeight <= it.clientHeight)(document.getElementById('help'))";
    assert_eq!(page.eval(fits), true, "every key is in view");
    page.screen(1920, 1080);
    page.key("Escape");
    page.wait_for("!document.getElementById('help').open", SOON);
    page.key("o");
    page.wait_for(
        "document.querySelectorAll('#overview button').length === 6",
        SOON,
    );
    page.screenshot(&browser::picture("overview"));
    page.key("Escape");
    page.key("+");
    page.wait_for(
        "getComputedStyle(document.getElementById('stage')).getPropertyValue('--zoom') === '1.25'",
        SOON,
    );
    page.key("-");
    page.key("l");
    page.wait_for("document.documentElement.lang === 'ko'", SOON);
    at(&page, 4);
    page.reload();
    page.wait_for("document.documentElement.lang === 'ko'", SOON);
    at(&page, 4);
    page.eval("location.hash = '#/2'");
    at(&page, 2);
    check_errors(&page);
}

#[test]
fn a_phone_follows_the_speaker_browses_and_follows_again() {
    let Some(browser) = browser::for_test("speaker and phone") else {
        return;
    };
    let stage = Stage::small(&["--phones", "0"]);
    let page = projector(&browser, &stage);
    let speaker = browser.open(&stage.speaker());
    speaker.screen(1440, 900);
    speaker.wait_for(
        "document.querySelector('#notes').textContent.includes('The secret of the speaker')",
        SOON,
    );
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.phone(360, 740);
    phone.wait_for(
        "document.querySelector('#page .slide')?.dataset.page === '1'",
        SOON,
    );
    speaker.wait_for(
        "document.querySelector('#phones').textContent.startsWith('1 phone  ·  slowest reply ')",
        SOON,
    );
    phone.tap("#language");
    phone.wait_for("document.documentElement.lang === 'ko'", SOON);
    speaker.key("4");
    speaker.key("Enter");
    at(&page, 4);
    phone.wait_for(
        "document.querySelector('#page .slide').dataset.page === '4'",
        SOON,
    );
    phone.screenshot(&browser::picture("phone-ko"));
    assert_eq!(
        page.eval("document.documentElement.lang"),
        "en",
        "a phone's language is its own"
    );
    phone.tap("#back");
    phone.wait_for(
        "document.querySelector('#page .slide').dataset.page === '3'",
        SOON,
    );
    speaker.key("End");
    at(&page, 6);
    assert_eq!(
        phone.eval("document.querySelector('#page .slide').dataset.page"),
        "3",
        "a phone that browses does not follow"
    );
    phone.swipe((300.0, 400.0), (60.0, 400.0));
    phone.wait_for(
        "document.querySelector('#page .slide').dataset.page === '4'",
        SOON,
    );
    phone.tap("#live-button");
    phone.wait_for(
        "document.querySelector('#page .slide').dataset.page === '6'",
        SOON,
    );
    let served = phone.eval("Promise.all(['/deck/en', '/deck/ko', '/', '/web/follow.js'].map((it) => fetch(it).then((it) => it.text()))).then((all) => all.join(''))");
    assert!(
        !served.to_string().contains("secret of the speaker") && !phone.text().contains("비밀")
    );
    assert!(
        phone
            .eval("document.documentElement.scrollWidth <= innerWidth")
            .as_bool()
            == Some(true),
        "it scrolls sideways"
    );
    speaker.key("c");
    speaker.wait_for(
        "document.querySelector('#clock').classList.contains('runs')",
        SOON,
    );
    speaker.key("Home");
    speaker.wait_for(
        "document.querySelector('#notes').textContent.includes('secret')",
        SOON,
    );
    speaker.screenshot(&browser::picture("speaker"));
    // The phone loses its connection and connects again.
    phone.offline(true);
    phone.offline(false);
    phone.wait_for(
        "document.querySelector('#page .slide').dataset.page === '1'",
        SOON,
    );
    check_errors(&page);
    check_errors(&speaker);
}

/// The number of slides on a phone.
fn slides_of(phone: &Page) -> u64 {
    let slides = phone.eval("Number(document.getElementById('place').textContent.split('/')[1])");
    slides.as_u64().expect("a number of slides")
}

fn goes_to(phone: &Page, slide: u64) {
    phone.eval(&format!("location.hash = '#/{slide}'"));
    phone.wait_for(
        &format!("document.querySelector('#page .slide').dataset.page === '{slide}'"),
        SOON,
    );
}

/// Every slide with the game has a link to join it on a phone.
#[test]
fn a_phone_that_follows_can_join_while_the_game_runs() {
    let Some(browser) = browser::for_test("a phone joins") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.phone(390, 844);
    phone.wait_for("document.querySelector('#page .slide')", SOON);
    let mut games = 0;
    for slide in 1..=slides_of(&phone) {
        goes_to(&phone, slide);
        let shown = phone.eval(JOIN_LINK);
        if shown.is_null() {
            continue;
        }
        games += 1;
        assert_eq!(shown, "http://10.0.0.1:7008/", "slide {slide}");
    }
    assert!(games > 1, "slides with the game: {games}");
    check_errors(&phone);
}

/// The target of the visible link. Null if the slide has no game.
const JOIN_LINK: &str = "import('/web/live.js').then(({ fill }) => {
  const slide = document.querySelector('#page .slide'), game = slide.querySelector('.game');
  if (!game) return null;
  const running = { status: 'running', lines: [] };
  fill(slide, { demos: { [game.dataset.demo]: running }, play: 'http://10.0.0.1:7008/' }, null, 'phone');
  const link = game.querySelector('.code');
  return link.getClientRects().length > 0 ? link.href : 'hidden';
})";

/// On a small screen only long code and wide pictures scroll sideways, in their own boxes.
#[test]
fn every_slide_fits_a_phone_in_both_languages() {
    let Some(browser) = browser::for_test("a phone, every slide") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.phone(390, 844);
    let mut mistakes = Vec::new();
    for language in ["en", "ko"] {
        phone.wait_for("document.querySelector('#page .slide')", SOON);
        if phone.eval("document.documentElement.lang") != language {
            phone.tap("#language");
        }
        phone.wait_for(
            &format!("document.documentElement.lang === '{language}'"),
            SOON,
        );
        for slide in 1..=slides_of(&phone) {
            goes_to(&phone, slide);
            phone.eval(
                "Promise.all([...document.querySelectorAll('#page img')].map((it) => it.decode()))",
            );
            phone.screenshot(&browser::picture(&format!("phone-{language}-{slide:02}")));
            let wrong = phone.eval(LOOK_ON_A_PHONE);
            let wrong = wrong.as_array().into_iter().flatten();
            mistakes.extend(wrong.map(|it| format!("{language} slide {slide}: {it}")));
        }
    }
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
    check_errors(&phone);
}

/// Finds the mistakes of a slide on a phone: a page that is wider than the screen, and text that is
/// too small.
const LOOK_ON_A_PHONE: &str = r"(() => {
  const mistakes = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) mistakes.push(`${wide} px sideways`);
  for (const it of document.querySelectorAll('#page .slide *')) {
    const text = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const size = parseFloat(getComputedStyle(it).fontSize);
    if (text && it.getClientRects().length && size < 12) mistakes.push(`${it.tagName}.${it.className} is ${size} px`);
  }
  return mistakes;
})()";

#[test]
fn a_demo_freezes_on_its_slide_its_row_lights_up_and_its_recording_is_marked() {
    let Some(browser) = browser::for_test("demo") else {
        return;
    };
    let _port = ports::reserve(1);
    build("01-deadlock");
    let stage = Stage::small(&[]);
    let page = projector(&browser, &stage);
    page.eval("location.hash = '#/4'");
    at(&page, 4);
    page.wait_for(
        "document.querySelector('[data-lights=\"01-deadlock\"]').classList.contains('dim')",
        SOON,
    );
    page.key("PageUp");
    at(&page, 3);
    page.key("PageUp");
    at(&page, 2);
    page.key("d");
    page.wait_for(
        "document.querySelector('.current .demo').dataset.status === 'deadlock'",
        Duration::from_secs(120),
    );
    page.wait_for(
        "document.querySelector('.current .verdict .word').textContent === 'DEADLOCK'",
        SOON,
    );
    page.wait_for("document.querySelector('.current .screen .k1')", SOON);
    page.screenshot(&browser::picture("frozen"));
    // On a busy machine the recording may end before the key that stops it is there: then that key
    // starts the demo.
    let until = Instant::now() + SOON;
    loop {
        page.key("r");
        page.wait_for(
            "document.querySelector('.current .chip').textContent.includes('RECORDED')",
            SOON,
        );
        page.key("d");
        page.wait_for(
            "document.querySelector('.current .demo').dataset.status === 'stopped' || !document.querySelector('.current .chip').textContent.includes('RECORDED')",
            SOON,
        );
        let chip = page.eval("document.querySelector('.current .chip').textContent");
        if chip == "RECORDED · stopped" {
            break;
        }
        assert!(Instant::now() < until, "not stopped, but {chip}");
    }
    for key in ["4", "Enter"] {
        page.key(key);
    }
    at(&page, 4);
    page.wait_for(
        "!document.querySelector('[data-lights=\"01-deadlock\"]').classList.contains('dim')",
        SOON,
    );
    assert_eq!(
        page.eval("document.querySelector('[data-lights=\"06-actor\"]').classList.contains('dim')"),
        true
    );
    page.screenshot(&browser::picture("lights"));
    check_errors(&page);
}

#[test]
fn the_schedule_game_is_played_with_keys_and_votes() {
    let Some(browser) = browser::for_test("scheduler") else {
        return;
    };
    let stage = Stage::small(&["--phones", "0"]);
    let page = projector(&browser, &stage);
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.phone(360, 740);
    page.eval("location.hash = '#/3'");
    at(&page, 3);
    page.key("p");
    page.wait_for(
        "document.querySelector('.current .scheduler').dataset.state === 'running'",
        SOON,
    );
    // On a busy machine the vote may end before the ballot is there: then the next game is played.
    let until = Instant::now() + SOON;
    loop {
        page.key("v");
        phone.wait_for(
            "document.querySelectorAll('#vote button').length === 2",
            SOON,
        );
        phone.eval("document.querySelector('#vote button')?.click(), 0");
        page.wait_for(
            "document.querySelector('.current .votes')?.textContent === '1' || document.querySelector('.current .asks').textContent.startsWith('Nobody voted')",
            SOON,
        );
        if page.eval("document.querySelector('.current .votes')?.textContent") == "1" {
            break;
        }
        assert!(Instant::now() < until, "no ballot is counted in time");
        page.key("v");
        phone.wait_for("document.getElementById('vote').hidden", SOON);
    }
    phone.screenshot(&browser::picture("vote"));
    page.screenshot(&browser::picture("scheduler"));
    let rows = |many: usize| {
        format!("document.querySelectorAll('.current .lanes tbody tr').length === {many}")
    };
    page.wait_for(&rows(1), SOON);
    // The next vote begins at once. Without a ballot, the presenter picks.
    phone.wait_for(
        "!document.getElementById('vote').hidden && !document.querySelector('#vote [aria-pressed=true]')",
        SOON,
    );
    page.wait_for(
        "document.querySelector('.current .asks').textContent.startsWith('Nobody voted')",
        SOON,
    );
    phone.wait_for(
        "document.querySelectorAll('#vote button').length === 0",
        SOON,
    );
    page.screenshot(&browser::picture("vote-nobody"));
    page.key("v");
    phone.wait_for("document.getElementById('vote').hidden", SOON);
    for (key, many) in [("2", 2), ("1", 3), ("1", 4), ("1", 5)] {
        page.key(key);
        page.wait_for(&rows(many), SOON);
    }
    page.wait_for(
        "document.querySelector('.current .scheduler').dataset.state === 'deadlock'",
        SOON,
    );
    page.wait_for(
        "document.querySelector('.current .asks').textContent === 'DEADLOCK'",
        SOON,
    );
    page.wait_for(
        "document.querySelector('.current .cycle').textContent.includes('ann → bob → ann')",
        SOON,
    );
    page.wait_for(
        "document.querySelector('.current .count').textContent",
        SOON,
    );
    page.screenshot(&browser::picture("deadlock"));
    page.eval("location.hash = '#/5'");
    at(&page, 5);
    page.wait_for(
        "document.querySelectorAll('.current .bar').length === 7",
        SOON,
    );
    page.screenshot(&browser::picture("xray"));
    check_errors(&page);
    check_errors(&phone);
}

/// A screen reader announces the slide, reduced motion is respected, and the contrast is
/// sufficient.
#[test]
fn the_pages_are_accessible() {
    let Some(browser) = browser::for_test("heard") else {
        return;
    };
    let stage = Stage::small(&["--phones", "0"]);
    let page = projector(&browser, &stage);
    page.reduced_motion(true);
    page.eval("location.hash = '#/4'");
    at(&page, 4);
    let announced = "document.querySelector('[aria-live=polite]').textContent";
    page.wait_for(&format!("{announced} === 'Slide 4 of 6: A table'"), SOON);
    assert_eq!(
        page.eval(
            "getComputedStyle(document.querySelector('.current .promises tr')).transitionDuration"
        ),
        "0s"
    );
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.phone(390, 844);
    phone.wait_for("document.querySelector('#page .slide')", SOON);
    let speaker = browser.open(&stage.speaker());
    speaker.wait_for("document.querySelector('#now .slide')", SOON);
    for it in [&page, &phone, &speaker] {
        assert_eq!(it.eval("document.querySelectorAll('main').length"), 1);
        let unnamed = it.eval("[...document.querySelectorAll('button, a, img')].filter((it) => it.checkVisibility() && !(it.textContent.trim() || it.alt || it.ariaLabel)).map((it) => it.outerHTML)");
        assert_eq!(unnamed, serde_json::json!([]), "elements without a name");
        let faint = it.eval(CONTRAST);
        assert_eq!(faint, serde_json::json!([]), "too faint to read");
    }
}

/// Finds text whose contrast ratio to its background is below 4.5. Text that is dimmed until it is
/// revealed does not count.
const CONTRAST: &str = r"(() => {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((it) => it / 255).map((it) => (it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4))
    .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (it) => {
    for (; it; it = it.parentElement) {
      const colour = channels(getComputedStyle(it).backgroundColor);
      if ((colour[3] ?? 1) > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  const mistakes = [];
  for (const it of document.querySelectorAll('body *')) {
    const text = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!text || !it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || it.closest('.dim, .hidden, noscript, .unseen')) continue;
    const [one, other] = [light(channels(getComputedStyle(it).color)), light(behind(it))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) mistakes.push(`${ratio.toFixed(1)} ${it.tagName}.${it.className}: ${it.textContent.trim().slice(0, 30)}`);
  }
  return mistakes;
})()";

#[test]
fn the_reader_shows_every_slide_with_its_notes() {
    let Some(browser) = browser::for_test("reader") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = browser.open(&stage.url("/read?lang=ko"));
    page.screen(1440, 900);
    page.wait_for("document.querySelectorAll('article').length === 6", SOON);
    page.wait_for(
        "document.querySelector('article .notes').textContent.includes('비밀')",
        SOON,
    );
    check_errors(&page);
}

/// The heading on the wall, or what is written over it.
const WALL: &str = "document.getElementById('banner').hidden ? document.querySelector('.current h1').textContent : document.getElementById('banner').textContent";

/// The slides that the page has.
const SLIDES: &str = "document.querySelectorAll('#stage > .slide').length";

#[test]
fn an_edit_is_shown_at_once_and_a_deck_with_a_mistake_is_held_back() {
    let Some(browser) = browser::for_test("edit") else {
        return;
    };
    let folder = std::env::temp_dir().join(format!("snackbar-edit-{}", std::process::id()));
    for language in ["en", "ko"] {
        fs::create_dir_all(folder.join(language)).expect("a scratch folder");
        let from = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/deck")
            .join(language)
            .join("01-all.md");
        fs::copy(from, folder.join(language).join("01-all.md")).expect("a copy");
    }
    let stage = Stage::open(&["--deck", &folder.to_string_lossy()]);
    let page = projector(&browser, &stage);
    let speaker = browser.open(&stage.speaker());
    page.key("End");
    at(&page, 6);
    let file = folder.join("en/01-all.md");
    let text = fs::read_to_string(&file).expect("the deck");
    fs::write(&file, text.replace("# Code", "# Fresh code")).expect("an edit");
    page.wait_for(
        "document.querySelector('.current h1').textContent === 'Fresh code'",
        SOON,
    );
    at(&page, 6);
    fs::write(&file, text.replace("# Code", "# Code\n\n<b>bold</b>")).expect("an edit");
    speaker.wait_for(
        "document.getElementById('banner').textContent.includes('en/01-all.md:') && document.getElementById('banner').textContent.includes('HTML')",
        SOON,
    );
    speaker.screenshot(&browser::picture("held-back"));
    // The wall keeps the slides that it had, and says nothing.
    assert_eq!(page.eval(WALL), "Fresh code");
    fs::write(&file, &text).expect("an edit");
    speaker.wait_for("document.getElementById('banner').hidden", SOON);
    page.wait_for(
        "document.querySelector('.current h1').textContent === 'Code'",
        SOON,
    );
    // Saved in two halves; saved as Notepad does; one language without its last slide; no file.
    let half = text.len() / 2;
    let shorter = text.rsplit_once("\n---\n").expect("two slides").0;
    let other = fs::read_to_string(folder.join("ko/01-all.md")).expect("the deck");
    for (what, bytes, complaint) in [
        ("half of it", &text.as_bytes()[..half], true),
        ("an empty file", b"", true),
        ("a slide less", shorter.as_bytes(), true),
        ("not UTF-8", b"\xFF\xFE#\0", true),
        ("the other language", other.as_bytes(), true),
        (
            "a byte-order mark",
            format!("\u{feff}{text}").as_bytes(),
            false,
        ),
    ] {
        fs::write(&file, bytes).expect("an edit");
        if complaint {
            speaker.wait_for("!document.getElementById('banner').hidden", SOON);
        } else {
            // Longer than the stage takes to see it.
            page.eval("new Promise((done) => setTimeout(done, 1500))");
        }
        assert_eq!(page.eval(WALL), "Code", "{what}");
        assert_eq!(page.eval(SLIDES), 6, "{what}");
        fs::write(&file, &text).expect("an edit");
        speaker.wait_for("document.getElementById('banner').hidden", SOON);
    }
    fs::remove_file(&file).expect("removed");
    speaker.wait_for("!document.getElementById('banner').hidden", SOON);
    assert_eq!(page.eval(SLIDES), 6, "no file");
    fs::write(&file, &text).expect("put back");
    speaker.wait_for("document.getElementById('banner').hidden", SOON);
    assert_eq!(page.eval(WALL), "Code");
    let _left_for_the_system = fs::remove_dir_all(&folder);
    check_errors(&page);
}

/// Checks that the schedule in a saved test leads to the same end.
fn replay(step: &str, test: &str, end: &str) {
    let words: Vec<&str> = test.split('"').collect();
    let [_, named, _, schedule, ..] = words[..] else {
        panic!("no schedule in {test}");
    };
    assert_eq!(named, step);
    let game = scheduler::replay(step, schedule).expect("it can be played again");
    let ends = match game.outcome() {
        Outcome::Running => "running",
        Outcome::Kept => "kept",
        Outcome::Broken(_) => "broken",
        Outcome::Deadlock { cycle, .. } if cycle.is_empty() => "stuck",
        Outcome::Deadlock { .. } => "deadlock",
        Outcome::Refused(_) => "refused",
    };
    assert_eq!(ends, end, "{step}: {schedule}");
}

/// Plays every schedule game of the talk's own deck with keys.
#[test]
fn every_schedule_game_reaches_the_end_that_its_slide_asks_for() {
    let Some(browser) = browser::for_test("schedule games") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let page = projector(&browser, &stage);
    // The threads that move, then always the first one that can.
    for (step, moves, end) in [
        ("01-deadlock", &[1, 2, 1, 1, 1][..], "deadlock"),
        ("02-lock-order", &[], "stuck"),
        ("03-short-locks", &[1, 2], "broken"),
        ("05-channels", &[], "deadlock"),
        ("06-actor", &[], "kept"),
    ] {
        let slide = page.eval(&format!("Number(document.querySelector('#stage > .slide:has([data-scheduler=\"{step}\"])').dataset.page)"));
        page.eval(&format!("location.hash = '#/{slide}'"));
        at(&page, slide.as_u64().unwrap_or(0) as usize);
        page.key("p");
        page.wait_for(
            "document.querySelector('.current .scheduler').dataset.state === 'running'",
            SOON,
        );
        for made in 0..80 {
            if page.eval("document.querySelector('.current .scheduler').dataset.state") != "running"
            {
                break;
            }
            let first = page.eval("1 + [...document.querySelectorAll('.current .threads button')].findIndex((it) => !it.disabled)");
            let next = moves.get(made).copied().or(first.as_u64()).unwrap_or(1);
            page.key(&next.to_string());
            page.wait_for(&format!("document.querySelector('.current .scheduler').dataset.state !== 'running' || document.querySelector('.current .scheduler').dataset.moves > {made}"), SOON);
        }
        assert_eq!(
            page.eval("document.querySelector('.current .scheduler').dataset.state"),
            end,
            "{step}"
        );
        page.wait_for(
            "document.querySelector('.current .count').textContent.match(/\\d/)",
            Duration::from_secs(180),
        );
        page.wait_for("(() => { const it = document.querySelector('.current .lanes'); return it.scrollTop + it.clientHeight >= it.scrollHeight - 2; })()", SOON);
        page.screenshot(&browser::picture(&format!("schedule-game-{step}")));
        println!(
            "{step}: {end}; {}",
            page.eval("document.querySelector('.current .count').textContent")
        );
        let saved = page.eval("document.querySelector('.current .save').test");
        let saved = saved.as_str().unwrap_or_default();
        assert!(saved.contains("#[test]"), "{step}: {saved}");
        replay(step, saved, end);
    }
    check_errors(&page);
}
