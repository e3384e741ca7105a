//! Players with equal points have the same place, everywhere; and players and snacks differ from
//! afar.

use browser::{for_test, picture};
use serde_json::{Value, json};

use crate::pages::server::{SOON, call, fine, open, url};

#[test]
fn tied_players_share_a_place_a_step_and_a_sentence() {
    let Some(browser) = for_test("tied players") else {
        return;
    };
    let server = open(&["--round-seconds", "300"]);
    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.go(&url(server.address(), "/?lang=en"));
    page.wait_for("document.getElementById('status').textContent", SOON);
    let shown = |points: &[u16], me: Option<usize>| -> Value {
        let round = json!({ "points": points, "me": me });
        page.eval(&call(include_str!("places.js"), &round))
    };
    // Two share the first place and two the third; no player is second.
    let points = [5, 9, 1, 9, 5];
    let steps = json!([["1", "P1", "P3"], ["3", "P0", "P4"]]);
    let ranks = json!(["1 1 P1", "1 1 P3", "3 3 P0", "3 3 P4", "5 5 P2"]);
    for (me, mine, said) in [
        (
            0,
            "You finished 3 of 5, tied · 5 points",
            "You are 3 of 5, tied, with 5 points.",
        ),
        (
            4,
            "You finished 3 of 5, tied · 5 points",
            "You are 3 of 5, tied, with 5 points.",
        ),
        (
            1,
            "You finished 1 of 5, tied · 9 points",
            "You are 1 of 5, tied, with 9 points.",
        ),
        (
            2,
            "You finished 5 of 5 · 1 point",
            "You are 5 of 5, with 1 point.",
        ),
    ] {
        let seen = shown(&points, Some(me));
        let first = json!([["1", "P1", "P3"], ["3", "P0", "P4"]]);
        let own = json!([["1", "P1", "P3"], ["3", "P4", "P0"]]);
        assert!(
            seen["steps"] == first || me == 4 && seen["steps"] == own,
            "{seen}"
        );
        assert_eq!(seen["ranks"], ranks);
        assert_eq!(seen["mine"], mine, "{me}");
        assert_eq!(seen["said"], format!("Round over. {said}"), "{me}");
    }
    page.eval("void (document.getElementById('door').hidden = true)");
    page.screenshot(&picture("podium-tied"));
    page.eval("void (document.getElementById('door').hidden = false)");
    let wall = shown(&points, None);
    assert_eq!(wall["steps"], steps);
    let said = "Round over. P1, P3 share first place with 9 points.";
    assert_eq!(wall["said"], said);
    // More than fit on a step are counted, and the player of the page is named.
    let many = shown(&[7; 5], Some(4));
    assert_eq!(
        many["steps"],
        json!([["1", "P4", "P0", "P1", "and 2 more"]])
    );
    assert_eq!(many["mine"], "You finished 1 of 5, tied · 7 points");
    let said = "Round over. 5 players share first place with 7 points.";
    assert_eq!(shown(&[7; 5], None)["said"], said);
    let alone = shown(&[7, 3], None);
    assert_eq!(alone["steps"], json!([["1", "P0"], ["2", "P1"]]));
    assert_eq!(alone["said"], "Round over. P0 wins with 7 points.");

    page.tap(".door .language");
    let tied = shown(&points, Some(0));
    assert_eq!(tied["mine"], "5명 중 공동 3위를 했습니다 · 5점");
    let said = "라운드가 끝났습니다. 5점으로 5명 중 공동 3위입니다.";
    assert_eq!(tied["said"], said);
    let said = "라운드가 끝났습니다. P1, P3 님이 9점으로 공동 1위입니다.";
    assert_eq!(shown(&points, None)["said"], said);
    assert_eq!(shown(&[7; 5], None)["steps"][0][4], "외 2명");
    fine(&page);
}

#[test]
fn players_and_snacks_on_the_wall_differ_from_afar() {
    let Some(browser) = for_test("players and snacks from afar") else {
        return;
    };
    let server = open(&["--bots", "40", "--round-seconds", "300"]);
    let wall = browser.open("about:blank");
    wall.screen(1920, 1080);
    wall.go(&url(server.address(), "/hall?lang=en"));
    wall.wait_for(
        "document.getElementById('count').textContent === '40 players'",
        SOON,
    );
    wall.screenshot(&picture("hall-from-afar"));
    let seen = wall.eval(&call(include_str!("far.js"), &Value::Null));
    for (what, least) in [
        ("apart", 3.0),
        ("player", 3.0),
        ("snack", 3.0),
        ("larger", 2.0),
    ] {
        let measured = seen[what].as_f64().unwrap_or_default();
        assert!(measured >= least, "{what}: {measured}: {seen}");
    }
    fine(&wall);
}
