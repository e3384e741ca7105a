//! The server is shut down and started again while a page plays.

use std::time::Duration;

use browser::{for_test, picture};
use serde_json::json;

use crate::pages::server::{Player, SOON, fine_except_connection_errors, open, url};

/// The server's hint and the page's own backoff; also on a busy machine.
const BACK: Duration = Duration::from_secs(90);

#[test]
fn the_wall_and_the_watch_page_say_that_the_server_is_gone() {
    let Some(browser) = for_test("a server that is gone") else {
        return;
    };
    let mut server = open(&["--round-seconds", "300", "--drain-seconds", "0"]);
    let pages = ["/hall?lang=en", "/watch?lang=en"].map(|path| {
        let page = browser.open(&url(server.address(), path));
        page.wait_for(
            "document.getElementById('status').textContent.startsWith('You ')",
            SOON,
        );
        assert_eq!(
            page.eval("document.body.classList.contains('offline')"),
            json!(false)
        );
        page
    });
    server.shut_down();
    for page in &pages {
        page.wait_for("document.body.classList.contains('offline')", BACK);
        // The last picture is dim.
        let shown = "getComputedStyle(document.getElementById('field')).opacity";
        page.wait_for(&format!("{shown} === '0.45'"), SOON);
        page.wait_for(
            "!document.getElementById('status').textContent.startsWith('You ')",
            SOON,
        );
    }
    server.restart();
    for page in &pages {
        page.wait_for("!document.body.classList.contains('offline')", BACK);
    }
}

#[test]
fn a_page_keeps_its_seat_and_its_points_through_a_restart() {
    let Some(browser) = for_test("a restart") else {
        return;
    };
    let mut server = open(&["--round-seconds", "300", "--drain-seconds", "0"]);
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    player.eat(2, SOON);
    player.wait_for("connection.turns.unacknowledged.length === 0", SOON);
    let seat = player.eval("connection.seat");
    // Collects all announcements, so that none is missed between two checks.
    player.page.eval(
        "window.heard = []; new MutationObserver(() => heard.push(document.getElementById('status').textContent))
            .observe(document.getElementById('status'), { childList: true, subtree: true, characterData: true })",
    );

    server.shut_down();
    player
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);
    let (points, dir) = (player.points(), player.eval("me.dir"));
    player.page.screenshot(&picture("restarting"));
    // The picture stands still, and the player still swipes.
    let turn = (dir.as_u64().expect("a direction") + 1) % 4;
    player.swipe(turn as u8);
    assert_eq!(
        player.eval("connection.turns.unacknowledged.length"),
        json!(1),
        "the turn is not acknowledged"
    );

    server.restart();
    player.wait_for(
        "connection.welcomed && mirror.known && connection.turns.unacknowledged.length === 0",
        BACK,
    );
    assert_eq!(player.eval("connection.seat"), seat);
    assert!(
        player.points() >= points,
        "{} of {points} points",
        player.points()
    );
    player.wait_for(&format!("me.dir === {turn}"), SOON);
    let heard = player.page.eval("heard.join('\\n')");
    let heard = heard.as_str().unwrap_or_default();
    for said in [
        "The snack bar restarts. Back in ",
        "Welcome back, Mina. Your seat and your points were kept.",
    ] {
        assert!(heard.contains(said), "{said} is not in:\n{heard}");
    }
    assert!(!heard.contains("given away"), "{heard}");
    // The player can still eat.
    player.eat(player.points() + 1, SOON);
    fine_except_connection_errors(&player.page);
}
