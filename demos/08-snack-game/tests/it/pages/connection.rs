//! Connections that are cut, fall silent, or end because their page or their server did.

use std::time::Duration;

use browser::{for_test, picture};
use serde_json::{Value, json};

use crate::pages::proxy::Proxy;
use crate::pages::server::{Player, SOON, fine_except_connection_errors, open, url};

/// Three seconds until silence is noticed, and the first attempts; also on a busy machine.
const BACK: Duration = Duration::from_secs(90);
/// Rounds that outlast a test.
const LONG: [&str; 2] = ["--round-seconds", "300"];

/// What must be the same after a player has resumed.
fn seat(player: &Player) -> Value {
    player.eval("connection.seat")
}

#[test]
fn a_phone_that_lost_its_connection_resumes_with_seat_and_points() {
    let Some(browser) = for_test("a lost connection") else {
        return;
    };
    let server = open(&LONG);
    let proxy = Proxy::to(server.address());
    let player = Player::join(&browser, proxy.address(), "Mina", (390, 844));
    player.eat(2, SOON);
    let (before, points) = (seat(&player), player.points());

    proxy.close();
    player
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);
    player.page.wait_for(
        "document.getElementById('status').textContent.startsWith('Connection lost. Trying again')",
        BACK,
    );
    player.page.screenshot(&picture("connection-lost"));
    proxy.open();
    player.wait_for("connection.welcomed && mirror.known", BACK);
    assert_eq!(seat(&player), before);
    assert!(
        player.points() >= points,
        "{} points, and {points} before",
        player.points()
    );
    player.page.wait_for(
        "document.getElementById('status').textContent.startsWith('Welcome back, Mina.')",
        SOON,
    );
    // The player can still eat.
    player.eat(player.points() + 1, SOON);
    fine_except_connection_errors(&player.page);
}

#[test]
fn a_silent_connection_is_replaced_and_swipes_in_the_meantime_are_sent_again() {
    let Some(browser) = for_test("a silent connection") else {
        return;
    };
    let server = open(&LONG);
    let proxy = Proxy::to(server.address());
    let player = Player::join(&browser, proxy.address(), "Mina", (390, 844));
    player.wait_for(
        "me !== null && connection.turns.unacknowledged.length === 0",
        SOON,
    );
    let before = seat(&player);
    let (first, second) = match player.eval("me.dir").as_u64() {
        Some(0 | 2) => (1, 0),
        _ => (0, 1),
    };

    proxy.silence();
    // Otherwise, on a busy machine, the page could reconnect before the next check.
    proxy.refuse_new();
    player.swipe(first);
    player.swipe(second);
    assert_eq!(
        player.eval("connection.turns.unacknowledged.length"),
        json!(2),
        "these turns are not acknowledged"
    );
    proxy.open();
    player.wait_for(
        "connection.welcomed && connection.turns.unacknowledged.length === 0 && mirror.known",
        BACK,
    );
    assert_eq!(seat(&player), before);
    assert_eq!(
        player.eval("me.dir"),
        json!(second),
        "the player moves as swiped"
    );
    fine_except_connection_errors(&player.page);
}

#[test]
fn a_page_that_crashed_or_was_reloaded_resumes_its_seat() {
    let Some(browser) = for_test("a page that crashed") else {
        return;
    };
    let server = open(&LONG);
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    player.eat(1, SOON);
    let (before, points) = (seat(&player), player.points());

    player.page.reload();
    player.wait_for_seat();
    assert_eq!(seat(&player), before);
    player.page.crash();
    player.page.reload();
    player.wait_for_seat();
    assert_eq!(seat(&player), before);
    assert!(player.points() >= points);
    player.eat(player.points() + 1, SOON);
}

#[test]
fn after_a_server_crash_the_page_rejoins_without_asking_for_the_name() {
    let Some(browser) = for_test("a server that crashed") else {
        return;
    };
    let server = open(&LONG);
    let proxy = Proxy::to(server.address());
    let player = Player::join(&browser, proxy.address(), "Mina", (390, 844));
    drop(server); // Killed, so no Close frame is sent.
    player
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);

    let server = open(&LONG);
    proxy.lead_to(server.address());
    player.wait_for("connection.welcomed && mirror.known && me !== null", BACK);
    assert_eq!(player.eval("me.name"), json!("Mina"));
    player.eat(1, SOON);
    fine_except_connection_errors(&player.page);
}

