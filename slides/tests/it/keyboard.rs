//! What takes the keyboard from a presenter, or a page its memory: the game's frame, Caps Lock, an
//! input method, a clicker, refused storage, sleep.

use crate::{
    ports,
    stage::{Stage, build},
};
use browser::{Browser, Page};
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);

fn wall(browser: &Browser, stage: &Stage) -> Page {
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    page.wait_for("document.querySelector('.slide.current')", SOON);
    page
}

fn at(page: &Page, slide: usize) {
    page.wait_for(
        &format!("document.querySelector('#stage .slide.current')?.dataset.page == {slide}"),
        SOON,
    );
}

/// Presses a key that the browser reports in this way. Returns whether the page took it, so that
/// the browser does nothing else.
fn press(page: &Page, key: &str, code: &str, more: &str) -> bool {
    let event = format!(
        "new KeyboardEvent('keydown', {{ key: {}, code: {}, bubbles: true, cancelable: true, {more} }})",
        json!(key),
        json!(code)
    );
    page.eval(&format!("!document.body.dispatchEvent({event})")) == true
}

#[test]
fn caps_lock_and_input_methods_do_not_kill_keys() {
    let Some(browser) = browser::for_test("input methods") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = wall(&browser, &stage);
    let mut is_dark = false;
    // Caps Lock; a Korean input method in three browsers; a Cyrillic and a Greek alphabet.
    for (key, code) in [
        ("B", "KeyB"),
        ("ㅠ", "KeyB"),
        ("Process", "KeyB"),
        ("Unidentified", "KeyB"),
        ("и", "KeyB"),
        ("β", "KeyB"),
        // A keyboard with another order of letters: its own letter counts.
        ("b", "KeyN"),
    ] {
        assert!(press(&page, key, code, ""), "{key} {code}");
        is_dark = !is_dark;
        let hidden = !is_dark;
        page.wait_for(
            &format!("document.getElementById('dark').hidden === {hidden}"),
            SOON,
        );
    }
    press(&page, "b", "KeyB", "");
    page.wait_for("document.getElementById('dark').hidden", SOON);
    // Numbers and named keys.
    for (key, code) in [("Process", "Digit3"), ("Enter", "NumpadEnter")] {
        press(&page, key, code, "");
    }
    at(&page, 3);
    press(&page, "Process", "ArrowRight", "");
    press(&page, "PageDown", "", "");
    at(&page, 4);
    // A key that is held down acts once, except for next and back.
    for _ in 0..3 {
        press(&page, "b", "KeyB", "repeat: true");
    }
    press(&page, "PageDown", "PageDown", "repeat: true");
    at(&page, 5);
    assert_eq!(page.eval("document.getElementById('dark').hidden"), true);
    // The browser's own shortcuts stay its own.
    for more in ["ctrlKey: true", "metaKey: true", "altKey: true"] {
        assert!(!press(&page, "r", "KeyR", more), "{more}");
    }
}

#[test]
fn a_clickers_f5_does_not_reload_and_its_escape_does_not_leave() {
    let Some(browser) = browser::for_test("clicker") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = wall(&browser, &stage);
    let speaker = browser.open(&stage.speaker());
    speaker.wait_for("document.querySelector('#now .slide')", SOON);
    page.eval(
        "navigator.keyboard && (navigator.keyboard.lock = (keys) => { window.locked = keys; return Promise.resolve(); })",
    );
    assert_eq!(page.eval("Boolean(navigator.keyboard)"), true);
    for it in [&page, &speaker] {
        it.eval("window.isTheSame = true");
        assert!(press(it, "F5", "F5", ""), "the browser would reload");
    }
    // The key that begins a presentation begins it, and does not end it.
    page.wait_for("document.fullscreenElement && window.locked", SOON);
    assert!(press(&page, "F5", "F5", ""));
    assert_eq!(page.eval("window.locked"), json!(["Escape"]));
    page.key("Escape");
    page.key("PageDown");
    page.wait_for(
        "!document.querySelector('.current .hidden:not([data-step=\"2\"])')",
        SOON,
    );
    assert_eq!(page.eval("Boolean(document.fullscreenElement)"), true);
    page.key("f");
    page.wait_for("!document.fullscreenElement", SOON);
    for it in [&page, &speaker] {
        assert_eq!(it.eval("window.isTheSame"), true);
    }
}

#[test]
fn a_click_into_the_game_does_not_take_the_keyboard() {
    let Some(browser) = browser::for_test("the game's frame") else {
        return;
    };
    let _port = ports::reserve(8);
    build("08-snack-game");
    let stage = Stage::open(&[]);
    let page = wall(&browser, &stage);
    let slide =
        page.eval("Number(document.querySelector('#stage > .look-full:has(.game)').dataset.page)");
    let slide = slide.as_u64().expect("a slide with the game") as usize;
    page.eval(&format!("location.hash = '#/{slide}'"));
    at(&page, slide);
    page.key("d");
    page.wait_for(
        "document.querySelector('.current iframe')",
        Duration::from_secs(150),
    );
    // A cursor that rests is hidden, and the frame gets no clicks until it moves.
    page.wait_for("document.body.classList.contains('still')", SOON);
    page.eval("document.querySelector('.current .game').click()");
    let click = || {
        page.mouse_to((300.0, 300.0));
        page.mouse_to((310.0, 300.0));
        page.tap(".current iframe");
    };
    for _ in 0..3 {
        click();
        at(&page, slide);
        page.wait_for(
            "document.activeElement === document.body && document.hasFocus()",
            SOON,
        );
    }
    if cfg!(target_os = "linux") {
        page.key("k");
        page.wait_for(
            "document.querySelector('.current .killed').checkVisibility()",
            SOON,
        );
    }
    click();
    page.wait_for("document.activeElement === document.body", SOON);
    page.key("PageUp");
    at(&page, slide - 1);
}

