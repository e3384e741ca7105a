//! Screens of every size, the keyboard, the language, reduced motion, and watching.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use browser::{Page, for_test, picture};
use serde_json::json;

use crate::pages::server::{Player, SOON, fine, open, url};

const CROWD: [&str; 4] = ["--bots", "40", "--round-seconds", "20"];
/// A round and its podium, on a busy machine.
const ROUND: Duration = Duration::from_secs(60);

/// Checks that nothing overflows and that every control is large enough for a thumb.
#[track_caller]
fn fits(page: &Page) {
    assert_eq!(
        page.eval("document.documentElement.scrollWidth <= innerWidth"),
        json!(true),
        "the page scrolls sideways"
    );
    let outside = page.eval(
        "[...document.querySelectorAll('button, input, a, h1, h2, .points, .time, #status .sentence')]
            .filter((it) => it.checkVisibility())
            .filter((it) => { const box = it.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1; })
            .filter((it) => !it.closest('.side'))
            .map((it) => it.outerHTML)",
    );
    assert_eq!(outside, json!([]), "these overflow");
    let small = page.eval(
        "[...document.querySelectorAll('button, input, a')].filter((it) => it.checkVisibility())
            .filter((it) => it.getBoundingClientRect().height < 32).map((it) => it.outerHTML)",
    );
    assert_eq!(small, json!([]), "these are too small for a thumb");
}

#[test]
fn the_page_fits_every_screen_in_both_orientations_and_languages() {
    let Some(browser) = for_test("the page fits every screen") else {
        return;
    };
    let server = open(&CROWD);
    let phones = [
        ("320", (320, 568), "en"),
        ("320-ko", (320, 568), "ko"),
        ("360", (360, 740), "ko"),
        ("landscape", (740, 360), "en"),
        ("landscape-320", (568, 320), "ko"),
        ("tablet", (820, 1180), "en"),
    ];
    let doors = phones.map(|(name, size, language)| {
        let page = browser.open("about:blank");
        page.phone(size.0, size.1);
        page.go(&url(server.address(), &format!("/?lang={language}")));
        page.wait_for("document.getElementById('status').textContent", SOON);
        fits(&page);
        page.screenshot(&picture(&format!("door-{name}")));
        page.tap("#join .big");
        (name, Player { page })
    });
    for (name, player) in &doors {
        player.wait_for_seat();
        player.wait_for("mirror.phase === 0", ROUND);
        fits(&player.page);
        player.page.screenshot(&picture(&format!("play-{name}")));
    }
    for (name, player) in &doors {
        player
            .page
            .wait_for("!document.getElementById('podium').hidden", ROUND);
        fits(&player.page);
        player.page.screenshot(&picture(&format!("podium-{name}")));
        player.check_errors();
    }
}

#[test]
fn a_keyboard_is_enough_to_join_and_play() {
    let Some(browser) = for_test("a keyboard is enough") else {
        return;
    };
    let server = open(&["--round-seconds", "300"]);
    let page = browser.open("about:blank");
    page.screen(1280, 800);
    page.go(&url(server.address(), "/?lang=en"));
    page.key("Tab");
    page.wait_for("document.activeElement.id === 'name'", SOON);
    page.type_text("Key");
    page.key("Enter");
    let player = Player { page };
    player.wait_for_seat();
    for (key, dir) in [
        ("ArrowUp", 0),
        ("ArrowRight", 1),
        ("s", 2),
        ("a", 3),
        ("w", 0),
        ("d", 1),
        ("ArrowDown", 2),
        ("ArrowLeft", 3),
    ] {
        player.page.key(key);
        player.wait_for(&format!("me.dir === {dir}"), SOON);
    }
    player.page.screenshot(&picture("desktop"));
    player.check_errors();
}

