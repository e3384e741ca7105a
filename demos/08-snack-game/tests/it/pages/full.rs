//! A server without a free seat.

use browser::{for_test, picture};
use serde_json::json;
use std::time::Instant;

use crate::pages::server::{Player, SOON, fine, open, url};

#[test]
fn a_full_server_is_noticed_before_the_upgrade_and_another_one_is_offered() {
    let Some(browser) = for_test("a full server without a cluster") else {
        return;
    };
    let other = open(&[]);
    let there = format!("http://{}", other.address());
    let server = open(&["--max-players", "1", "--peers", &there]);
    let _first = Player::join(&browser, server.address(), "First", (390, 844));

    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.go(&url(server.address(), "/?lang=en"));
    // The button says it before it is pressed, and the other server is offered.
    let button = "document.getElementById('play').textContent";
    page.wait_for(&format!("{button} === 'Full: wait for a seat'"), SOON);
    page.wait_for("document.querySelector('#status a.button')", SOON);
    page.screenshot(&picture("full-before"));
    page.tap("#name");
    page.type_text("Mina & 지우");
    page.tap("#join .big");
    page.wait_for("document.querySelector('#status a.button')", SOON);
    page.screenshot(&picture("full"));
    // There was no refused upgrade: the browser would have logged it.
    fine(&page);
    assert_eq!(
        page.eval("document.getElementById('name').value"),
        json!("Mina & 지우")
    );
    page.tap("#status a.button");
    page.wait_for(
        &format!(
            "location.host === '{}' && document.getElementById('name')?.value === 'Mina & 지우'",
            other.address()
        ),
        SOON,
    );
    page.tap("#join .big");
    let player = Player { page };
    player.wait_for_seat();
    player.check_errors();
}

#[test]
fn the_button_says_that_the_server_is_full_as_long_as_it_is() {
    let Some(browser) = for_test("the button of a full server") else {
        return;
    };
    let server = open(&["--max-players", "1"]);
    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.go(&url(server.address(), "/?lang=ko"));
    let shows = |text: &str| format!("document.getElementById('play').textContent === '{text}'");
    page.wait_for(&shows("시작하기"), SOON);
    let first = Player::join(&browser, server.address(), "First", (390, 844));
    // Leave asks once. A tap that was a mistake costs nothing. Meanwhile the other page, which
    // looks seldom, has time to notice that the server is full.
    let leave = "document.getElementById('leave').textContent";
    for id in ["leave", "status"] {
        first.page.eval(&record(id));
    }
    first.page.tap("#leave");
    first
        .page
        .wait_for("said.leave.includes('Really leave?')", SOON);
    first.wait_for(&format!("{leave} === 'Leave' && connection.welcomed"), SOON);

    // The page notices it, loaded before or after.
    page.wait_for(&shows("만석: 자리 기다리기"), SOON);
    page.reload();
    page.wait_for(&shows("만석: 자리 기다리기"), SOON);
    let waits = "지금은 자리가 모두 찼습니다. 자리가 날 때까지 기다릴 수 있습니다.";
    page.wait_for(
        &format!("document.getElementById('status').textContent === '{waits}'"),
        SOON,
    );

    // Between two taps the question may time out. Then the second one asks again.
    let until = Instant::now() + SOON;
    while first.page.eval("document.getElementById('hud').hidden") == json!(false) {
        assert!(Instant::now() < until, "two taps do not leave");
        first.page.tap("#leave");
    }
    first.page.wait_for(
        "said.status.includes('You left. Come back any time.')",
        SOON,
    );
    page.wait_for(&shows("시작하기"), SOON);
    fine(&page);
    // This page learns it, too. Only a player who has read that the server is full needs it.
    first.eval("seats.ask()");
    let told = "said.status.includes('A name is enough. No account, nothing to install.')
        && !said.status.some((it) => it.startsWith('Every seat'))";
    assert_eq!(first.page.eval(told), json!(false), "{}", first.status());
    first.check_errors();
}

/// A script that keeps every text that an element shows from now on, in `said`.
fn record(id: &str) -> String {
    format!(
        "globalThis.said ??= {{}}; said.{id} = [];
         new MutationObserver(() => said.{id}.push(document.getElementById('{id}').textContent))
           .observe(document.getElementById('{id}'), {{ childList: true, characterData: true, subtree: true }})"
    )
}
