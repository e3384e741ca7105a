//! The page of *break it first*, in a browser: what a learner clicks, types, sees and hears.

use crate::workspace::Workspace;
use browser::Page;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(120);
const ONE: &str = "exercises/01_lock_order/exercise.rs";

/// The program that serves the page; ended when dropped.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn begin(workspace: &Workspace) -> Served {
        let mut command = workspace.command(&["break", "1", "--web"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the runner");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        let read = BufReader::new(stdout).read_line(&mut line);
        let address = line.split_whitespace().find(|it| it.starts_with("http"));
        let address = address.unwrap_or_else(|| panic!("{read:?}: {line:?}"));
        let address = address.to_owned();
        Served { child, address }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _unless_it_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Waits until the page shows these words, in this element.
#[track_caller]
fn sees(page: &Page, css: &str, words: &str) {
    let words = serde_json::to_string(words).expect("a string");
    let condition = format!("document.querySelector('{css}').textContent.includes({words})");
    page.wait_for(&condition, SOON);
}

/// The next hint is late: it comes when the test says so.
const SLOW: &str = "(() => {
    const real = fetch;
    fetch = async (...asked) => {
        if (!asked[1].body.includes('hint')) return real(...asked);
        fetch = real;
        await new Promise(now => { window.answer_now = now; });
        return real(...asked);
    };
})()";

/// Questions are refused until the test says otherwise.
const REFUSED: &str = "(() => {
    const real = fetch;
    fetch = async () => new Response('too many connections', { status: 503 });
    window.accept_now = () => { fetch = real; };
})()";

/// The texts that are hard to read: their contrast with what lies behind is below 4.5.
const PALE: &str = "(() => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(it => it / 255)
        .map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
        .reduce((sum, it, i) => sum + it * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = it => {
        const colour = getComputedStyle(it).backgroundColor;
        return parts(colour)[3] === 0 ? behind(it.parentElement) : colour;
    };
    const has_text = it => [...it.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const all = [...document.querySelectorAll('body *')].filter(it =>
        has_text(it) && it.checkVisibility() && !['SCRIPT', 'OPTION'].includes(it.tagName));
    const contrast = it => {
        const two = [getComputedStyle(it).color, behind(it)].map(c => light(parts(c)));
        return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
    };
    const pale = all.filter(it => contrast(it) < 4.5);
    return [all.length > 8, ...pale.map(it => contrast(it).toFixed(1) + ' ' + it.outerHTML)];
})()";

/// Whether the chosen promise is whole, in the place of the list's own line, which would be cut.
const CHOSEN: &str = "(() => {
    const list = document.getElementById('promises'), shown = document.getElementById('chosen');
    const [under, over] = [shown, list].map(it => it.getBoundingClientRect());
    const is_whole = shown.scrollWidth <= shown.clientWidth && under.right <= innerWidth;
    return shown.textContent === list.selectedOptions[0].text && shown.textContent !== ''
        && is_whole && getComputedStyle(list).opacity === '0'
        && ['top', 'bottom', 'left', 'right'].every(it => Math.abs(under[it] - over[it]) < 2);
})()";

/// Looks at the page in light and dark, wide and narrow.
fn is_readable(page: &Page, name: &str) {
    for (dark, colours) in [(false, "light"), (true, "dark")] {
        page.dark(dark);
        let pale = page.eval(PALE);
        assert_eq!(pale, serde_json::json!([true]), "{name}, {colours}");
        for width in [900, 360, 320] {
            page.screen(width, 900);
            let over =
                "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(page.eval(over), 0, "{name}, {width} px");
            assert_eq!(page.eval(CHOSEN), true, "{name}, {width} px");
            let picture = browser::picture(&format!("break-it-{name}-{width}-{colours}"));
            page.screenshot(&picture);
        }
    }
    page.screen(900, 900);
    page.dark(false);
}