#[cfg(unix)]
#[test]
fn a_restart_is_announced_and_the_page_rejoins_afterwards() {
    let Some(browser) = for_test("a server that restarts") else {
        return;
    };
    let mut server = open(&["--round-seconds", "300", "--drain-seconds", "3"]);
    let proxy = Proxy::to(server.address());
    let player = Player::join(&browser, proxy.address(), "Mina", (390, 844));
    // Collects all announcements, so that none is missed between two checks.
    player.page.eval(
        "window.heard = []; new MutationObserver(() => heard.push(document.getElementById('status').textContent))
            .observe(document.getElementById('status'), { childList: true, subtree: true, characterData: true })",
    );
    server.shut_down();
    player
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);
    let next = open(&LONG);
    proxy.lead_to(next.address());
    player.wait_for("connection.welcomed && mirror.known && me !== null", BACK);
    assert_eq!(player.eval("me.name"), json!("Mina"));
    let heard = player.page.eval("heard.join('\\n')");
    let heard = heard.as_str().unwrap_or_default();
    assert!(
        heard.contains("The snack bar restarts in "),
        "the restart was not announced:\n{heard}"
    );
    assert!(
        heard.contains("The snack bar restarts. Back in "),
        "1012 was not announced:\n{heard}"
    );
    fine_except_connection_errors(&player.page);
}

/// On stage without Wi-Fi, the laptop reaches its own server.
#[test]
fn a_page_of_this_machines_server_needs_no_network() {
    let Some(browser) = for_test("a laptop without network") else {
        return;
    };
    let server = open(&LONG);
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    player.be_patient();
    player.eval("void (window.first = connection.socket)");
    player.eval("void dispatchEvent(new Event('offline'))");
    player.page.offline(true);
    let tick = player.eval("mirror.tick").as_u64().expect("a tick");
    player.wait_for(&format!("mirror.tick > {}", tick + 20), SOON);
    assert_eq!(
        player.eval("connection.welcomed && connection.socket === first"),
        json!(true)
    );
}

#[test]
fn a_phone_without_network_says_so_and_resumes_when_it_is_back() {
    let Some(browser) = for_test("a phone without network") else {
        return;
    };
    let lan = if_addrs::get_if_addrs().expect("interfaces");
    let lan = lan.iter().map(|it| it.ip());
    let Some(lan) = lan.into_iter().find(|ip| ip.is_ipv4() && !ip.is_loopback()) else {
        skipped::skip("this machine has no address on a network");
        return;
    };
    let server = open(&[&LONG[..], &["--audience"]].concat());
    let address = (lan, server.address().port()).into();
    let player = Player::join(&browser, address, "Mina", (390, 844));
    let before = seat(&player);
    player.page.offline(true);
    player.page.wait_for(
        "document.getElementById('status').textContent.startsWith('Your phone has no network.')",
        BACK,
    );
    player.page.offline(false);
    player.wait_for("connection.welcomed && mirror.known", BACK);
    assert_eq!(seat(&player), before);
    fine_except_connection_errors(&player.page);
}

#[test]
fn a_second_tab_takes_the_seat_over_and_the_first_says_so() {
    let Some(browser) = for_test("a second tab") else {
        return;
    };
    let server = open(&LONG);
    let first = Player::join(&browser, server.address(), "Mina", (390, 844));
    let before = seat(&first);
    let kept = first
        .page
        .eval("JSON.stringify(Object.fromEntries(Object.entries(sessionStorage)))");

    // As a browser does when a tab is duplicated: the new tab has the same session storage.
    let page = browser.open(&url(server.address(), "/watch?lang=en"));
    page.phone(390, 844);
    page.eval(&format!(
        "Object.assign(sessionStorage, JSON.parse({kept}))"
    ));
    page.go(&url(server.address(), "/?lang=en"));
    let second = Player { page };
    second.wait_for_seat();
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
    first.wait_for_seat();
    assert_eq!(seat(&first), before);
    first.check_errors();
}

#[test]
fn a_phone_without_an_answer_asks_less_and_less_often() {
    let Some(browser) = for_test("a phone without an answer") else {
        return;
    };
    let server = open(&LONG);
    let page = browser.open("about:blank");
    page.go(&url(server.address(), "/?lang=en"));
    // The seat was on a server that is dead, and so is the only other server. The random numbers
    // make every wait the longest possible.
    page.eval(
        "sessionStorage.setItem('snack-rush.seat', '00'.repeat(16) + ' http://127.0.0.1:1/ws/hall');
        sessionStorage.setItem('snack-rush.servers', 'http://127.0.0.1:2');
        window.fetch = () => Promise.reject(new Error('no answer'));
        Math.random = () => 0.999;",
    );
    let waits = |attempt: u32| {
        let asked = format!(
            "import(document.scripts[0].src).then(async ({{ $connection: {{ Connection }} }}) => {{
                const connection = Object.create(Connection.prototype);
                Object.assign(connection, {{ generation: 0, attempt: {attempt}, options: {{ room: null, watch: false }}, listener: {{ onStatus() {{}} }} }});
                return await new Promise((resolve) => {{
                    connection.retry = (_status, wait) => resolve(wait);
                    void connection.connect();
                }});
            }})"
        );
        let wait = page.eval(&asked);
        wait.as_f64().unwrap_or_else(|| panic!("{wait}"))
    };
    // The server may be declared dead at any moment, so until the TTL is over the page asks at
    // once.
    assert!((300.0..=600.0).contains(&waits(0)), "{}", waits(0));
    assert!((300.0..=600.0).contains(&waits(6)), "{}", waits(6));
    assert!(waits(40) > 5_000.0, "{}", waits(40));
}
