//! The pages below a path of their host, as a proxy serves them.

use crate::pages::server::{Player, SOON, open, url};
use browser::for_test;

#[test]
fn below_a_path_a_player_plays_and_the_wall_shows_the_public_address() {
    let Some(browser) = for_test("pages below a path") else {
        return;
    };
    let server = open(&["--public", "https://play.example.org/game/"]);
    // Without the slash at its end: the server adds it.
    let home = url(server.address(), "/game");
    let player = Player::join_at(&browser, &format!("{home}?lang=en"), "ann", (390, 844));
    let at = |page: &browser::Page| page.eval("location.pathname").as_str().map(str::to_owned);
    assert_eq!(at(&player.page).as_deref(), Some("/game/"));
    // Nothing was asked of the host's other paths.
    let elsewhere = "performance.getEntriesByType('resource')
        .map(({ name }) => new URL(name).pathname).filter((path) => !path.startsWith('/game/'))";
    assert_eq!(player.page.eval(elsewhere), serde_json::json!([]));
    // A seat is kept for this path alone.
    let kept = "Object.keys(sessionStorage).filter((key) => key.startsWith('snack-rush.seat'))";
    let kept = player.page.eval(kept);
    assert_eq!(kept, serde_json::json!(["snack-rush.seat/game"]));
    player.page.go(&format!("{home}/?lang=en"));
    player
        .page
        .wait_for("!document.getElementById('hud').hidden", SOON);
    player.check_errors();

    let hall = browser.open("about:blank");
    hall.screen(1920, 1080);
    hall.go(&format!("{home}/hall?lang=en"));
    hall.wait_for(
        "document.getElementById('url').textContent === 'play.example.org/game'
            && document.getElementById('qr').naturalWidth > 0",
        SOON,
    );
    assert_eq!(hall.eval(elsewhere), serde_json::json!([]));
    crate::pages::server::fine(&hall);
    let watch = browser.open(&format!("{home}/watch?lang=en"));
    watch.wait_for(
        "document.getElementById('status').textContent.startsWith('You watch')",
        SOON,
    );
    let join = watch.eval("new URL(document.getElementById('join').href).pathname");
    assert_eq!(join, serde_json::json!("/game/"));
}
