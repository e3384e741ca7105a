//! The x-ray, the operator's page.

use std::fs;

use browser::{for_test, picture};
use serde_json::json;

use crate::common::{Folder, TOKEN};
use crate::pages::server::{Player, SOON, fine, open, url};

#[test]
fn the_x_ray_shows_every_room_and_its_figures() {
    let Some(browser) = for_test("the x-ray") else {
        return;
    };
    let server = open(&["--bots", "40"]);
    let _guest = Player::join(&browser, server.address(), "Mina", (390, 844));
    let page = browser.open("about:blank");
    page.screen(1920, 1080);
    page.go(&url(
        server.address(),
        &format!("/xray?lang=en#token={TOKEN}"),
    ));
    page.wait_for("document.querySelectorAll('.room .bar').length > 0", SOON);
    page.wait_for(
        "document.querySelectorAll('#figures .figure').length >= 4",
        SOON,
    );
    page.screenshot(&picture("xray"));
    fine(&page);
}

#[test]
fn a_server_with_a_token_shows_the_x_ray_only_with_it() {
    let Some(browser) = for_test("the x-ray's token") else {
        return;
    };
    let folder = Folder::with_token();
    let file = folder.path().join("token");
    fs::write(&file, "open-sesame\n").expect("a temporary file");
    let server = open(&["--token-file", &file.to_string_lossy()]);
    let page = browser.open("about:blank");
    page.screen(1280, 720);
    page.go(&url(server.address(), "/xray?lang=en"));
    page.wait_for("document.getElementById('status').textContent.startsWith('Only the operator may see the x-ray')", SOON);
    assert_eq!(
        page.eval("document.getElementById('rooms').childElementCount"),
        json!(0)
    );
    page.go(&url(server.address(), "/xray?lang=en#token=open-sesame"));
    page.wait_for(
        "document.querySelectorAll('#figures .figure').length > 0",
        SOON,
    );
}
