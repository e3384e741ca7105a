//! Hostile names: they are shown as text, or not at all.

use browser::for_test;
use serde_json::json;

use crate::pages::server::{Player, SOON, fine, open, url};

#[test]
fn names_are_shown_as_text_everywhere() {
    let Some(browser) = for_test("a name is text") else {
        return;
    };
    let server = open(&["--round-seconds", "12"]);
    let hall = browser.open("about:blank");
    hall.screen(1920, 1080);
    hall.go(&url(server.address(), "/hall?lang=en"));
    let images = "document.querySelectorAll('img').length";
    hall.wait_for("document.getElementById('qr').naturalWidth > 0", SOON);
    let before = hall.eval(images);

    let tall = "a\u{0301}".repeat(5_000);
    let names = [
        "<img src=x onerror=document.title='owned'>",
        "<b>bold</b>",
        "\u{202e}drawkcab\u{2066}",
        "&lt;i&gt;",
        &tall,
    ];
    let guests: Vec<Player> = names
        .iter()
        .map(|name| Player::join(&browser, server.address(), name, (390, 844)))
        .collect();
    hall.wait_for(
        "document.querySelectorAll('#leaders .name').length === 5",
        SOON,
    );
    let shown = hall
        .eval("[...document.querySelectorAll('#leaders .name')].map((name) => name.textContent)");
    let shown: Vec<&str> = shown
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|name| name.as_str())
        .collect();
    assert!(
        shown.contains(&"<b>bold</b>"),
        "the name is shown as typed: {shown:?}"
    );
    assert!(
        shown.iter().any(|name| name.starts_with("<img src")),
        "{shown:?}"
    );
    for name in &shown {
        assert!(!name.is_empty() && name.len() <= 48, "{name:?} is too long");
        assert!(
            !name.contains(['\u{202e}', '\u{2066}', '\u{2069}']),
            "{name:?} reverses the text around it"
        );
    }
    // The podium has the largest names.
    guests[0]
        .page
        .wait_for("!document.getElementById('podium').hidden", SOON);
    hall.wait_for("!document.getElementById('podium').hidden", SOON);
    assert_eq!(hall.eval(images), before, "no name became an image");
    assert_eq!(
        hall.eval("document.querySelectorAll('#steps b, #leaders b, #steps i').length"),
        json!(0)
    );
    assert_eq!(hall.eval("document.title"), json!("Snack Rush"));
    assert_eq!(
        hall.eval("document.documentElement.scrollWidth <= innerWidth"),
        json!(true)
    );
    for player in &guests {
        assert_eq!(player.page.eval("document.title"), json!("Snack Rush"));
        player.check_errors();
    }
    fine(&hall);
}
