//! Lines that are cut, fall silent, or end because their page or their server did.

use std::time::Duration;

use browser::{for_test, picture};
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::server::{Player, SOON, fine_but_for_the_line, open, url};

/// Three seconds until silence is noticed, and the first attempts; also on a busy machine.
const BACK: Duration = Duration::from_secs(90);
/// No round ends within a test.
const LONG: [&str; 2] = ["--round-seconds", "300"];

/// What must be the same when somebody is back.
fn seat(guest: &Player) -> Value {
    guest.asks("line.seat")
}

#[test]
fn a_phone_in_a_lift_comes_back_to_its_seat_and_its_points() {
    let Some(browser) = for_test("a phone in a lift") else {
        return;
    };
    let bar = open(&LONG);
    let lift = Proxy::to(bar.address());
    let guest = Player::joins(&browser, lift.address(), "Mina", (390, 844));
    guest.eats(2, SOON);
    let (before, points) = (seat(&guest), guest.points());

    lift.close();
    guest
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);
    assert!(
        guest.hears().starts_with("The line is gone. Trying again"),
        "{}",
        guest.hears()
    );
    guest.page.screenshot(&picture("line-gone"));
    lift.open();
    guest.waits_for("line.welcomed && mirror.known", BACK);
    assert_eq!(seat(&guest), before);
    assert!(
        guest.points() >= points,
        "{} points, and {points} before",
        guest.points()
    );
    guest.page.wait_for(
        "document.getElementById('status').textContent.startsWith('Welcome back, Mina.')",
        SOON,
    );
    // And it plays on.
    guest.eats(guest.points() + 1, SOON);
    fine_but_for_the_line(&guest.page);
}

#[test]
fn a_line_that_falls_silent_is_noticed_and_what_was_swiped_meanwhile_is_said_again() {
    let Some(browser) = for_test("a silent line") else {
        return;
    };
    let bar = open(&LONG);
    let lift = Proxy::to(bar.address());
    let guest = Player::joins(&browser, lift.address(), "Mina", (390, 844));
    guest.waits_for("me !== null && line.turns.unheard.length === 0", SOON);
    let before = seat(&guest);
    let (first, second) = match guest.asks("me.dir").as_u64() {
        Some(0 | 2) => (1, 0),
        _ => (0, 1),
    };

    lift.silence();
    lift.lets_nobody_in(); // Or, were this machine busy, the page would be back on another line before it is looked.
    guest.swipes(first);
    guest.swipes(second);
    assert_eq!(
        guest.asks("line.turns.unheard.length"),
        json!(2),
        "nobody has heard these"
    );
    lift.open();
    guest.waits_for(
        "line.welcomed && line.turns.unheard.length === 0 && mirror.known",
        BACK,
    );
    assert_eq!(seat(&guest), before);
    assert_eq!(
        guest.asks("me.dir"),
        json!(second),
        "it runs where it was told to"
    );
    fine_but_for_the_line(&guest.page);
}

#[test]
fn a_page_that_crashed_or_was_reloaded_is_back_in_its_seat() {
    let Some(browser) = for_test("a page that crashed") else {
        return;
    };
    let bar = open(&LONG);
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    guest.eats(1, SOON);
    let (before, points) = (seat(&guest), guest.points());

    guest.page.reload();
    guest.is_seated();
    assert_eq!(seat(&guest), before);
    guest.page.crash();
    guest.page.reload();
    guest.is_seated();
    assert_eq!(seat(&guest), before);
    assert!(guest.points() >= points);
    guest.eats(guest.points() + 1, SOON);
}

#[test]
fn a_server_that_died_is_waited_for_and_the_name_is_not_asked_for_again() {
    let Some(browser) = for_test("a server that died") else {
        return;
    };
    let bar = open(&LONG);
    let lift = Proxy::to(bar.address());
    let guest = Player::joins(&browser, lift.address(), "Mina", (390, 844));
    drop(bar); // Killed: nobody says goodbye.
    guest
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);

    let bar = open(&LONG);
    lift.leads_to(bar.address());
    guest.waits_for("line.welcomed && mirror.known && me !== null", BACK);
    assert_eq!(guest.asks("me.name"), json!("Mina"));
    guest.eats(1, SOON);
    fine_but_for_the_line(&guest.page);
}

