//! Questions and reactions: with raw sockets as a rude phone sends them, and in a browser.

use crate::{
    http::{ask_bytes, body, connect, status},
    stage::{Stage, presenter::Presenter},
};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::SocketAddr,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

/// Sends a body as the device of this number, and returns the status and the answer.
pub(crate) fn post(phones: SocketAddr, device: u64, body_text: &str) -> (String, Value) {
    let answer = ask_bytes(
        phones,
        &[
            "POST /questions HTTP/1.1",
            &format!("Host: {phones}"),
            &format!("Cookie: snackbar-phone={device:016x}"),
            &format!("Content-Length: {}", body_text.len()),
            "Connection: close",
            "",
            body_text,
        ],
    );
    let json = serde_json::from_slice(body(&answer)).unwrap_or_default();
    (status(&answer), json)
}

fn ask(phones: SocketAddr, device: u64, question: &str) -> String {
    post(phones, device, &json!(["ask", question]).to_string()).0
}

fn list(phones: SocketAddr, device: u64) -> Value {
    let answer = ask_bytes(
        phones,
        &[
            "GET /questions HTTP/1.1",
            &format!("Host: {phones}"),
            &format!("Cookie: snackbar-phone={device:016x}"),
        ],
    );
    serde_json::from_slice(body(&answer)).expect("a list")
}

/// Waits for a state of the presenter's pages, and returns its audience.
#[track_caller]
fn audience(presenter: &mut Presenter, is: impl Fn(&Value) -> bool) -> Value {
    let state = presenter.wait_for("the audience", |state| is(&state["audience"]));
    state["audience"].clone()
}

