//! The talk from its first to its last slide, as a presenter gives it: with two projectors, the
//! speaker's page and two phones, and with `kill -9` of the stage in the middle.
#![cfg(unix)]

use crate::stage::{Stage, place::Place};
use browser::{Browser, Page};
use serde_json::Value;
use std::{
    env,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

/// The slide on which the stage is killed.
const KILLED_ON: usize = 28;

/// If it is set, each slide is played in both languages, and pictures of it are saved.
const PICTURES: &str = "TALK_PICTURES";

/// Where a page shows the slide.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Wall,
    Speaker,
    Phone,
}

struct Shown {
    name: &'static str,
    kind: Kind,
    page: Page,
}

impl Shown {
    /// Opens a page of this size, and gives it what the checks call.
    fn open(
        browser: &Browser,
        (name, kind): (&'static str, Kind),
        url: &str,
        (width, height): (u32, u32),
    ) -> Shown {
        let page = browser.open(url);
        match kind {
            Kind::Phone => page.phone(width, height),
            _ => page.screen(width, height),
        }
        page.eval(CHECKS);
        Shown { name, kind, page }
    }

    fn frame(&self) -> &'static str {
        match self.kind {
            Kind::Wall => "#stage > .current",
            Kind::Speaker => "#now > .slide",
            Kind::Phone => "#page > .slide",
        }
    }

    /// Waits until the page shows this step of this slide.
    #[track_caller]
    fn waits_for(&self, slide: usize, step: u64) {
        let is = format!("shows('{}', {slide}, {step})", self.frame());
        self.page.wait_for(&is, SOON);
    }

    fn mistakes(&self) -> Vec<String> {
        let found = self.page.eval(&format!("mistakes('{}')", self.frame()));
        let found = found.as_array().into_iter().flatten();
        found.map(|it| format!("{}: {it}", self.name)).collect()
    }
}

/// `shows` is whether a page shows a step of a slide. `mistakes` are those of what is visible:
/// what sticks out of the page, and what a page shows in place of a text that it does not have.
const CHECKS: &str = r"
window.shows = (frame, slide, step) => {
  const it = document.querySelector(frame);
  if (it?.dataset.page !== `${slide}`) return false;
  if ([...it.querySelectorAll('[data-step]')].some((item) => item.classList.contains('hidden') !== Number(item.dataset.step) > step)) return false;
  for (const code of it.querySelectorAll('pre[data-first]')) {
    const lines = [...code.querySelectorAll('.line')];
    const on = (at) => lines.filter((line) => (line.dataset.on ?? '').split(' ').includes(`${at}`));
    const last = Math.max(Number(code.dataset.first), ...lines.flatMap((line) => (line.dataset.on ?? '').split(' ').filter(Boolean).map(Number)));
    const lit = on(Math.min(Math.max(step, Number(code.dataset.first)), last));
    if (lit.length && lines.some((line) => line.classList.contains('off') === lit.includes(line))) return false;
  }
  return true;
};
window.mistakes = (frame) => {
  const found = [];
  const seen = (it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`${wide} px sideways`);
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const placeholder = node.data.match(/\b(undefined|null|NaN|Infinity)\b|\[object|\$\{/) || (node.parentElement.closest('.slide') && node.data.includes('--audience'));
    if (placeholder && !node.parentElement.closest('pre, code, script, noscript') && seen(node.parentElement)) found.push(`placeholder: ${node.data.trim().slice(0, 60)}`);
  }
  for (const it of document.querySelectorAll('[src], [href], [title], [alt], [aria-label]')) {
    for (const { name, value } of it.attributes) if (/\b(undefined|null|NaN)\b|\[object/.test(value)) found.push(`placeholder: ${name}=${value}`);
  }
  for (const it of document.querySelectorAll('.cmd .words > span')) if (seen(it) && it.getClientRects().length > 1) found.push(`a line ends inside ${it.textContent}`);
  const slide = document.querySelector(frame);
  const body = slide.querySelector('.body');
  if (frame.startsWith('#page')) {
    const scrolls = (it) => it && ['auto', 'scroll'].includes(getComputedStyle(it).overflowX);
    for (const it of slide.querySelectorAll('*')) {
      const cut = it.getBoundingClientRect().right > innerWidth + 1 && seen(it) && it.textContent.trim();
      if (cut && !scrolls(it.closest('pre, table, .picture, .lanes'))) found.push(`cut: ${it.textContent.trim().slice(0, 40)}`);
    }
    return found;
  }
  if (body.scrollHeight > body.clientHeight + 4) found.push(`${body.scrollHeight - body.clientHeight} px do not fit`);
  for (const it of [slide, ...document.querySelectorAll('body > header, body > header > *, #controls, #audience')]) {
    const box = it.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1) found.push(`out of the window: ${it.id || it.className}`);
  }
  const [clock, day] = [document.getElementById('clock'), document.getElementById('day')].map((it) => it?.getBoundingClientRect());
  if (day && day.top > clock.bottom) found.push('the time of day is below the clock');
  return found;
};";

/// Five pages at one stage, and where the talk is.
struct Talk<'a> {
    pages: &'a [Shown],
    slide: usize,
    step: u64,
    mistakes: Vec<String>,
    slowest: Duration,
}

