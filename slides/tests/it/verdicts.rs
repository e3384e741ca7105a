//! The end of a demo on the board and on a phone: every end looks different, can be read from the
//! back row, and is said in the language of the page.

use crate::stage::Stage;
use browser::Page;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

/// Shows a demo of the current slide as ended, and returns the words, the colours, and whether all
/// of it fits.
fn shown(page: &Page, slide: &str, place: &str, demo: &Value) -> Value {
    page.eval(&format!(
        "import('/web/live.js').then(async ({{ fill }}) => {{
  const slide = document.querySelector('{slide}'), demo = slide.querySelector('[data-demo]');
  fill(slide, {{ demos: {{ [demo.dataset.demo]: {demo} }} }}, null, '{place}');
  const banner = slide.querySelector('.verdict'), style = getComputedStyle(banner);
  const box = banner.getBoundingClientRect();
  return {{
    word: banner.querySelector('.word').textContent, why: banner.querySelector('.why').textContent,
    colour: style.backgroundColor, role: banner.getAttribute('role'),
    size: parseFloat(getComputedStyle(banner.querySelector('.word')).fontSize),
    fits: box.right <= innerWidth && box.bottom <= innerHeight && banner.scrollWidth <= banner.clientWidth,
    top: demo.querySelector('.screen')?.scrollTop ?? 0,
  }};
}})"
    ))
}

fn ends() -> Vec<(&'static str, Value)> {
    let lines: Vec<String> = (0..40).map(|it| format!("error line {it}")).collect();
    let why = "";
    vec![
        ("kept", json!({"status": "kept", "why": why})),
        (
            "unkept",
            json!({"status": "unkept", "names": ["no snack twice", "one order"], "why": why}),
        ),
        (
            "deadlock",
            json!({"status": "deadlock", "names": ["room", "slow-1's writer", "room"], "heart": "beats", "why": why}),
        ),
        (
            "stuck",
            json!({"status": "stuck", "names": ["slow-1's phone"], "heart": "beats", "why": why}),
        ),
        (
            "dead",
            json!({"status": "deadlock", "names": ["bot-4", "bot-3", "bot-4"], "heart": "stopped", "why": why}),
        ),
        (
            "uncompiled",
            json!({"status": "uncompiled", "lines": lines, "why": "error[E0308]: mismatched types"}),
        ),
        (
            "taken",
            json!({"status": "taken", "why": why, "taken": {"port": 7001, "program": "01-deadlock", "process": 4711}}),
        ),
    ]
}

/// The words of each end, in the order of [`ends`].
const WORDS: [(&str, [&str; 7], [&str; 7]); 2] = [
    (
        "en",
        [
            "SERVED, PROMISES KEPT",
            "SERVED, 2 PROMISES BROKEN",
            "DEADLOCK",
            "STUCK: WAITS FOR A PHONE",
            "DEADLOCK",
            "IT DOES NOT COMPILE",
            "ITS PORT IS TAKEN",
        ],
        [
            "",
            "no snack twice · one order",
            "room → slow-1's writer → room · the heartbeat continues",
            "all players wait for slow-1's phone to read · the heartbeat continues",
            "bot-4 → bot-3 → bot-4 · the heartbeat stopped, too",
            "the first error is above",
            "01-deadlock (process 4711) listens on port 7001: end it (kill 4711), then press d",
        ],
    ),
    (
        "ko",
        [
            "끝까지 서비스했고, 약속을 지켰습니다",
            "끝까지 서비스했지만, 약속 2개가 깨졌습니다",
            "데드락",
            "휴대폰을 기다리며 멈췄습니다",
            "데드락",
            "컴파일되지 않습니다",
            "포트를 다른 프로그램이 쓰고 있습니다",
        ],
        [
            "",
            "간식은 한 번만 · 순서는 하나",
            "room → slow-1's writer → room · 하트비트는 계속됩니다",
            "모든 플레이어가 slow-1의 휴대폰이 읽기를 기다립니다 · 하트비트는 계속됩니다",
            "bot-4 → bot-3 → bot-4 · 하트비트도 멈췄습니다",
            "첫 번째 오류가 위에 있습니다",
            "7001번 포트를 01-deadlock 프로그램(프로세스 4711)이 쓰고 있습니다",
        ],
    ),
];

