//! A whole schedule game by votes: one key begins them, and the game ends with the last one.

use crate::stage::Stage;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);

#[test]
fn one_key_lets_the_audience_play_a_game_to_its_end() {
    let Some(browser) = browser::for_test("votes") else {
        return;
    };
    let stage = Stage::open(&["--phones", "0", "--lang", "ko", "--vote-seconds", "2"]);
    let wall = browser.open(&stage.projector());
    wall.screen(1920, 1080);
    wall.wait_for("document.documentElement.lang === 'ko'", SOON);
    let phone = browser.open(&format!("http://{}/", stage.phones()));
    phone.phone(390, 844);
    phone.wait_for("document.querySelector('#page .slide')", SOON);
    if phone.eval("document.documentElement.lang") != "ko" {
        phone.tap("#language");
    }
    let slide = wall.eval("Number(document.querySelector('#stage > .slide:has([data-scheduler=\"02-lock-order\"])').dataset.page)");
    for key in slide.to_string().chars() {
        wall.key(&key.to_string());
    }
    wall.key("Enter");
    wall.wait_for(
        &format!("document.querySelector('#stage .slide.current')?.dataset.page == {slide}"),
        SOON,
    );
    // What is said about the next move, as a move without a vote is said for a second only. On a
    // busy machine a vote may end before the phone's ballot is there; then the presenter picks.
    wall.eval(
        "window.said = []; new MutationObserver(() => {
           const asks = document.querySelector('.current .asks').textContent;
           if (said.at(-1) !== asks) said.push(asks);
         }).observe(document.querySelector('.current'), { childList: true, characterData: true, subtree: true });
         setInterval(() => {
           const isOver = document.querySelector('.current .asks').textContent.startsWith('투표한 사람이 없습니다');
           if (isOver) document.querySelector('.current .threads button:enabled')?.click();
         }, 150), 0",
    );
    // The game was not begun: the key does that, too.
    wall.key("v");
    phone.wait_for("document.querySelector('#vote button')", SOON);
    // The phone votes whenever it can, for the first thread.
    phone.eval("window.voting = setInterval(() => document.querySelector('#vote:not([hidden]) button[aria-pressed=false]:first-of-type')?.click(), 150), 0");
    wall.wait_for(
        "document.querySelector('.current .votes').textContent === '1'",
        SOON,
    );
    wall.screenshot(&browser::picture("votes-wall-ko"));
    phone.screenshot(&browser::picture("votes-phone-ko"));
    wall.wait_for("said.some((it) => it.includes('투표 없이'))", SOON);
    wall.screenshot(&browser::picture("votes-alone-ko"));
    wall.wait_for(
        "document.querySelector('.current .scheduler').dataset.state === 'stuck'",
        2 * SOON,
    );
    phone.wait_for("document.getElementById('vote').hidden", SOON);
    assert_eq!(wall.errors(), Vec::<String>::new());
    assert_eq!(phone.errors(), Vec::<String>::new());
}
