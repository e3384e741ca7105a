//! The speaker's page in a real browser: what comes next, what was forgotten, and every size.

use crate::{
    ports,
    stage::{LASTING, Stage, build, lasting_deck},
};
use browser::{Browser, Page};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(60);

fn speaker(browser: &Browser, stage: &Stage) -> Page {
    let page = browser.open(&stage.speaker());
    page.screen(1280, 800);
    page.wait_for("document.querySelector('#now .slide')", SOON);
    page
}

/// Waits until an element has this text.
fn says(page: &Page, element: &str, text: &str) {
    let is = format!(
        "document.querySelector('{element}').textContent.includes({})",
        serde_json::json!(text)
    );
    page.wait_for(&is, SOON);
}

/// Clicks the button with these words.
fn press(page: &Page, words: &str) {
    let words = serde_json::json!(words);
    page.eval(&format!(
        "[...document.querySelectorAll('button')].find((it) => it.checkVisibility() && it.dataset.key === {words}).click()"
    ));
}

fn check_errors(page: &Page) {
    assert_eq!(page.errors(), Vec::<String>::new());
}

#[test]
fn the_speaker_sees_the_next_step_before_the_next_slide() {
    let Some(browser) = browser::for_test("next step") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = speaker(&browser, &stage);
    let revealed = |frame: &str, many: usize| {
        page.wait_for(
            &format!(
                "document.querySelectorAll('#{frame} [data-step]:not(.hidden)').length === {many}"
            ),
            SOON,
        );
    };
    says(&page, "#upcoming", "Next press: step 1 of 2");
    says(&page, "#then", "Then slide 2, A demo");
    revealed("now", 0);
    revealed("next", 1);
    press(&page, "Next");
    says(&page, "#upcoming", "Next press: step 2 of 2");
    revealed("next", 2);
    press(&page, "Next");
    says(&page, "#upcoming", "Next press: slide 2, A demo");
    says(&page, "#then", "Then slide 3, A game");
    press(&page, "Back");
    says(&page, "#place", "step 1 of 2");
    page.key("End");
    page.wait_for("document.getElementById('then').textContent === ''", SOON);
    check_errors(&page);
}

#[test]
fn the_speaker_is_told_what_was_forgotten_and_puts_it_right_with_one_press() {
    let Some(browser) = browser::for_test("warnings") else {
        return;
    };
    let _port = ports::reserve(1);
    build("01-deadlock");
    let deck = lasting_deck();
    let stage = Stage::with_deck(&deck, &[]);
    let page = speaker(&browser, &stage);
    let none = "document.getElementById('warnings').children.length === 0";
    says(&page, "#warnings", "The clock stands");
    says(&page, "#pace", "not begun");
    press(&page, "Start the clock");
    page.wait_for(none, SOON);
    says(&page, "#pace", "on time");
    says(&page, "#clock", "of 40:00");
    says(&page, "#clock", "left");
    // The times in a text, in seconds.
    page.eval("window.times = (it) => [...document.querySelector(it).textContent.matchAll(/(\\d+):(\\d\\d)/g)].map(([, minutes, seconds]) => 60 * minutes + Number(seconds)), 0");
    page.wait_for(
        "(([now, all, left]) => all === 40 * 60 && now + left === all)(times('#clock'))",
        SOON,
    );
    says(&page, "#day", ":");
    press(&page, "Black");
    says(&page, "#warnings", "The wall is black");
    press(&page, "Show the slide");
    page.wait_for(none, SOON);
    page.key("2");
    page.key("Enter");
    // Slide 2 is planned for 1:00, so the talk is ahead for a minute.
    press(&page, "Clock to 0:00");
    says(&page, "#warnings", "The clock stands");
    press(&page, "Start the clock");
    page.wait_for(none, SOON);
    says(&page, "#pace", "ahead");
    page.wait_for("times('#clock')[0] + times('#pace')[0] === 60", SOON);
    press(&page, "Start the demo");
    page.wait_for(
        "document.querySelector('#now .demo').dataset.status === 'running'",
        SOON,
    );
    page.key("ArrowRight");
    says(
        &page,
        "#warnings",
        &format!("{LASTING} still runs on slide 2"),
    );
    page.screenshot(&browser::picture("speaker-warnings"));
    press(&page, "Stop the demo");
    page.wait_for(none, SOON);
    press(&page, "Times");
    page.wait_for("document.getElementById('times').open", SOON);
    page.screenshot(&browser::picture("speaker-times"));
    let rows = page.eval("document.querySelectorAll('#times tbody tr').length");
    assert_eq!(rows, 6);
    check_errors(&page);
}

#[test]
fn the_speakers_page_fits_a_laptop_a_tablet_and_a_phone_in_both_languages() {
    let Some(browser) = browser::for_test("speaker, every size") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let page = speaker(&browser, &stage);
    for language in ["en", "ko"] {
        page.wait_for(
            &format!("document.documentElement.lang === '{language}'"),
            SOON,
        );
        for (width, height) in [(1280, 800), (768, 1024), (390, 844)] {
            page.screen(width, height);
            // A demo, a schedule game, and code with steps.
            for slide in ["8", "11", "32"] {
                for key in slide.chars() {
                    page.key(&key.to_string());
                }
                page.key("Enter");
                says(&page, "#place", &format!("{slide} /"));
                page.screenshot(&browser::picture(&format!(
                    "speaker-{language}-{width}-{slide}"
                )));
                nothing_wrong(&page, LOOK, &format!("{language} {width} {slide}"));
            }
        }
        page.key("l");
    }
    check_errors(&page);
}