#[cfg(unix)]
#[test]
fn a_server_that_restarts_says_so_and_its_phones_come_to_the_next_one() {
    let Some(browser) = for_test("a server that restarts") else {
        return;
    };
    let mut bar = open(&["--round-seconds", "300", "--drain-seconds", "3"]);
    let lift = Proxy::to(bar.address());
    let guest = Player::joins(&browser, lift.address(), "Mina", (390, 844));
    // What is said, in order: nothing of it is to be missed between two looks.
    guest.page.eval(
        "window.heard = []; new MutationObserver(() => heard.push(document.getElementById('status').textContent))
            .observe(document.getElementById('status'), { childList: true, subtree: true, characterData: true })",
    );
    bar.ends();
    guest
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);
    let next = open(&LONG);
    lift.leads_to(next.address());
    guest.waits_for("line.welcomed && mirror.known && me !== null", BACK);
    assert_eq!(guest.asks("me.name"), json!("Mina"));
    let heard = guest.page.eval("heard.join('\\n')");
    let heard = heard.as_str().unwrap_or_default();
    assert!(
        heard.contains("The snack bar restarts in "),
        "it was not announced:\n{heard}"
    );
    assert!(
        heard.contains("The snack bar restarts. Back in "),
        "1012 was not understood:\n{heard}"
    );
    fine_but_for_the_line(&guest.page);
}

#[test]
fn a_phone_without_network_says_so_and_goes_on_when_it_is_back() {
    let Some(browser) = for_test("a phone without network") else {
        return;
    };
    let bar = open(&LONG);
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    let before = seat(&guest);
    guest.page.offline(true);
    guest.page.wait_for(
        "document.getElementById('status').textContent.startsWith('Your phone has no network.')",
        BACK,
    );
    guest.page.offline(false);
    guest.waits_for("line.welcomed && mirror.known", BACK);
    assert_eq!(seat(&guest), before);
    fine_but_for_the_line(&guest.page);
}

#[test]
fn a_second_tab_takes_over_and_the_first_says_so() {
    let Some(browser) = for_test("a second tab") else {
        return;
    };
    let bar = open(&LONG);
    let first = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    let before = seat(&first);
    let kept = first
        .page
        .eval("JSON.stringify(Object.fromEntries(Object.entries(sessionStorage)))");

    // What a browser does when a tab is duplicated: the new one has the same session.
    let page = browser.open(&url(bar.address(), "/watch?lang=en"));
    page.phone(390, 844);
    page.eval(&format!(
        "Object.assign(sessionStorage, JSON.parse({kept}))"
    ));
    page.go(&url(bar.address(), "/?lang=en"));
    let second = Player { page };
    second.is_seated();
    assert_eq!(seat(&second), before);
    first.page.wait_for(
        "document.getElementById('status').textContent.startsWith('You play on in another tab.')",
        SOON,
    );
    assert_eq!(
        first.page.eval("document.getElementById('name').value"),
        json!("Mina")
    );
    first.page.screenshot(&picture("taken-over"));
    first.page.tap("#status .button");
    first.is_seated();
    assert_eq!(seat(&first), before);
    first.is_fine();
}

#[test]
fn a_phone_that_nobody_answers_asks_less_and_less_often() {
    let Some(browser) = for_test("a phone that nobody answers") else {
        return;
    };
    let bar = open(&LONG);
    let page = browser.open("about:blank");
    page.go(&url(bar.address(), "/?lang=en"));
    // A seat at a server that is dead, another server that is dead, too, and chance that makes
    // every wait the longest.
    page.eval(
        "sessionStorage.setItem('snack-rush.seat', '00'.repeat(16) + ' http://127.0.0.1:1/ws/hall');
        sessionStorage.setItem('snack-rush.servers', 'http://127.0.0.1:2');
        window.fetch = () => Promise.reject(new Error('nobody'));
        Math.random = () => 0.999;",
    );
    let waits = |attempt: u32| {
        let asked = format!(
            "import('/web/js/line.js').then(async ({{ Line }}) => {{
                const line = Object.create(Line.prototype);
                Object.assign(line, {{ era: 0, attempt: {attempt}, wish: {{ room: null, watch: false }}, ear: {{ said() {{}} }} }});
                return await new Promise((told) => {{
                    line.retry = (_saying, wait) => told(wait);
                    void line.connect();
                }});
            }})"
        );
        let wait = page.eval(&asked);
        wait.as_f64().unwrap_or_else(|| panic!("{wait}"))
    };
    // Its server may be found dead any moment: until the TTL is over it asks at once.
    assert!((300.0..=600.0).contains(&waits(0)), "{}", waits(0));
    assert!((300.0..=600.0).contains(&waits(6)), "{}", waits(6));
    assert!(waits(40) > 5_000.0, "{}", waits(40));
}
