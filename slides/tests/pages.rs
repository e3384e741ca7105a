//! The pages in a real browser: the projector, the speaker's desk, the reader and a phone.

mod stage;

use stage::Stage;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

#[test]
fn look() {
    let Some(browser) = browser::for_test("look") else { return };
    let stage = Stage::open(&[]);
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    for slide in 1..=6 {
        page.wait_for(&format!("document.querySelector('.slide.current')?.dataset.page == {slide}"), SOON);
        if slide == 5 {
            page.key("d");
            page.wait_for("document.querySelector('.current .demo').dataset.status === 'froze'", Duration::from_secs(60));
        }
        page.screenshot(&browser::picture(&format!("en-{slide}")));
        page.eval("history.replaceState(null, '', '#/x'); location.hash = '#/' + (1 + Number(document.querySelector('.slide.current').dataset.page))");
    }
    let desk = browser.open(&stage.speaker());
    desk.screen(1440, 900);
    desk.wait_for("document.querySelector('#notes').textContent.length > 10", SOON);
    desk.screenshot(&browser::picture("speaker"));
    let phone = browser.open(&stage.url("/follow"));
    phone.phone(360, 740);
    phone.wait_for("document.querySelector('#page .slide')", SOON);
    phone.screenshot(&browser::picture("phone"));
    let reader = browser.open(&stage.url("/read?lang=ko"));
    reader.screen(1440, 900);
    reader.wait_for("document.querySelector('article')", SOON);
    reader.screenshot(&browser::picture("reader-ko"));
    for page in [page, desk, phone, reader] {
        assert_eq!(page.errors(), Vec::<String>::new());
    }
}