#[test]
fn a_learner_plays_the_page_with_the_mouse_the_keyboard_and_a_screen_reader() {
    let Some(browser) = browser::for_test("break it first") else {
        return;
    };
    let workspace = Workspace::with(&["01_lock_order"]);
    // As when it was served before: at a port that the kernel gives to no other program meanwhile.
    let address = bots::ports::free_address();
    let before = format!(
        "port = {}\nword = \"{}\"\n",
        address.port(),
        "ab".repeat(16)
    );
    std::fs::create_dir_all(workspace.path(".learn/01_lock_order")).expect("ours");
    workspace.write(".learn/01_lock_order/page.toml", &before);
    let served = Served::begin(&workspace);
    assert!(
        served.address.contains(&address.to_string()),
        "{}",
        served.address
    );
    let page = browser.open(&served.address);
    page.screen(900, 900);
    sees(&page, "#actors", "1. anntakes tray");
    sees(&page, "#promise", "No thread waits forever");

    // What a screen reader reads.
    let tree = page.accessibility();
    let names = |role: &str| -> Vec<&str> {
        let nodes = tree.iter().filter(|(it, _)| it == role);
        nodes.map(|(_, name)| name.as_str()).collect()
    };
    assert_eq!(
        names("heading"),
        [
            "Break 01_lock_order: the original (unsolved.rs)",
            "Who moves?"
        ]
    );
    assert_eq!(names("main").len(), 1);
    assert_eq!(names("navigation"), ["Game"]);
    assert_eq!(names("combobox"), ["The promise to attack (p)"]);
    assert_eq!(names("list"), ["Who moves?"]);
    assert_eq!(names("status").len(), 2);
    let mut buttons = names("button");
    buttons.sort_unstable();
    assert!(
        buttons[0].starts_with("1. ann takes tray unsolved.rs:29"),
        "{buttons:?}"
    );
    assert!(
        buttons[1].starts_with("2. bob takes ann's plate"),
        "{buttons:?}"
    );
    assert_eq!(
        buttons[2..],
        ["Hint (h)", "Restart (r)", "Undo (u)", "Your answer (o)"]
    );

    // The hint, a click, and undo by its key.
    page.key("h");
    sees(
        &page,
        "#status",
        "Pick ann, and 1 more pick breaks the promise.",
    );
    page.wait_for(
        "document.querySelector('.advised b').textContent === '1. ann'",
        SOON,
    );
    is_readable(&page, "hint");

    // An answer that is late, and the same again; and one that is no position. Nothing else changes
    // what the page shows.
    page.wait_for(
        "[...promises.options].every(it => it.text.includes(': '))",
        SOON,
    );
    page.eval(SLOW);
    page.key("h");
    sees(&page, "#status", "One moment");
    page.wait_for("window.answer_now", SOON);
    page.eval("answer_now()");
    sees(&page, "#status", "Pick ann, and 1 more");
    page.eval(REFUSED);
    sees(&page, "#status", "too many connections");
    page.eval("accept_now()");
    sees(&page, "#status", "Pick ann, and 1 more");
    page.tap("[data-pick=ann]");
    sees(&page, "#status", "1 pick so far");
    sees(&page, "#rows", "ann takes tray");
    page.key("u");
    sees(&page, "#status", "0 picks so far");

    // The keyboard alone: the focus stays where there is something to press.
    page.reload();
    sees(&page, "#status", "0 picks so far");
    page.key("Tab");
    assert_eq!(page.eval("document.activeElement.dataset.pick"), "ann");
    page.key("Enter");
    sees(&page, "#status", "1 pick so far");
    assert_eq!(page.eval("document.activeElement.dataset.pick"), "ann");
    page.key("2");
    sees(&page, "#status", "You broke it in 2 picks. Your best: 2.");
    sees(
        &page,
        "#why",
        "The cycle: ann → bob → ann.In some other orders",
    );
    assert_eq!(page.eval("document.activeElement.textContent"), "Again (r)");
    is_readable(&page, "broken");
    page.tap("#again");
    sees(&page, "#status", "0 picks so far. Your best: 2.");

    // Another promise.
    page.key("p");
    assert_eq!(page.eval("document.activeElement.id"), "promises");
    page.wait_for(
        "promises.textContent.includes('two leave: no order of picks breaks it')",
        SOON,
    );
    page.key("ArrowDown");
    sees(&page, "#promise", "Two players who leave, or grab");
    sees(&page, "#status", "No order of picks breaks this promise.");
    page.key("ArrowUp");
    sees(&page, "#promise", "No thread waits forever");
    page.key("Enter");
    assert_eq!(page.eval("document.activeElement.dataset.pick"), "ann");
    sees(&page, "#status", "0 picks so far");

    // A save that mends it.
    workspace.write(ONE, &workspace.read("solutions/01_lock_order/solution.rs"));
    sees(&page, "#saved", "Your attack (ann, bob) fails now");
    sees(&page, "#status", "0 picks so far");
    is_readable(&page, "mended");
    assert_eq!(page.errors(), Vec::<String>::new());

    // A name of the answer is text, and never markup.
    let unsolved = workspace.read("exercises/01_lock_order/unsolved.rs");
    let evil = unsolved.replace("\"tray\"", "\"<img id=evil src=x onerror=alert(1)>\"");
    assert_ne!(evil, unsolved);
    workspace.write(
        ONE,
        &evil.replace("self.tray.lock();", "self.tray.lock(); // <b id=evil>"),
    );
    sees(&page, "#saved", "still breaks it");
    page.key("o");
    sees(&page, "#title", "your answer");
    sees(&page, "#actors", "takes <img id=evil");
    sees(&page, "#actors", "// <b id=evil>");
    assert!(page.eval("document.getElementById('evil')").is_null());

    // An answer whose program ends: the game does, and begins again.
    let aborts = "let mut plate = plate.lock(); \
                  struct Two; impl Drop for Two { fn drop(&mut self) { panic!(\"two\") } } \
                  let _two = Two; assert!(*plate > 99, \"one\");";
    let plate = "let mut plate = plate.lock();";
    workspace.write(ONE, &unsolved.replacen(plate, aborts, 1));
    page.wait_for("!actors.textContent.includes('evil')", SOON);
    page.key("1");
    sees(
        &page,
        "#status",
        "The game has ended: the program has ended",
    );
    page.tap("#again");
    sees(&page, "#status", "0 picks so far");
    // Bob's first step ends it at once, and what is saved next begins again.
    workspace.write(ONE, &unsolved.replace(plate, aborts));
    sees(
        &page,
        "#status",
        "The game has ended: the program has ended",
    );
    page.tap("#again");
    sees(
        &page,
        "#status",
        "The game has ended: the program has ended",
    );
    workspace.write(ONE, &unsolved);
    sees(&page, "#status", "0 picks so far");
    assert_eq!(page.errors(), Vec::<String>::new());

    // The program that serves it ends; another one has the same address.
    let address = served.address.clone();
    drop(served);
    sees(
        &page,
        "#status",
        "The program that serves this page has ended.",
    );
    let served = Served::begin(&workspace);
    assert_eq!(served.address, address);
    sees(&page, "#title", "the original");
    sees(&page, "#status", "0 picks so far");
    page.tap("[data-pick=bob]");
    sees(&page, "#status", "1 pick so far");
}
