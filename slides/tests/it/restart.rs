//! The stage is ended in the middle of the talk, by `kill -9` or by Ctrl-C, and started again: the
//! talk continues where it was, and pages and phones come back by themselves.
#![cfg(unix)]

use crate::{
    http::get,
    ports::{self, is_taken},
    questions::post,
    stage::{DECK, build, phones::read, place::Place, presenter::Presenter},
};
use browser::{Browser, Page};
use serde_json::{Value, json};
use std::{
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket};

const SOON: Duration = Duration::from_secs(60);

/// After this time a demo ends by itself.
const DEMO_LASTS: Duration = Duration::from_secs(30);

/// Slide 21, counted from 0.
const SLIDE: u64 = 20;

/// Reads a phone's states until one fits.
#[track_caller]
fn wait(phone: &mut WebSocket<TcpStream>, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let until = Instant::now() + SOON;
    loop {
        let text = read(phone).expect("a state").to_string();
        let state = serde_json::from_str(&text).unwrap_or_default();
        if is(&state) {
            return state;
        }
        assert!(
            Instant::now() < until,
            "not after {SOON:?}: {what}: {state}"
        );
    }
}

#[test]
fn after_kill_9_questions_their_votes_and_the_one_on_the_wall_are_there() {
    let place = Place::free();
    let stage = place.open(&DECK);
    let phones = stage.phones();
    let mut presenter = Presenter::connect(&stage);
    assert_eq!(post(phones, 1, r#"["ask","why?"]"#).0, "200");
    assert_eq!(post(phones, 2, r#"["ask","and how?"]"#).0, "200");
    presenter.send(r#"["questions","pick",1]"#);
    presenter.wait_for("a question", |it| it["audience"]["wall"].is_object());
    assert_eq!(post(phones, 3, r#"["vote",1,true]"#).0, "200");
    assert_eq!(post(phones, 3, r#"["react","lost"]"#).0, "200");
    let before = presenter.wait_for("a reaction", |it| it["audience"]["reactions"]["lost"] == 1);
    place.wait_for_state("the reaction", |it| {
        it["audience"]["reactions"]["all"].as_array().map(Vec::len) == Some(1)
    });
    drop(stage);

    let stage = place.open(&DECK);
    let mut presenter = Presenter::connect(&stage);
    let after = presenter.wait_for("a question", |it| it["audience"]["wall"].is_object());
    assert_eq!(
        after["audience"]["questions"],
        before["audience"]["questions"]
    );
    assert_eq!(after["audience"]["wall"], before["audience"]["wall"]);
    // The device has voted already, and a new question gets a new number.
    let (code, list) = post(phones, 3, r#"["vote",1,true]"#);
    assert_eq!(
        (code.as_str(), &list["shown"][0]["votes"]),
        ("200", &json!(1))
    );
    assert_eq!(post(phones, 4, r#"["ask","when?"]"#).0, "200");
    presenter.wait_for("the new question", |it| {
        it["audience"]["questions"]["waiting"][1]["id"] == 3
    });
}

#[test]
fn after_kill_9_on_slide_21_the_talk_and_its_votes_go_on() {
    let _ports = [1, 6].map(ports::reserve);
    build("06-actor");
    let place = Place::free();
    let stage = place.open(&[]);
    let token = stage.token();
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["replay","01-deadlock"]"#);
    presenter.wait_for("its end", |state| {
        !["building", "running"].contains(
            &state["demos"]["01-deadlock"]["status"]
                .as_str()
                .unwrap_or("building"),
        )
    });
    let started = Instant::now();
    presenter.send(r#"["start","06-actor --slow 3"]"#);
    presenter.wait_for("a demo runs", |state| {
        state["demos"]["06-actor --slow 3"]["listens"] == true
    });
    for command in [
        r#"["clock"]"#,
        r#"["lights"]"#,
        r#"["language","ko"]"#,
        // The slide with the game.
        r#"["go",10,0]"#,
        r#"["play","01-deadlock"]"#,
    ] {
        presenter.send(command);
    }
    presenter.wait_for("a game", |state| state["game"]["state"] == "running");
    presenter.send(r#"["move",0]"#);
    presenter.wait_for("a move", |state| {
        state["game"]["rows"].as_array().map(Vec::len) == Some(1)
    });
    presenter.send(&format!(r#"["go",{SLIDE},0]"#));
    let cookies = [1, 2, 3].map(|it| format!("snackbar-phone={it:016x}"));
    let mut phones = cookies.each_ref().map(|it| place.phone(it));
    for phone in &mut phones {
        wait(phone, "the slide", |it| it["slide"] == SLIDE);
    }
    let before = presenter.wait_for("three phones", |state| state["phones"] == 3);
    place.wait_for_state("the slide", |it| it["slideshow"]["slide"] == SLIDE);

    drop(stage);
    let ran = started.elapsed();
    for phone in &mut phones {
        // A crash is silence.
        while let Ok(message) = read(phone) {
            assert!(!message.is_close(), "{message}");
        }
    }
    let began = Instant::now();
    while is_taken(7006) {
        assert!(
            began.elapsed() < SOON,
            "the demo of the dead stage still runs"
        );
        thread::sleep(Duration::from_millis(20));
    }

    let stage = place.open(&[]);
    assert_eq!(stage.token(), token);
    assert!(
        stage
            .line("continues at slide")
            .contains("slide 21; its clock runs at")
    );
    let mut presenter = Presenter::connect(&stage);
    let after = presenter.wait_for("the game", |state| state["game"] == before["game"]);
    for part in [
        "slide", "step", "language", "allLit", "lights", "dark", "deck",
    ] {
        assert_eq!(after[part], before[part], "{part}");
    }
    let demo = |state: &Value, part: &str| state["demos"]["01-deadlock"][part].clone();
    for part in ["status", "seconds", "recorded", "names", "why"] {
        assert_eq!(demo(&after, part), demo(&before, part), "{part}");
    }
    if ran < DEMO_LASTS {
        assert_eq!(after["demos"]["06-actor --slow 3"]["status"], "stopped");
    }
    assert_eq!(after["clock"]["runs"], true);
    assert!(after["clock"]["ms"].as_u64() >= before["clock"]["ms"].as_u64());

    // Killed in the middle of a vote.
    presenter.send(r#"["go",10,0]"#);
    presenter.send(r#"["votes",true]"#);
    let mut phones = cookies.each_ref().map(|it| place.phone(it));
    let state = wait(&mut phones[0], "a vote", |it| it["vote"]["state"] == "open");
    let ballot = json!(["vote", state["vote"]["round"], state["vote"]["count"][0][0]]);
    let ballot = Message::text(ballot.to_string());
    for phone in &mut phones {
        phone.send(ballot.clone()).expect("a ballot");
    }
    let votes = |state: &Value| state["vote"]["count"][0][1].as_u64();
    let before = presenter.wait_for("three ballots", |state| votes(state) == Some(3));
    place.wait_for_state("three ballots", |it| {
        it["game"]["votes"]["vote"]["ballots"]
            .as_object()
            .map(|it| it.len())
            == Some(3)
    });
    drop(stage);
    let stage = place.open(&[]);
    let mut presenter = Presenter::connect(&stage);
    let after = presenter.wait_for("the vote continues", |state| {
        state["vote"]["state"] == "open"
    });
    assert_eq!(after["vote"]["round"], before["vote"]["round"]);
    assert_eq!(votes(&after), Some(3));
    // The devices vote once more: they still have one vote each.
    let mut phones = cookies.each_ref().map(|it| place.phone(it));
    for phone in &mut phones {
        wait(phone, "the slide", |it| it["slide"] == 10);
        phone.send(ballot.clone()).expect("a ballot");
    }
    presenter.send(r#"["dark"]"#);
    let state = presenter.wait_for("the ballots came before", |it| {
        it["dark"] == true && it["phones"] == 3
    });
    assert_eq!(votes(&state), Some(3));
    presenter.send(&format!(r#"["go",{SLIDE},0]"#));
    presenter.wait_for("the slide", |state| state["slide"] == SLIDE);

    // An orderly end keeps it, too, and says goodbye.
    drop(presenter);
    let last = stage.end("-INT");
    assert!(last.contains("Every demo has ended"), "{last}");
    for phone in &mut phones {
        let code = loop {
            match read(phone) {
                Ok(Message::Close(frame)) => break frame.map(|it| u16::from(it.code)),
                Ok(_) => {}
                Err(error) => panic!("no goodbye: {error}"),
            }
        };
        assert_eq!(code, Some(1012));
    }
    let stage = place.open(&[]);
    let state = Presenter::connect(&stage).wait_for("a state", |_| true);
    assert_eq!(
        (&state["slide"], &state["dark"]),
        (&json!(SLIDE), &json!(true))
    );
    drop(stage);

    // A stage with `--fresh`, and one with another deck, do not use the file.
    let stage = place.open(&["--fresh"]);
    assert_ne!(stage.token(), token);
    let state = Presenter::connect(&stage).wait_for("a state", |_| true);
    assert_eq!(
        (&state["slide"], &state["clock"]["ms"]),
        (&json!(0), &json!(0))
    );
    drop(stage);
    let stage = place.open(&DECK);
    // The stage does not wait for its output: this may come after the line that it listens.
    let why = stage.complaint("another deck");
    assert!(why.contains("first slide"), "{why}");
    let stderr = stage.program.stderr();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

/// Waits until a page has no message about its connection.
fn is_back(page: &Page, id: &str) {
    page.wait_for(
        &format!("(() => {{ const it = document.getElementById('{id}'); return it.hidden || !it.textContent; }})()"),
        SOON,
    );
}

/// Records how long a page pauses before it does something, in milliseconds.
const PAUSES: &str = "window.pauses = [];
    { const later = setTimeout; window.setTimeout = (act, ms, ...more) => (pauses.push(ms), later(act, ms, ...more)); }";

/// The longest pause of a page that tries to connect again. A cursor that rests takes as long.
const LONGEST_PAUSE: u64 = 3000;

fn open(browser: &Browser, url: &str) -> Page {
    let page = browser.open("about:blank");
    page.on_new_document(PAUSES);
    page.go(url);
    page
}

fn says(page: &Page, id: &str, text: &str) {
    page.wait_for(
        &format!("!document.getElementById('{id}').hidden && document.getElementById('{id}').textContent.includes('{text}')"),
        SOON,
    );
}

fn slide_of(page: &Page, frame: &str) -> Value {
    page.eval(&format!(
        "Number(document.querySelector('{frame} .slide.current, {frame}#page .slide').dataset.page)"
    ))
}

#[test]
fn pages_and_phones_come_back_by_themselves_and_move_no_other_page() {
    let Some(browser) = browser::for_test("restart") else {
        return;
    };
    let place = Place::free();
    let stage = place.open(&[]);
    let wall = open(&browser, &stage.projector());
    wall.screen(1920, 1080);
    let speaker = open(&browser, &stage.speaker());
    speaker.screen(1280, 800);
    let phones: Vec<Page> = (0..3)
        .map(|_| {
            let phone = open(&browser, &format!("http://127.0.0.1:{}/", place.phones));
            phone.phone(390, 844);
            phone.wait_for("document.querySelector('#page .slide')", SOON);
            phone
        })
        .collect();
    wall.wait_for("document.querySelector('.slide.current')", SOON);
    for key in ["2", "1", "Enter", "c"] {
        wall.key(key);
    }
    let everywhere = |slide: u64| {
        for (page, frame) in [(&wall, "#stage"), (&speaker, "#now")] {
            page.wait_for(
                &format!(
                    "document.querySelector('{frame} .slide.current')?.dataset.page == {slide}"
                ),
                SOON,
            );
        }
        for phone in &phones[..2] {
            phone.wait_for(
                &format!("document.querySelector('#page .slide').dataset.page == {slide}"),
                SOON,
            );
        }
    };
    everywhere(21);
    // The third phone browses.
    phones[2].eval("location.hash = '#/3'");
    phones[2].wait_for(
        "document.querySelector('#page .slide').dataset.page == 3",
        SOON,
    );
    // A page that is loaded again would have lost this.
    for page in [&wall, &speaker].into_iter().chain(&phones) {
        page.eval("window.isTheSame = true");
    }
    place.wait_for_state("the slide and the clock", |it| {
        it["slideshow"]["slide"] == 20 && it["clock"]["runs_since_unix_ms"].is_u64()
    });

    drop(stage);
    for page in [&wall, &speaker] {
        says(page, "banner", "Connecting to the stage");
    }
    for phone in &phones {
        says(phone, "connection", "Connecting to the stage");
    }
    speaker.screenshot(&browser::picture("speaker-lost"));
    phones[0].screenshot(&browser::picture("phone-lost"));
    assert_eq!(
        speaker.eval("document.getElementById('controls').inert"),
        true
    );
    // The keys of a page without a connection move that page alone.
    wall.key("PageDown");

    let stage = place.open(&[]);
    let pages = [(&wall, "banner"), (&speaker, "banner")];
    let all = pages
        .into_iter()
        .chain(phones.iter().map(|it| (it, "connection")));
    for (page, id) in all {
        is_back(page, id);
        let pause = page.eval("Math.ceil(Math.max(...pauses))");
        assert!(pause.as_u64() <= Some(LONGEST_PAUSE), "{pause} ms");
    }
    everywhere(21);
    assert_eq!(slide_of(&phones[2], ""), 3);
    assert_eq!(
        speaker.eval("document.querySelector('#clock').classList.contains('runs')"),
        true
    );
    for page in [&wall, &speaker].into_iter().chain(&phones) {
        assert_eq!(page.eval("window.isTheSame"), true, "it was loaded again");
    }

    // A page that a browser restores with its old address moves no other page.
    let restored = browser.open(&format!("{}#/10&token={}", stage.url("/"), stage.token()));
    restored.wait_for(
        "document.querySelector('#stage .slide.current')?.dataset.page == 21",
        SOON,
    );
    everywhere(21);
    drop(restored);

    // An orderly end is said, and then a stage with another token.
    stage.end("-INT");
    for page in [&wall, &speaker] {
        says(page, "banner", "The stage has ended");
    }
    says(&phones[0], "connection", "The stage has ended");
    let stage = place.open(&["--fresh"]);
    for page in [&wall, &speaker] {
        says(page, "banner", "from an earlier run");
    }
    is_back(&phones[0], "connection");
    // The new token is taken without a reload.
    for page in [&wall, &speaker] {
        page.eval(&format!("location.hash = '#token={}'", stage.token()));
        is_back(page, "banner");
        assert_eq!(page.eval("window.isTheSame"), true, "it was loaded again");
        assert_eq!(
            page.eval("location.href.includes('token')"),
            false,
            "the token is in sight"
        );
    }
    wall.key("PageDown");
    everywhere(2);
    // A page without any token says so.
    let without = browser.open(&stage.url("/"));
    says(&without, "banner", "from an earlier run");
    assert!(get(place.listen, "/").contains("projector"));
}
