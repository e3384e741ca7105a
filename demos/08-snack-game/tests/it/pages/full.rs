//! A server without a free seat.

use browser::{for_test, picture};
use serde_json::json;

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