#[test]
fn a_question_is_shown_once_it_is_approved_voted_up_and_picked_onto_the_wall() {
    let stage = Stage::small(&["--phones", "0"]);
    let phones = stage.phones();
    let mut presenter = Presenter::connect(&stage);
    assert_eq!(ask(phones, 1, "Why <b>lock</b>?\n\u{202e}x"), "200");
    let seen = audience(&mut presenter, |it| {
        it["questions"]["waiting"][0].is_object()
    });
    assert_eq!(
        seen["questions"]["waiting"][0]["text"],
        "Why <b>lock</b>? x"
    );
    assert_eq!(list(phones, 2), json!({"shown": [], "waiting": []}));
    assert_eq!(post(phones, 2, r#"["vote",1,true]"#).0, "404");
    presenter.send(r#"["questions","show",1]"#);
    audience(&mut presenter, |it| it["questions"]["shown"][0].is_object());
    for _ in 0..3 {
        let (code, now) = post(phones, 2, r#"["vote",1,true]"#);
        assert_eq!(
            (code.as_str(), &now["shown"][0]["votes"]),
            ("200", &json!(1))
        );
    }
    presenter.send(r#"["questions","pick first"]"#);
    let seen = audience(&mut presenter, |it| it["wall"].is_object());
    assert_eq!(seen["wall"]["votes"], 1);
    // The next press takes it off, and the one after that turns the slide.
    presenter.send(r#"["next"]"#);
    let state = presenter.wait_for("an empty wall", |it| it["audience"]["wall"].is_null());
    assert_eq!((&state["slide"], &state["step"]), (&json!(0), &json!(0)));
    presenter.send(r#"["next"]"#);
    presenter.wait_for("the next step", |it| it["step"] == 1);
    presenter.send(r#"["questions","dismiss",1]"#);
    audience(&mut presenter, |it| it["questions"]["shown"] == json!([]));
    assert_eq!(
        post(phones, 3, r#"["vote",1,true]"#).0,
        "404",
        "a dismissed question is voted up"
    );
}

#[test]
fn odd_long_and_slow_requests_are_refused() {
    let stage = Stage::small(&["--phones", "0"]);
    let phones = stage.phones();
    assert_eq!(ask(phones, 1, &"x".repeat(10_000)), "413");
    assert_eq!(ask(phones, 1, &"x".repeat(201)), "413");
    assert_eq!(ask(phones, 1, &"👩".repeat(200)), "200");
    assert_eq!(ask(phones, 2, " \n\u{202e}"), "422");
    for odd in ["", "{}", r#"["show",1]"#, r#"["react","rm"]"#, "\u{0}"] {
        assert_eq!(post(phones, 1, odd).0, "400", "{odd:?}");
    }
    let host = format!("Host: {phones}");
    for cookie in [
        "Cookie: a=b",
        "Cookie: snackbar-phone=1",
        "Cookie: snackbar-phone=+000000000000001",
        "Cookie: snackbar-phone=zzzzzzzzzzzzzzzz",
    ] {
        let answer = ask_bytes(phones, &["GET /questions HTTP/1.1", &host, cookie]);
        assert_eq!(status(&answer), "401", "{cookie}");
    }
    let of_another_site = [
        "POST /questions HTTP/1.1",
        &host,
        "Origin: http://evil.example",
        "Cookie: snackbar-phone=0000000000000009",
        "Content-Length: 12",
    ];
    assert_eq!(status(&ask_bytes(phones, &of_another_site)), "403");
    // A body that never comes.
    let mut slow = connect(phones);
    let head = format!(
        "POST /questions HTTP/1.1\r\n{host}\r\nCookie: snackbar-phone=0000000000000008\r\nContent-Length: 50\r\n\r\n[\"a"
    );
    slow.write_all(head.as_bytes()).expect("a head");
    let mut answer = Vec::new();
    let _cut_off = slow.read_to_end(&mut answer);
    assert_eq!(status(&answer), "408");
}

#[test]
fn a_flood_hurts_neither_the_talk_nor_an_honest_question() {
    let stage = Stage::small(&["--phones", "0"]);
    let phones = stage.phones();
    let mut presenter = Presenter::connect(&stage);
    assert_eq!(ask(phones, 1, "honest"), "200");
    let mut codes = std::collections::BTreeMap::<String, u64>::new();
    let began = Instant::now();
    for it in 0..1500_u64 {
        let code = ask(phones, 1000 + it, &format!("flood {it}"));
        *codes.entry(code).or_default() += 1;
    }
    // One address may ask 60 questions in a minute.
    let allowed = 60 * (1 + began.elapsed().as_secs() / 60);
    assert!(codes["200"] <= allowed, "{allowed}, but {codes:?}");
    assert!(codes["429"] > 1000, "{codes:?}");
    presenter.send(r#"["next"]"#);
    let state = presenter.wait_for("the next step", |it| it["step"] == 1);
    let waiting = &state["audience"]["questions"]["waiting"];
    assert_eq!(waiting[0]["text"], "honest");
    assert!(waiting.as_array().is_some_and(|it| it.len() <= 100));
    presenter.send(r#"["questions","dismiss waiting"]"#);
    audience(&mut presenter, |it| it["questions"]["waiting"] == json!([]));
}

#[test]
fn reactions_count_each_device_once_and_one_switch_closes_everything() {
    let stage = Stage::small(&["--phones", "0", "--no-questions"]);
    let phones = stage.phones();
    let mut presenter = Presenter::connect(&stage);
    let lost = r#"["react","lost"]"#;
    assert_eq!(post(phones, 1, lost).0, "403");
    assert_eq!(ask(phones, 1, "why?"), "403");
    presenter.send(r#"["questions","toggle"]"#);
    audience(&mut presenter, |it| it["closed"] == false);
    for (device, what) in [(1, "lost"), (1, "lost"), (2, "lost"), (2, "faster")] {
        assert_eq!(
            post(phones, device, &json!(["react", what]).to_string()).0,
            "200"
        );
    }
    let seen = audience(&mut presenter, |it| it["reactions"]["faster"] == 1);
    assert_eq!(seen["reactions"], json!({"lost": 2, "got": 0, "faster": 1}));
    presenter.send(r#"["questions","toggle"]"#);
    audience(&mut presenter, |it| it["closed"] == true);
    assert_eq!(post(phones, 1, lost).0, "403");
    // The presenter's commands are no wishes of a phone.
    assert_eq!(post(phones, 1, r#"["questions","toggle"]"#).0, "400");
}

/// Asks, approves, votes and picks as people do, and looks at every page.
#[test]
fn phones_ask_the_speaker_shows_and_the_wall_has_one_question() {
    let Some(browser) = browser::for_test("questions") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0"]);
    let wall = browser.open(&stage.projector());
    wall.screen(1920, 1080);
    let speaker = browser.open(&stage.speaker());
    speaker.screen(1280, 800);
    let url = format!("http://{}/", stage.phones());
    let (phone, other) = (browser.open(&url), browser.open(&url));
    phone.phone(390, 844);
    other.phone(280, 560);
    for it in [&phone, &other] {
        it.wait_for("!document.getElementById('ask').hidden", SOON);
    }
    phone.screenshot(&browser::picture("phone-reactions"));
    other.screenshot(&browser::picture("phone-small-reactions"));
    phone.tap("#ask");
    phone.tap("#question-text");
    // Markup, and keys that would turn the slide.
    phone.type_text("Why is <img src=x onerror=alert(1)> not <b>bold</b>?");
    phone.key("ArrowLeft");
    phone.key("Enter");
    phone.wait_for(
        "document.getElementById('question-said').textContent.startsWith('Sent')",
        SOON,
    );
    phone.wait_for("document.querySelector('#question-list .waits')", SOON);
    assert_eq!(
        phone.eval("document.querySelector('#page .slide').dataset.page"),
        "1"
    );
    phone.screenshot(&browser::picture("phone-asked"));
    phone.phone(640, 360);
    phone.screenshot(&browser::picture("phone-landscape-asked"));
    phone.phone(390, 844);
    assert!(
        !wall.text().contains("onerror"),
        "it is on the wall already"
    );
    speaker.wait_for("document.querySelector('#audience .news')", SOON);
    speaker.tap("#audience [data-key=more]");
    speaker.wait_for(
        "document.querySelector('#audience li p').textContent.includes('<img')",
        SOON,
    );
    speaker.screenshot(&browser::picture("speaker-questions"));
    for (width, height) in [(768, 1024), (390, 844)] {
        speaker.screen(width, height);
        speaker.eval("document.getElementById('audience').scrollIntoView({ block: 'end' })");
        speaker.screenshot(&browser::picture(&format!("speaker-questions-{width}")));
        let wide = speaker.eval("document.documentElement.scrollWidth - innerWidth");
        assert!(wide.as_f64() <= Some(0.0), "{wide} px sideways at {width}");
    }
    speaker.screen(1280, 800);
    speaker.tap("#audience [data-key='show 1']");
    other.tap("#language");
    other.wait_for("document.documentElement.lang === 'ko'", SOON);
    other.wait_for(
        "document.getElementById('ask').textContent === '질문 · 1'",
        SOON,
    );
    other.tap("#ask");
    other.wait_for("document.querySelector('#question-list li button')", SOON);
    other.tap("#question-list li button");
    other.wait_for(
        "document.querySelector('#question-list li button[aria-pressed=true]')",
        SOON,
    );
    other.tap("#reactions [data-key=lost]");
    other.wait_for(
        "document.querySelector('#reactions [aria-pressed=true]')",
        SOON,
    );
    other.screenshot(&browser::picture("phone-small-questions-ko"));
    speaker.wait_for(
        "document.querySelector('#audience .lost b')?.textContent === '1'",
        SOON,
    );
    speaker.wait_for(
        "document.querySelector('#audience li b').textContent === '▲ 1'",
        SOON,
    );
    speaker.key("q");
    wall.wait_for("!document.getElementById('question').hidden", SOON);
    wall.screenshot(&browser::picture("wall-question"));
    assert_eq!(
        wall.eval("document.querySelectorAll('#question img, #question p b').length"),
        0
    );
    phone.tap("#ask");
    phone.wait_for("!document.getElementById('question-wall').hidden", SOON);
    phone.screenshot(&browser::picture("phone-question-on-wall"));
    // The next press takes the question off, and the slide stays.
    wall.key("ArrowRight");
    wall.wait_for("document.getElementById('question').hidden", SOON);
    assert_eq!(
        wall.eval("document.querySelector('.current').dataset.page"),
        "1"
    );
    phone.wait_for("document.getElementById('question-wall').hidden", SOON);
    // The vote is this device's own, also after the page is loaded again.
    other.reload();
    other.wait_for("!document.getElementById('ask').hidden", SOON);
    other.tap("#ask");
    other.wait_for(
        "document.querySelector('#question-list .answered button[aria-pressed=true]')",
        SOON,
    );
    for it in [&phone, &other, &wall, &speaker] {
        let wide = it.eval("document.documentElement.scrollWidth - innerWidth");
        assert!(wide.as_f64() <= Some(0.0), "{wide} px sideways");
    }
    speaker.tap("#audience [data-key=switch]");
    for it in [&phone, &other] {
        it.wait_for("document.getElementById('ask').hidden", SOON);
        it.wait_for("document.getElementById('reactions').hidden", SOON);
    }
    assert_eq!(wall.errors(), Vec::<String>::new());
    assert_eq!(speaker.errors(), Vec::<String>::new());
    assert_eq!(phone.errors(), Vec::<String>::new());
}

/// A question in the longest form stays within the wall, and any script is shown as it is.
#[test]
fn long_questions_and_other_scripts_fit_the_wall() {
    let Some(browser) = browser::for_test("long questions") else {
        return;
    };
    let stage = Stage::small(&["--phones", "0", "--lang", "ko"]);
    let phones = stage.phones();
    let mut presenter = Presenter::connect(&stage);
    let wall = browser.open(&stage.projector());
    let texts = [
        "데드락을 코드 리뷰에서 미리 찾을 수 있는 방법이 있나요? ".repeat(6),
        "لماذا لا يستخدم البرنامج قفلا واحدا؟ 🔒👩‍👩‍👧".to_owned(),
        "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}a\u{300}\u{301}\u{302}lgo"
            .repeat(9),
        "W".repeat(200),
    ];
    for (id, text) in (1..).zip(&texts) {
        let text: String = text.chars().take(200).collect();
        assert_eq!(ask(phones, id, &text), "200");
        // Three marks on a letter are shown.
        let text = text.replace(|it| ('\u{303}'..='\u{307}').contains(&it), "");
        presenter.send(&format!(r#"["questions","pick",{id}]"#));
        wall.wait_for("!document.getElementById('question').hidden", SOON);
        for (width, height) in [(1920, 1080), (1024, 768)] {
            wall.screen(width, height);
            wall.wait_for(
                &format!(
                    "document.querySelector('#question p').textContent === {}",
                    json!(text.trim())
                ),
                SOON,
            );
            // The window has its new size some time after it was asked to.
            wall.wait_for(
                &format!("innerWidth === {width} && innerHeight === {height}"),
                SOON,
            );
            let cut = wall.eval("(() => { const card = document.querySelector('#question > div'), box = card.getBoundingClientRect(); return card.scrollHeight > card.clientHeight + 1 || box.top < 0 || box.bottom > innerHeight || box.right > innerWidth; })()");
            wall.screenshot(&browser::picture(&format!("wall-question-{id}-{width}")));
            assert_eq!(cut, false, "{text} does not fit {width}");
        }
    }
}
