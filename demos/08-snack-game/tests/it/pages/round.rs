//! A full round: two pages and a hall against 158 bots.

use std::time::Duration;

use browser::{for_test, picture};
use serde_json::json;

use crate::pages::server::{Player, SOON, fine, open, url};

/// A round of 15 s and its podium, after the rest of the round before, on a busy machine.
const ROUND: Duration = Duration::from_secs(180);

#[test]
fn two_pages_and_a_hall_agree_about_a_full_round_with_158_bots() {
    let Some(browser) = for_test("a full round") else {
        return;
    };
    // A podium that stands while the three pages are looked at.
    let round = ["--round-seconds", "15", "--podium-seconds", "25"];
    let crowd = ["--bots", "158", "--seats", "160"];
    let server = open(&[&crowd[..], &round].concat());
    let hall = browser.open("about:blank");
    hall.screen(1920, 1080);
    hall.go(&url(server.address(), "/hall?lang=en"));
    let mina = Player::join(&browser, server.address(), "Mina", (390, 844));
    let jiu = Player::join_at(
        &browser,
        &url(server.address(), "/?lang=ko"),
        "지우",
        (320, 568),
    );

    hall.wait_for(
        "document.getElementById('count').textContent === '160 players'",
        SOON,
    );
    hall.wait_for("document.getElementById('qr').naturalWidth > 0", SOON);
    let joined = hall.eval("document.getElementById('url').textContent");
    assert!(
        joined.as_str().is_some_and(|url| url.contains(':')),
        "the hall shows the join address: {joined}"
    );

    // Among 158 bots that want the same snacks.
    mina.eat(1, ROUND);
    jiu.eat(1, ROUND);
    mina.page.screenshot(&picture("phone"));
    jiu.page.screenshot(&picture("phone-320-korean"));
    hall.screenshot(&picture("hall"));

    // From the first ticks of a round to its podium.
    mina.wait_for("mirror.phase === 0 && mirror.tick < 30", ROUND);
    let round = mina.eval("mirror.round");
    mina.swipe(0);
    jiu.swipe(2);
    mina.page
        .wait_for("!document.getElementById('podium').hidden", ROUND);
    jiu.page
        .wait_for("!document.getElementById('podium').hidden", SOON);
    hall.wait_for("!document.getElementById('podium').hidden", SOON);
    assert_eq!(
        mina.eval("mirror.round"),
        round,
        "the test saw one whole round"
    );
    let steps = "[...document.querySelectorAll('#steps .name')].map((name) => name.textContent)";
    let best = mina.page.eval(steps);
    // At least three: players with equal points share a step.
    assert!(
        best.as_array().is_some_and(|best| best.len() >= 3),
        "{best}"
    );
    assert_eq!(jiu.page.eval(steps), best);
    assert_eq!(hall.eval(steps), best);
    let teams = "[...document.querySelectorAll('#teams .sum')].map((sum) => sum.textContent)";
    assert_eq!(jiu.page.eval(teams), mina.page.eval(teams));
    assert_eq!(hall.eval(teams), mina.page.eval(teams));
    let place = mina
        .page
        .eval("document.getElementById('mine').textContent");
    assert!(
        place
            .as_str()
            .is_some_and(|place| place.starts_with("You finished ") && place.contains("of 160")),
        "{place}"
    );
    let place = jiu.page.eval("document.getElementById('mine').textContent");
    assert!(
        place
            .as_str()
            .is_some_and(|place| place.starts_with("160명 중 ")),
        "{place}"
    );
    let announced = mina
        .page
        .eval("document.getElementById('announcer').textContent");
    assert!(
        announced
            .as_str()
            .is_some_and(|said| said.starts_with("Round over.")),
        "the announcement for screen readers: {announced}"
    );
    mina.page.screenshot(&picture("podium"));
    jiu.page.screenshot(&picture("podium-320-korean"));
    hall.screenshot(&picture("hall-podium"));

    // The next round begins with no points.
    mina.wait_for(
        &format!("mirror.round > {round} && mirror.phase === 0"),
        ROUND,
    );
    mina.page
        .wait_for("document.getElementById('podium').hidden", SOON);
    assert_eq!(
        mina.page.eval("document.getElementById('door').hidden"),
        json!(true)
    );
    mina.check_errors();
    jiu.check_errors();
    fine(&hall);
}
