//! Every demo of the deck, started from its slide in a real browser and watched to its end. It
//! takes minutes, so it must be asked for: `cargo test -p slides --test it demos:: -- --ignored
//! --nocapture`.

use crate::{ports, stage::Stage};
use browser::Browser;
use browser::Page;
use serde_json::Value;
use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

/// Thirty seconds of a demo and a build before it, on a busy machine.
const DEMO_TIMEOUT: Duration = Duration::from_secs(150);

/// How each demo ends. The talk depends on it.
const ENDS: [(&str, &str); 7] = [
    ("01-deadlock", "deadlock"),
    ("02-lock-order --slow 1", "stuck"),
    ("03-short-locks --slow 1", "unkept"),
    ("04-await --slow 1", "deadlock"),
    ("04-async-mutex --slow 1", "stuck"),
    ("05-channels --slow 1", "deadlock"),
    ("06-actor --slow 3", "kept"),
];

/// Demos that run until they are stopped.
const ENDLESS: [&str; 2] = ["07-websocket", "08-snack-game"];

#[test]
#[ignore = "runs every demo of the deck, in both languages, for minutes"]
fn every_demo_runs_from_its_slide_in_english() {
    every_demo("en");
}

#[test]
#[ignore = "runs every demo of the deck, in both languages, for minutes"]
fn every_demo_runs_from_its_slide_in_korean() {
    every_demo("ko");
}

fn every_demo(language: &str) {
    // Both languages start the same demos.
    let _ports = [1, 2, 3, 4, 5, 6, 7, 8].map(ports::reserve);
    let Some(browser) = browser::for_test(&format!("every demo, {language}")) else {
        return;
    };
    let stage = Stage::open(&["--lang", language]);
    let page = open(&browser, &stage, language);
    let slides = page.eval("[...document.querySelectorAll('#stage > .slide')].filter((it) => it.querySelector('.demo')).map((it) => [Number(it.dataset.page), it.querySelector('.demo').dataset.demo])");
    let slides = slides.as_array().cloned().unwrap_or_default();
    let mut ran = Vec::new();
    for slide in &slides {
        let (at, name) = (
            slide[0].as_u64().unwrap_or(0),
            slide[1].as_str().unwrap_or(""),
        );
        go(&page, at);
        let began = Instant::now();
        if ENDLESS.contains(&name) {
            start_endless(&page, name);
        } else {
            run_to_its_end(&page, name);
        }
        page.screenshot(&browser::picture(&format!("demo-{language}-{at:02}")));
        println!(
            "{language} slide {at}: {name}, {:.1} s",
            began.elapsed().as_secs_f32()
        );
        if ENDLESS.contains(&name) {
            stop(&page);
        }
        ran.push(name.to_owned());
    }
    for name in ENDS.iter().map(|(name, _)| *name).chain(ENDLESS) {
        assert!(ran.iter().any(|it| it == name), "{name} is on no slide");
    }
    check_table(&page, language);
    assert_eq!(page.errors(), Vec::<String>::new());
}

fn open(browser: &Browser, stage: &Stage, language: &str) -> Page {
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    page.wait_for("document.querySelector('.slide.current')", SOON);
    page.wait_for(
        &format!("document.documentElement.lang === '{language}'"),
        SOON,
    );
    page
}

fn go(page: &Page, slide: u64) {
    page.eval(&format!("location.hash = '#/{slide}'"));
    page.wait_for(
        &format!("document.querySelector('.slide.current')?.dataset.page == {slide}"),
        SOON,
    );
}

fn wait_for_status(page: &Page, status: &str, within: Duration) {
    page.wait_for(
        &format!("document.querySelector('.current .demo').dataset.status === '{status}'"),
        within,
    );
}

