//! A server that is ended in order and started again, in somebody's hand.

use std::time::Duration;

use browser::{for_test, picture};
use serde_json::json;

use crate::server::{Player, SOON, fine_but_for_the_line, open};

/// By the server's hint, and by the page's own patience; also on a busy machine.
const BACK: Duration = Duration::from_secs(90);

#[test]
fn a_phone_sits_through_a_restart_and_has_its_seat_and_its_points() {
    let Some(browser) = for_test("a restart") else {
        return;
    };
    let mut bar = open(&["--round-seconds", "300", "--drain-seconds", "0"]);
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    guest.eats(2, SOON);
    guest.waits_for("line.turns.unheard.length === 0", SOON);
    let seat = guest.asks("line.seat");
    // All that is said, in order: nothing of it is to be missed between two looks.
    guest.page.eval(
        "window.heard = []; new MutationObserver(() => heard.push(document.getElementById('status').textContent))
            .observe(document.getElementById('status'), { childList: true, subtree: true, characterData: true })",
    );

    bar.ends();
    guest
        .page
        .wait_for("document.body.classList.contains('offline')", BACK);
    let (points, dir) = (guest.points(), guest.asks("me.dir"));
    guest.page.screenshot(&picture("restarting"));
    // The picture stands still, and a thumb does not.
    let turn = (dir.as_u64().expect("a direction") + 1) % 4;
    guest.swipes(turn as u8);
    assert_eq!(
        guest.asks("line.turns.unheard.length"),
        json!(1),
        "nobody has heard it"
    );

    bar.again();
    guest.waits_for(
        "line.welcomed && mirror.known && line.turns.unheard.length === 0",
        BACK,
    );
    assert_eq!(guest.asks("line.seat"), seat);
    assert!(
        guest.points() >= points,
        "{} of {points} points",
        guest.points()
    );
    guest.waits_for(&format!("me.dir === {turn}"), SOON);
    let heard = guest.page.eval("heard.join('\\n')");
    let heard = heard.as_str().unwrap_or_default();
    for said in [
        "The snack bar restarts. Back in ",
        "Welcome back, Mina. Your seat and your points were kept.",
    ] {
        assert!(heard.contains(said), "{said} is not in:\n{heard}");
    }
    assert!(!heard.contains("given away"), "{heard}");
    // And it plays on.
    guest.eats(guest.points() + 1, SOON);
    fine_but_for_the_line(&guest.page);
}