impl Talk<'_> {
    /// Checks that every page shows the same step of the same slide, and how.
    #[track_caller]
    fn look(&mut self, since: Instant) {
        for it in self.pages {
            it.waits_for(self.slide, self.step);
        }
        self.slowest = self.slowest.max(since.elapsed());
        for it in self.pages {
            let found = it.mistakes().into_iter();
            let place = format!("slide {}, step {}", self.slide, self.step);
            self.mistakes
                .extend(found.map(|it| format!("{place}, {it}")));
        }
    }

    fn pictures(&self, language: &str) {
        if env::var_os(PICTURES).is_none() {
            return;
        }
        for it in self.pages {
            it.page.eval("Promise.all([...document.querySelectorAll('.current img, #page img')].map((it) => it.decode()))");
            let name = format!("talk-{language}-{:02}-{}", self.slide, it.name);
            it.page.screenshot(&browser::picture(&name));
        }
    }
}

/// What a browser reports because there is no stage.
fn is_of_the_restart(error: &str) -> bool {
    error.contains("ERR_CONNECTION_REFUSED") || error.contains("ERR_CONNECTION_RESET")
}

fn pages(browser: &Browser, stage: &Stage) -> [Shown; 5] {
    let phones = format!("http://{}/", stage.phones());
    let wall = stage.projector();
    [
        (("wall", Kind::Wall), &*wall, (1920, 1080)),
        (("small-wall", Kind::Wall), &wall, (1024, 768)),
        (("speaker", Kind::Speaker), &stage.speaker(), (1280, 800)),
        (("phone", Kind::Phone), &phones, (390, 844)),
        (("phone-ko", Kind::Phone), &phones, (390, 844)),
    ]
    .map(|(name, url, size)| Shown::open(browser, name, url, size))
}

/// Gives the talk in this language.
fn give(language: &str) {
    let Some(browser) = browser::for_test("whole talk") else {
        return;
    };
    let place = Place::free();
    let mut stage = place.open(&["--lang", language]);
    let all = pages(&browser, &stage);
    let [wall, _, _, _, korean] = &all;
    korean
        .page
        .wait_for("document.querySelector('#page .slide')", SOON);
    korean.page.tap("#language");
    korean
        .page
        .wait_for("document.documentElement.lang === 'ko'", SOON);
    let deck = wall.page.eval(&format!("fetch('/deck/{language}').then((it) => it.json()).then((deck) => deck.slides.map((it) => it.steps))"));
    let steps = deck.as_array().into_iter().flatten();
    let steps: Vec<u64> = steps.map(|it| it.as_u64().expect("a number")).collect();
    let mut talk = Talk {
        pages: &all,
        slide: 1,
        step: 0,
        mistakes: Vec::new(),
        slowest: Duration::ZERO,
    };
    let began = Instant::now();
    // Every page and phone is there before the first press.
    talk.look(began);
    talk.slowest = Duration::ZERO;
    wall.page.key("c");
    let mut presses = 0;
    loop {
        if talk.step == steps[talk.slide - 1] {
            talk.pictures(language);
        }
        if talk.slide == KILLED_ON && talk.step == 0 {
            for it in &all {
                assert_eq!(it.page.errors(), Vec::<String>::new(), "{}", it.name);
                it.page.eval("window.isTheSame = true");
            }
            let (slide, step) = (Value::from(talk.slide - 1), Value::from(talk.step));
            place.wait_for_state("the slide and its step", |it| {
                (&it["slideshow"]["slide"], &it["slideshow"]["step"]) == (&slide, &step)
            });
            drop(stage);
            for it in &all {
                it.page.wait_for("document.body.innerText.match(/Connecting to the stage|스테이지에 연결하는 중/)", SOON);
            }
            stage = place.open(&["--lang", language]);
            for it in &all {
                it.page.wait_for("!document.body.innerText.match(/Connecting to the stage|스테이지에 연결하는 중/)", SOON);
                assert_eq!(it.page.eval("window.isTheSame"), true, "{}", it.name);
            }
            let slowest = talk.slowest;
            talk.look(Instant::now());
            talk.slowest = slowest;
        }
        if talk.step < steps[talk.slide - 1] {
            talk.step += 1;
        } else if talk.slide < steps.len() {
            (talk.slide, talk.step) = (talk.slide + 1, 0);
        } else {
            break;
        }
        let pressed = Instant::now();
        wall.page.key("ArrowRight");
        talk.look(pressed);
        presses += 1;
    }
    println!(
        "{presses} presses in {:.1?}; the slowest was on every page after {:.0?}",
        began.elapsed(),
        talk.slowest
    );
    assert!(talk.mistakes.is_empty(), "\n{}\n", talk.mistakes.join("\n"));
    for it in &all {
        let errors = it.page.errors().into_iter();
        let errors: Vec<String> = errors.filter(|it| !is_of_the_restart(it)).collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", it.name);
    }
    drop(stage);
}

#[test]
fn every_page_follows_the_whole_talk_through_a_crash() {
    give("en");
    if env::var_os(PICTURES).is_some() {
        give("ko");
    }
}
