//! A bar without a free seat.

use browser::{for_test, picture};
use serde_json::json;

use crate::server::{Player, SOON, fine, open, url};

#[test]
fn a_full_bar_is_known_before_the_upgrade_and_says_where_there_is_room() {
    let Some(browser) = for_test("a full bar") else {
        return;
    };
    let other = open(&[]);
    let there = format!("http://{}", other.address());
    let bar = open(&["--max-players", "1", "--peers", &there]);
    let _first = Player::joins(&browser, bar.address(), "First", (390, 844));

    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.go(&url(bar.address(), "/?lang=en"));
    page.tap("#name");
    page.type_text("Mina & 지우");
    page.tap("#join .big");
    page.wait_for("document.querySelector('#status a.button')", SOON);
    page.screenshot(&picture("full"));
    // No refused upgrade, which the browser would have logged.
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
    let guest = Player { page };
    guest.is_seated();
    guest.is_fine();
}