/// Waits until nothing is wrong: a page is drawn some time after its window has changed.
#[track_caller]
fn nothing_wrong(page: &Page, look: &str, what: &str) {
    let until = Instant::now() + SOON;
    loop {
        let wrong = page.eval(look);
        if wrong == serde_json::json!([]) {
            return;
        }
        assert!(Instant::now() < until, "{what}: {wrong}");
        page.eval("new Promise(requestAnimationFrame)");
    }
}

/// Finds buttons without words, and what does not fit sideways.
const LOOK: &str = r"(() => {
  const mistakes = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) mistakes.push(`${wide} px sideways`);
  for (const it of document.querySelectorAll('#controls button, #warnings button')) {
    if (!/\p{L}{2}/u.test(it.firstChild.textContent)) mistakes.push(`no words: ${it.textContent}`);
    const box = it.getBoundingClientRect();
    if (box.right > innerWidth) mistakes.push(`sticks out: ${it.textContent}`);
  }
  const [clock, day] = ['clock', 'day'].map((it) => document.getElementById(it).getBoundingClientRect());
  if (innerWidth > 600 && day.top > clock.bottom) mistakes.push('the time of day is below the clock');
  for (const id of ['now', 'next']) if (document.getElementById(id).getBoundingClientRect().width < 120) mistakes.push(`${id} is too small`);
  return mistakes;
})()";

#[test]
fn a_phone_is_paired_with_the_code_on_the_speakers_page_in_both_languages() {
    let Some(browser) = browser::for_test("remote") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let page = speaker(&browser, &stage);
    let url = format!("http://{}/remote", stage.phones());
    let phone = browser.open(&url);
    phone.phone(390, 844);
    says(&phone, "#about", "not paired");
    phone.screenshot(&browser::picture("remote-unpaired"));
    press(&page, "Remote");
    page.wait_for("document.querySelector('#remote .code')", SOON);
    page.wait_for("document.querySelector('#remote svg')", SOON);
    page.screenshot(&browser::picture("speaker-pairing"));
    let pair = |phone: &Page, code: &str| {
        phone.eval(&format!(
            "document.getElementById('code').value = {}",
            serde_json::json!(code)
        ));
        phone.tap("#enter");
    };
    pair(&phone, "AAAA-AAAA");
    says(&phone, "#about", "wrong, used, or too old");
    let code = page.eval("document.querySelector('#remote .code').textContent");
    pair(&phone, &code.as_str().unwrap_or_default().to_lowercase());
    phone.wait_for("!document.getElementById('talk').hidden", SOON);
    says(&page, "#remote", "1 phone is paired, 1 connected");
    page.key("Escape");
    page.wait_for("!document.getElementById('remote').open", SOON);
    phone.tap("#next");
    says(&page, "#place", "2 /");
    page.key("8");
    page.key("Enter");
    phone.wait_for("!document.getElementById('demo').hidden", SOON);
    for language in ["en", "ko"] {
        for (width, height) in [(390, 844), (640, 360)] {
            phone.phone(width, height);
            for slide in [8, 11] {
                for key in slide.to_string().chars() {
                    page.key(&key.to_string());
                }
                page.key("Enter");
                says(&phone, "#place", &format!("{slide} /"));
                let picture = format!("remote-{language}-{width}-{slide}");
                phone.screenshot(&browser::picture(&picture));
                let what = format!("{language} {width} {slide}");
                nothing_wrong(&phone, LOOK_AT_THE_REMOTE, &what);
            }
        }
        page.key("l");
    }
    // It connects again by itself, and after the page was loaded again.
    phone.reload();
    phone.wait_for("!document.getElementById('talk').hidden", SOON);
    phone.phone(390, 844);
    phone.tap("#back");
    says(&page, "#place", "10 /");
    press(&page, "Remote");
    press(&page, "Unpair every phone");
    phone.wait_for("!document.getElementById('pair').hidden", SOON);
    check_errors(&page);
    check_errors(&phone);
}

/// Finds buttons of the remote that are too small for a thumb or not on the screen.
const LOOK_AT_THE_REMOTE: &str = r"(() => {
  const mistakes = [];
  if (document.documentElement.scrollWidth > innerWidth) mistakes.push('sideways');
  for (const it of document.querySelectorAll('nav button:not([hidden])')) {
    const box = it.getBoundingClientRect();
    if (box.height < 44 || box.width < 60) mistakes.push(`too small: ${it.textContent} ${box.width} x ${box.height}`);
    if (box.bottom > innerHeight || box.right > innerWidth) mistakes.push(`not on the screen: ${it.textContent}`);
  }
  const notes = document.getElementById('notes').getBoundingClientRect();
  if (notes.height < 80) mistakes.push(`notes have ${notes.height} px`);
  return mistakes;
})()";