/// A browser that stores nothing for the page throws as soon as the page asks.
#[test]
fn pages_work_where_storage_is_refused() {
    let Some(browser) = browser::for_test("storage") else {
        return;
    };
    let stage = Stage::small(&["--phones", "0"]);
    let refuse = "for (const it of ['localStorage', 'sessionStorage']) Object.defineProperty(window, it, { get() { throw new DOMException('refused', 'SecurityError'); } });";
    let page = browser.open("about:blank");
    page.on_new_document(refuse);
    page.screen(1920, 1080);
    page.go(&stage.projector());
    at(&page, 1);
    assert_eq!(
        page.eval(
            "(() => { try { return sessionStorage.length; } catch { return 'refused'; } })()"
        ),
        "refused"
    );
    page.key("End");
    at(&page, 6);
    page.reload();
    at(&page, 6);
    page.wait_for("document.getElementById('banner').hidden", SOON);
    page.key("Home");
    at(&page, 1);
    let speaker = browser.open("about:blank");
    speaker.on_new_document(refuse);
    speaker.go(&stage.speaker());
    speaker.wait_for("document.querySelector('#now .slide')", SOON);
    speaker.reload();
    speaker.wait_for("document.querySelector('#now .slide')", SOON);
    speaker.key("End");
    at(&page, 6);
    let phone = browser.open("about:blank");
    phone.on_new_document(refuse);
    phone.phone(390, 844);
    phone.go(&format!("http://{}/", stage.phones()));
    phone.wait_for(
        "document.querySelector('#page .slide')?.dataset.page === '6'",
        SOON,
    );
    phone.tap("#language");
    phone.wait_for("document.documentElement.lang === 'ko'", SOON);
    phone.tap("#back");
    phone.wait_for(
        "document.querySelector('#page .slide')?.dataset.page === '5'",
        SOON,
    );
    for it in [&page, &speaker, &phone] {
        assert_eq!(it.errors(), Vec::<String>::new());
    }
}

/// After this time without a message a phone takes its connection for lost, and the stage sends one
/// as often as this, in milliseconds. `web/follow.js` and `src/web/follow.rs` have them.
const SILENCE: u64 = 25_000;
const BEAT: u64 = 10_000;

/// While a machine sleeps its clock goes on and its pages do not; its connections are lost, and it
/// is not told.
#[test]
fn a_phone_that_slept_finds_out_that_it_is_stale() {
    let Some(browser) = browser::for_test("sleep") else {
        return;
    };
    let stage = Stage::small(&["--phones", "0"]);
    let wall = wall(&browser, &stage);
    let phone = browser.open("about:blank");
    // A WebSocket that can be made deaf, and a clock that can be set forward.
    phone.on_new_document(
        "const Socket = WebSocket; window.sockets = [];
         window.WebSocket = class extends Socket { constructor(...all) { super(...all); sockets.push(this); } };
         window.WebSocket.OPEN = Socket.OPEN;
         let slept = 0; const now = Date.now; Date.now = () => now() + slept;
         window.sleep = (ms) => { for (const it of sockets) it.onmessage = null; window.fellAsleep = Date.now(); slept += ms; };",
    );
    phone.phone(390, 844);
    phone.go(&format!("http://{}/", stage.phones()));
    phone.wait_for("document.querySelector('#page .slide')?.dataset.page === '1' && !document.getElementById('connection').textContent", SOON);
    // A nap changes nothing.
    phone.eval("sleep(5000)");
    phone.eval("new Promise((done) => setTimeout(done, 2500))");
    // Unless the page stood still for so long that it was no nap.
    let slept = phone.eval("Date.now() - fellAsleep");
    if slept.as_u64() < Some(SILENCE - BEAT) {
        assert_eq!(phone.eval("sockets.length"), 1);
    }
    wall.key("End");
    at(&wall, 6);
    phone.eval("window.seen = []; new MutationObserver(() => seen.push(document.getElementById('connection').textContent)).observe(document.getElementById('connection'), { childList: true, characterData: true, subtree: true }); sleep(60_000); dispatchEvent(new Event('focus'))");
    phone.wait_for(
        "document.querySelector('#page .slide')?.dataset.page === '6'",
        SOON,
    );
    assert!(
        phone
            .eval("seen")
            .to_string()
            .contains("Connecting to the stage")
    );
    // A slow attempt is given up, and followed by another one.
    assert!(phone.eval("sockets.length").as_u64() >= Some(2));
}

#[test]
fn the_presenters_screens_stay_awake_while_they_are_visible() {
    let Some(browser) = browser::for_test("awake") else {
        return;
    };
    let stage = Stage::small(&[]);
    let fake = "window.asked = 0; navigator.wakeLock.request = async (what) => { asked += what === 'screen'; const lock = { released: false }; window.lock = lock; return lock; };";
    for address in [stage.projector(), stage.speaker()] {
        let page = browser.open("about:blank");
        page.on_new_document(fake);
        page.go(&address);
        page.wait_for(
            "asked === 1 && document.documentElement.dataset.awake",
            SOON,
        );
        // The browser takes it back while the page is hidden.
        page.eval("lock.released = true; lock.onrelease(); document.dispatchEvent(new Event('visibilitychange'))");
        page.wait_for(
            "asked === 2 && document.documentElement.dataset.awake",
            SOON,
        );
        page.key("b");
        assert_eq!(page.eval("asked"), 2, "it has one already");
    }
}
