//! Large text, large zoom and narrow screens: nothing covers anything.

use browser::{Page, for_test, picture};
use serde_json::{Value, json};

use crate::common::TOKEN;
use crate::pages::server::{Player, SOON, call, open, url};

/// Screens: their name, width and height, and the size of text in percent. A zoom of 300 % leaves a
/// third of the pixels.
const SCREENS: [(&str, u32, u32, u32); 7] = [
    ("280", 280, 653, 100),
    ("280-text-200", 280, 653, 200),
    ("320-text-200", 320, 568, 200),
    ("390-text-200", 390, 844, 200),
    ("1280-zoom-300", 427, 240, 100),
    ("1920-zoom-300", 640, 360, 100),
    ("1280-text-200", 1280, 720, 200),
];

/// The most looks at a screen on which something covers something.
const MOMENTS: usize = 20;

/// The screens whose pictures are kept: each costs a quarter of a second.
const PICTURES: [&str; 2] = ["280-text-200", "1280-zoom-300"];

fn look(page: &Page, state: &str) -> Vec<String> {
    look_while(page, state, "true")
}

/// Checks a page on every screen while `shown` holds. Returns what is wrong.
fn look_while(page: &Page, state: &str, shown: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, width, height, text) in SCREENS {
        page.phone(width, height);
        page.text_size(text);
        page.wait_for(shown, SOON);
        // A moment later everything has its size; on a busy machine, some moments later.
        let (mut seen, mut moments) = (Value::Null, 0);
        while moments < MOMENTS && seen["wrong"] != json!([]) {
            page.eval("new Promise((done) => setTimeout(done, 60))");
            seen = page.eval(&call(include_str!("covered.js"), &Value::Null));
            moments += 1;
        }
        let parts = seen["parts"].as_u64().unwrap_or_default();
        assert!(
            parts >= 4,
            "{state}, {name}: only {parts} parts are visible"
        );
        if PICTURES.contains(&name) {
            page.screenshot(&picture(&format!("zoom-{state}-{name}")));
        }
        for what in seen["wrong"].as_array().into_iter().flatten() {
            wrong.push(format!("{state}, {name}: {what}"));
        }
    }
    page.text_size(100);
    wrong
}

#[test]
fn nothing_covers_anything_at_any_size_of_text_or_zoom() {
    let Some(browser) = for_test("large text and zoom") else {
        return;
    };
    let plays = open(&[
        "--bots",
        "12",
        "--round-seconds",
        "600",
        "--max-players",
        "14",
    ]);
    let ends = open(&[
        "--bots",
        "12",
        "--round-seconds",
        "2",
        "--podium-seconds",
        "60",
    ]);
    let mut wrong = Vec::new();

    let door = browser.open(&url(plays.address(), "/?lang=en"));
    wrong.extend(look(&door, "door"));
    door.tap(".door .language");
    wrong.extend(look(&door, "door-ko"));
    let name = "Hyacinth Bucket";
    let player = Player::join(&browser, plays.address(), name, (390, 844));
    wrong.extend(look(&player.page, "play"));
    player.page.tap("#leave");
    wrong.extend(look(&player.page, "leave"));
    let other = Player::join(&browser, plays.address(), name, (390, 844));
    let full = browser.open(&url(plays.address(), "/?lang=en"));
    full.wait_for(
        "document.getElementById('play').textContent.startsWith('Full')",
        SOON,
    );
    wrong.extend(look(&full, "full"));
    let watched = [("wall", "/hall?lang=en"), ("watch", "/watch?lang=en")].map(|(name, path)| {
        let page = browser.open(&url(plays.address(), path));
        page.wait_for("document.getElementById('count').textContent", SOON);
        (name, page)
    });
    for (name, page) in &watched {
        wrong.extend(look(page, name));
    }
    let xray = browser.open(&url(
        plays.address(),
        &format!("/xray?lang=en#token={TOKEN}"),
    ));
    xray.wait_for("document.querySelector('.room')", SOON);
    wrong.extend(look(&xray, "xray"));

    let player = Player::join(&browser, ends.address(), name, (390, 844));
    let podium = "!document.getElementById('podium').hidden";
    wrong.extend(look_while(&player.page, "podium", podium));
    for (name, path) in [
        ("podium-wall", "/hall?lang=en"),
        ("podium-watch", "/watch?lang=en"),
    ] {
        let page = browser.open(&url(ends.address(), path));
        wrong.extend(look_while(&page, name, podium));
    }

    drop(plays);
    other
        .page
        .wait_for("document.body.classList.contains('offline')", SOON);
    wrong.extend(look(&other.page, "gone"));
    for (name, page) in &watched {
        wrong.extend(look(page, &format!("gone-{name}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