#[test]
fn a_turn_is_shown_before_the_server_has_acknowledged_it() {
    let Some(browser) = for_test("a turn is shown at once") else {
        return;
    };
    let server = open(&["--round-seconds", "300"]);
    let player = Player::join(&browser, server.address(), "Quick", (390, 844));
    player.wait_for("me && mirror.phase === 0", SOON);
    // In one evaluation, so that no tick can arrive between the key and the check.
    let (shown, acknowledged) = ("scene.motion.shown(me, performance.now()).dir", "me.dir");
    let press = "window.dispatchEvent(new KeyboardEvent('keydown', { code: me.dir % 2 ? 'ArrowUp' : 'ArrowRight' }))";
    let seen = player.eval(&format!("(() => {{ const was = {acknowledged}; {press}; return {{ was, acknowledged: {acknowledged}, shown: {shown} }}; }})()"));
    assert_eq!(
        seen["acknowledged"], seen["was"],
        "the server cannot have acknowledged it yet"
    );
    assert_ne!(
        seen["shown"], seen["was"],
        "the page does not show the turn"
    );
    player.wait_for(&format!("{acknowledged} === {}", seen["shown"]), SOON);
}

#[test]
fn reduced_motion_stops_animations_and_the_language_is_remembered() {
    let Some(browser) = for_test("reduced motion") else {
        return;
    };
    let server = open(&["--round-seconds", "300"]);
    let player = {
        let page = browser.open("about:blank");
        page.phone(390, 844);
        page.reduced_motion(true);
        page.go(&url(server.address(), "/"));
        page.tap(".door .language");
        page.wait_for("document.documentElement.lang === 'ko'", SOON);
        page.reload();
        page.wait_for("document.documentElement.lang === 'ko' && document.querySelector('h1').textContent === '스낵 러시'", SOON);
        page.tap("#name");
        page.type_text("하늘");
        page.tap("#join .big");
        Player { page }
    };
    player.wait_for_seat();
    player.eat(1, SOON);
    player.page.screenshot(&picture("less-motion"));
    let moving = "document.getAnimations().filter((one) => one.playState === 'running').length";
    assert_eq!(player.page.eval(moving), json!(0), "something is animated");
    player.check_errors();
}

#[test]
fn a_watcher_follows_a_player_and_a_stage_may_frame_the_hall() {
    let Some(browser) = for_test("a watcher follows") else {
        return;
    };
    let server = open(&CROWD);
    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.go(&url(server.address(), "/watch?lang=en"));
    page.wait_for(
        "document.getElementById('status').textContent.startsWith('You follow ')",
        SOON,
    );
    page.tap("#whole");
    page.wait_for(
        "document.getElementById('whole').getAttribute('aria-pressed') === 'true'",
        SOON,
    );
    page.screenshot(&picture("watch-whole"));
    page.tap("#follow li:nth-child(2) button");
    page.wait_for(
        "document.getElementById('whole').getAttribute('aria-pressed') === 'false'",
        SOON,
    );
    page.screenshot(&picture("watch-follow"));
    fits(&page);
    fine(&page);

    let stage = browser.open("about:blank");
    stage.screen(1280, 720);
    let hall = url(server.address(), "/hall?lang=en");
    let frame = format!(
        "<body style='margin:0'><iframe src='{hall}' style='border:0;width:100vw;height:100vh'></iframe>"
    );
    let elsewhere = serve(frame);
    stage.go(&format!("http://{elsewhere}/"));
    stage.wait_for(
        "document.querySelector('iframe').contentDocument === null",
        SOON,
    );
    // The frame has another origin, so only the screenshot shows its content.
    thread::sleep(Duration::from_secs(2));
    stage.screenshot(&picture("hall-in-a-frame"));
    fine(&stage);
}

/// Serves a page from another origin, once.
fn serve(page: String) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    thread::spawn(move || {
        for mut player in listener.incoming().flatten() {
            let mut asked = [0; 4096];
            let _whatever = player.read(&mut asked);
            let length = page.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            let _gone = player.write_all(format!("{head}{page}").as_bytes());
        }
    });
    address
}
