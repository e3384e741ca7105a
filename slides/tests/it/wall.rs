//! The projector's page under a mouse: zoom, laser dot, cursor, overview.

use crate::stage::Stage;
use browser::{Browser, Page};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);

fn projector(browser: &Browser, stage: &Stage) -> Page {
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    page.wait_for("document.querySelector('.slide.current')", SOON);
    page
}

fn at(page: &Page, slide: usize) {
    page.wait_for(
        &format!("document.querySelector('#stage .slide.current')?.dataset.page == {slide}"),
        SOON,
    );
}

/// The box of the current slide: left, top, width.
fn slide_box(page: &Page) -> [f64; 3] {
    let place = page.eval(
        "(() => { const it = document.querySelector('.current').getBoundingClientRect(); \
         return [it.left, it.top, it.width]; })()",
    );
    [0, 1, 2].map(|at| place[at].as_f64().expect("a number"))
}

/// Waits until the stage would have answered, if it had been asked.
fn wait(page: &Page) {
    page.eval("new Promise((resolve) => setTimeout(resolve, 300))");
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 2.0
}

#[test]
fn plus_zooms_to_the_pointer_a_drag_pans_and_zero_resets() {
    let Some(browser) = browser::for_test("zoom") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = projector(&browser, &stage);
    at(&page, 1);
    let pointer = (480.0, 270.0);
    page.mouse_to(pointer);
    for _ in 0..4 {
        page.key("+");
    }
    // What was under the pointer, a quarter of the slide from its left and its top, is still there.
    let [left, top, width] = slide_box(&page);
    assert!(near(width, 1920.0 * 1.25_f64.powi(4)), "{width}");
    assert!(near(left + width / 4.0, pointer.0), "{left} {width}");
    assert!(
        near(top + width * 9.0 / 16.0 / 4.0, pointer.1),
        "{top} {width}"
    );
    page.drag((900.0, 500.0), (800.0, 440.0));
    let [moved_left, moved_top, _] = slide_box(&page);
    assert!(
        near(moved_left, left - 100.0) && near(moved_top, top - 60.0),
        "{moved_left} {moved_top}"
    );
    wait(&page);
    at(&page, 1);
    let hidden = "document.querySelectorAll('.current .hidden').length";
    assert_eq!(page.eval(hidden), 2, "a drag is no click");
    // A drag does not lead beyond the slide.
    for _ in 0..4 {
        page.drag((100.0, 100.0), (1900.0, 1000.0));
    }
    let [left, top, _] = slide_box(&page);
    assert!(near(left, 0.0) && near(top, 0.0), "{left} {top}");
    page.key("0");
    let [left, top, width] = slide_box(&page);
    assert!(near(left, 0.0) && near(top, 0.0) && near(width, 1920.0));
    // Smaller than the wall stays possible, and `0` inside of a number is a digit.
    page.key("-");
    let [left, _, width] = slide_box(&page);
    assert!(near(width, 1536.0) && near(left, 192.0), "{left} {width}");
    page.key("0");
    page.mouse_to((230.0, 130.0));
    page.key("+");
    page.key("+");
    page.screenshot(&browser::picture("zoomed"));
    for key in ["g", "0", "4", "Enter"] {
        page.key(key);
    }
    at(&page, 4);
    let [_, _, width] = slide_box(&page);
    assert!(near(width, 1920.0), "the next slide is zoomed: {width}");
    assert_eq!(page.errors(), Vec::<String>::new());
}

#[test]
fn the_laser_dot_follows_the_pointer_over_the_slide_and_hides_when_it_rests() {
    let Some(browser) = browser::for_test("laser") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = projector(&browser, &stage);
    // The slide leaves a bar above and below.
    page.screen(1024, 768);
    at(&page, 1);
    let hidden = "document.getElementById('laser').hidden";
    page.mouse_to((500.0, 300.0));
    assert_eq!(page.eval(hidden), true, "the dot is off at first");
    page.key("x");
    page.mouse_to((512.0, 384.0));
    assert_eq!(page.eval(hidden), false);
    let dot = page.eval("(() => { const it = document.getElementById('laser').getBoundingClientRect(); return [it.x + it.width / 2, it.y + it.height / 2]; })()");
    assert!(near(dot[0].as_f64().unwrap_or(0.0), 512.0), "{dot}");
    assert!(near(dot[1].as_f64().unwrap_or(0.0), 384.0), "{dot}");
    page.screenshot(&browser::picture("laser"));
    page.mouse_to((512.0, 20.0));
    assert_eq!(page.eval(hidden), true, "the dot is beside the slide");
    page.mouse_to((512.0, 400.0));
    assert_eq!(page.eval(hidden), false);
    page.wait_for(hidden, SOON);
    page.key("x");
    page.mouse_to((520.0, 410.0));
    assert_eq!(page.eval(hidden), true, "the dot is off again");
    // The cursor hides as well, and comes back with a movement.
    let cursor = "getComputedStyle(document.querySelector('.current')).cursor";
    page.wait_for(&format!("{cursor} === 'none'"), SOON);
    page.mouse_to((530.0, 410.0));
    assert_ne!(page.eval(cursor), "none");
    assert_eq!(page.errors(), Vec::<String>::new());
}

#[test]
fn arrows_move_in_the_overview_and_enter_goes_there() {
    let Some(browser) = browser::for_test("overview") else {
        return;
    };
    let stage = Stage::small(&[]);
    let page = projector(&browser, &stage);
    // Three pictures a row, so the six slides are two rows.
    page.screen(1024, 768);
    page.key("o");
    page.wait_for(
        "document.querySelectorAll('#overview button').length === 6",
        SOON,
    );
    let focused = |page: &Page| {
        let at = page.eval("document.activeElement.dataset.at ?? 'none'");
        at.as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(focused(&page), "0");
    for (key, now) in [
        ("ArrowRight", "1"),
        ("ArrowDown", "4"),
        ("ArrowDown", "4"),
        ("ArrowLeft", "3"),
        ("ArrowUp", "0"),
        ("ArrowLeft", "0"),
        ("End", "5"),
        ("ArrowRight", "5"),
        ("Home", "0"),
        ("ArrowDown", "3"),
    ] {
        page.key(key);
        assert_eq!(focused(&page), now, "after {key}");
    }
    wait(&page);
    at(&page, 1);
    // The keys moved in the overview and nowhere else: nothing of the slide is revealed.
    assert_eq!(
        page.eval("document.querySelectorAll('.current .hidden').length"),
        2
    );
    page.screenshot(&browser::picture("overview-moved"));
    page.key("Enter");
    at(&page, 4);
    page.wait_for("document.getElementById('overview').hidden", SOON);
    page.key("ArrowLeft");
    at(&page, 3);
    assert_eq!(page.errors(), Vec::<String>::new());
}