/// Runs a demo to its end. The slide must show the end that the talk describes, and a freeze must
/// be visible from the back row.
fn run_to_its_end(page: &Page, name: &str) {
    let Some((_, end)) = ENDS.iter().find(|(it, _)| *it == name) else {
        panic!("how does {name} end?");
    };
    page.key("d");
    page.wait_for("!['idle', 'building', 'running'].includes(document.querySelector('.current .demo').dataset.status)", DEMO_TIMEOUT);
    let status = page.eval("document.querySelector('.current .demo').dataset.status");
    assert_eq!(status, *end, "{name} says\n{}", page.text());
    let colour = match *end {
        // Its runtime is dead, too.
        "deadlock" if name.starts_with("04-await") => "rgb(109, 13, 21)",
        "deadlock" => "rgb(211, 32, 42)",
        "stuck" => "rgb(106, 63, 176)",
        "unkept" => "rgb(255, 176, 32)",
        _ => "rgb(22, 82, 58)",
    };
    if ["deadlock", "stuck"].contains(end) {
        let seen = page.eval("(() => { const it = document.querySelector('.current .verdict'); const box = it.getBoundingClientRect(); return [box.height / innerHeight, box.width / innerWidth, getComputedStyle(it).backgroundColor, box.bottom <= innerHeight]; })()");
        assert!(
            seen[0].as_f64() > Some(0.15) && seen[1].as_f64() > Some(0.9),
            "not visible from the back row: {seen}"
        );
        assert_eq!(
            (&seen[2], &seen[3]),
            (&Value::from(colour), &Value::from(true))
        );
    }
    let seen =
        page.eval("getComputedStyle(document.querySelector('.current .verdict')).backgroundColor");
    assert_eq!(seen, colour, "{name}");
}

/// Starts a demo that runs until it is stopped. The game's large slide shows its page, the small
/// one its QR code.
fn start_endless(page: &Page, name: &str) {
    page.key("d");
    wait_for_status(page, "running", DEMO_TIMEOUT);
    if name != "08-snack-game" {
        return page.wait_for(
            "document.querySelector('.current .screen').textContent.includes('replies/s')",
            SOON,
        );
    }
    if page.eval("Boolean(document.querySelector('.current.look-full'))") == true {
        page.wait_for("(() => { const box = document.querySelector('.current iframe')?.getBoundingClientRect(); return box && box.height > innerHeight * 0.7 && box.width > innerWidth * 0.9; })()", SOON);
        assert_eq!(
            page.eval("new URL(document.querySelector('.current iframe').src).search"),
            page.eval("`?lang=${document.documentElement.lang}`"),
            "the game's page has the language of the slides"
        );
        // The frame has another origin, so its content cannot be examined: give it time to load.
        page.eval("new Promise((done) => setTimeout(done, 3000))");
        if cfg!(target_os = "linux") {
            page.key("k");
            page.wait_for("document.querySelector('.current .killed').checkVisibility() && document.querySelector('.current iframe')", SOON);
            page.eval("new Promise((done) => setTimeout(done, 1000))");
            wait_for_status(page, "running", SOON);
        }
    } else {
        page.wait_for("document.querySelector('.current .game > .code img')?.naturalWidth > 0 && document.querySelector('.current .game > .code img').getBoundingClientRect().width >= 400", SOON);
    }
}

fn stop(page: &Page) {
    page.key("d");
    wait_for_status(page, "stopped", SOON);
    // The server closes its connections first. Then its port is free.
    let until = Instant::now() + SOON;
    while [7007, 7008]
        .iter()
        .any(|port| TcpListener::bind(("127.0.0.1", *port)).is_err())
    {
        assert!(Instant::now() < until, "its port is still taken");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Checks that the row of every step that was run is lit up.
fn check_table(page: &Page, language: &str) {
    let table =
        page.eval("Number(document.querySelector('#stage > .slide:has(.promises)').dataset.page)");
    go(page, table.as_u64().unwrap_or(0));
    page.wait_for("document.querySelectorAll('.current .promises tbody tr').length === 7 && document.querySelectorAll('.current .promises tr.dim').length === 0", SOON);
    page.wait_for("document.getAnimations().length === 0", SOON);
    page.screenshot(&browser::picture(&format!("lit-{language}")));
}