#[test]
fn every_end_looks_different_and_is_said_in_the_language_of_the_page() {
    let Some(browser) = browser::for_test("verdicts") else {
        return;
    };
    for (language, words, whys) in WORDS {
        let stage = Stage::open(&["--lang", language, "--phones", "0"]);
        let page = browser.open(&stage.projector());
        page.screen(1920, 1080);
        page.wait_for("document.querySelector('.slide.current')", SOON);
        let slide = page.eval("Number(document.querySelector('#stage > .slide:has([data-demo^=\"02-lock-order\"])').dataset.page)");
        page.eval(&format!("location.hash = '#/{slide}'"));
        page.wait_for("document.querySelector('.current [data-demo]')", SOON);
        let phone = browser.open(&format!("http://{}/", stage.phones()));
        phone.phone(360, 640);
        phone.wait_for("document.querySelector('#page [data-demo]')", SOON);
        if phone.eval("document.documentElement.lang") != language {
            phone.tap("#language");
        }
        phone.wait_for(
            &format!("document.documentElement.lang === '{language}' && document.querySelector('#page [data-demo]')"),
            SOON,
        );
        let mut colours = BTreeSet::new();
        for ((end, demo), (word, why)) in ends().iter().zip(words.iter().zip(whys)) {
            for (width, height) in [(1024, 768), (1920, 1080)] {
                page.screen(width, height);
                // The slide is scaled some time after the window has changed.
                let until = Instant::now() + SOON;
                let mut seen = shown(&page, ".slide.current", "projector", demo);
                while seen["fits"] == false && Instant::now() < until {
                    page.eval("new Promise(requestAnimationFrame)");
                    seen = shown(&page, ".slide.current", "projector", demo);
                }
                assert_eq!(seen["word"], *word);
                let said = seen["why"].as_str().unwrap_or_default();
                assert!(said.starts_with(why), "{end}: {said}");
                assert_eq!(seen["fits"], true, "{language} {end}, {width} px: {seen}");
                assert_eq!(seen["role"], "status", "a screen reader announces it");
                assert!(seen["size"].as_f64() >= Some(64.0), "{end}: {seen}");
                if *end == "uncompiled" {
                    assert_eq!(seen["top"], 0, "the first error is in view");
                }
                if !["uncompiled", "taken"].contains(end) && width == 1920 {
                    colours.insert(seen["colour"].to_string());
                }
            }
            page.screenshot(&browser::picture(&format!("end-{language}-{end}")));
            // A phone cannot do anything about a build or a port, and is told neither.
            let mut demo = demo.clone();
            for it in ["why", "taken", "lines"] {
                demo.as_object_mut().map(|demo| demo.remove(it));
            }
            let seen = shown(&phone, "#page .slide", "phone", &demo);
            assert_eq!(seen["word"], *word);
            assert_eq!(seen["role"], "status");
            if ["uncompiled", "taken"].contains(end) {
                assert_eq!(seen["why"], "", "{end}");
            }
            phone.screenshot(&browser::picture(&format!("end-phone-{language}-{end}")));
        }
        assert_eq!(colours.len(), 5, "{colours:?}");
        for it in [&page, &phone] {
            assert_eq!(it.errors(), Vec::<String>::new());
        }
    }
}

/// A row of the promises table shows how its step ended, and a step's two rows are told apart.
#[test]
fn the_rows_of_the_promises_table_show_how_each_step_ended() {
    let Some(browser) = browser::for_test("lights") else {
        return;
    };
    let stage = Stage::open(&[]);
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    page.wait_for("document.querySelector('.slide.current')", SOON);
    let slide =
        page.eval("Number(document.querySelector('#stage > .slide:has(.promises)').dataset.page)");
    page.eval(&format!("location.hash = '#/{slide}'"));
    page.wait_for("document.querySelector('.current .promises')", SOON);
    let colours = page.eval(
        "import('/web/live.js').then(({ fill }) => {
  const slide = document.querySelector('.slide.current');
  const lights = { '01-deadlock': 'deadlock', '02-lock-order': 'stuck', '03-short-locks': 'unkept', '04-async-mutex': 'stuck', '06-actor': 'kept' };
  fill(slide, { lights, demos: {} }, null, 'projector');
  const of = (row) => [row.querySelector('th').textContent, getComputedStyle(row.querySelector('th')).borderLeftColor, row.classList.contains('dim')];
  return [...slide.querySelectorAll('.promises tbody tr')].map(of);
})",
    );
    page.screenshot(&browser::picture("lights-by-end"));
    let (red, violet, amber) = (
        "rgb(211, 32, 42)",
        "rgb(169, 123, 240)",
        "rgb(255, 176, 32)",
    );
    let (green, none) = ("rgb(95, 211, 162)", "rgba(0, 0, 0, 0)");
    assert_eq!(
        colours,
        json!([
            ["01-deadlock", red, false],
            ["02-lock-order", violet, false],
            ["03-short-locks", amber, false],
            ["04-await", none, true],
            ["04-await, async mutex", violet, false],
            ["05-channels", none, true],
            ["06-actor", green, false],
        ])
    );
}
