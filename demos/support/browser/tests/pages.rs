//! Pages that are opened, tapped, typed into, captured and killed. Without a Chromium the tests
//! print SKIPPED.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use browser::{Browser, Page};

const SOON: Duration = Duration::from_secs(60);

const PAGE: &str = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>one</title>\
    <link rel=icon href='data:,'>\
    <style>body { margin: 0 } #far { margin-top: 3000px }</style>\
    <p id=said></p><input id=name><button id=far>far below</button>\
    <script>\
        const line = document.querySelector('#said');\
        const say = text => line.textContent += text + ' ';\
        document.querySelector('#far').onclick = () => say('tapped');\
        for (const kind of ['touchstart', 'touchend', 'keydown'])\
            addEventListener(kind, event => say(kind + (event.key ?? '')));\
    </script>";

/// Serves this page at every path, until the test ends.
fn serve(page: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                for line in lines {
                    if line.is_empty() {
                        let size = page.len();
                        let head = format!(
                            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {size}\r\n\r\n"
                        );
                        let _unless_gone = (&stream).write_all((head + page).as_bytes());
                    }
                }
            });
        }
    });
    format!("http://{address}/")
}

/// The message of a closure's panic.
fn complaint(page: &Page, of: impl FnOnce(&Page)) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| of(page))).expect_err("it does not hold");
    let said = panic.downcast_ref::<String>();
    said.expect("a sentence").clone()
}

#[test]
fn taps_keys_and_input_methods_act_as_a_persons_do() {
    let Some(browser) = browser::for_test("fingers and keys") else {
        return;
    };
    assert!(browser.version().contains("Chrom"), "{}", browser.version());
    let page = browser.open(&serve(PAGE));
    page.phone(360, 740);
    assert_eq!(page.eval("`${innerWidth} × ${innerHeight}`"), "360 × 740");
    page.tap("#far");
    page.wait_for("line.textContent === 'touchstart touchend tapped '", SOON);
    page.eval("line.textContent = ''; scrollTo(0, 0)");
    page.swipe((180.0, 400.0), (180.0, 300.0));
    page.wait_for("line.textContent.startsWith('touchstart')", SOON);

    page.screen(1280, 720);
    page.reload();
    page.tap("#name");
    page.type_text("떡볶이 <b>");
    page.key("!");
    page.key("ArrowUp");
    assert_eq!(
        page.eval("document.querySelector('#name').value"),
        "떡볶이 <b>!"
    );
    assert_eq!(page.text().split_whitespace().next(), Some("keydown!"));
    page.reduced_motion(true);
    page.wait_for("matchMedia('(prefers-reduced-motion)').matches", SOON);
    for dark in [true, false] {
        page.dark(dark);
        let is_dark = "matchMedia('(prefers-color-scheme: dark)').matches";
        page.wait_for(&format!("{is_dark} === {dark}"), SOON);
    }
    assert_eq!(page.errors(), Vec::<String>::new());
    page.close();
}

#[test]
fn two_pages_share_nothing_and_both_have_the_focus() {
    let Some(browser) = browser::for_test("two pages") else {
        return;
    };
    let url = serve(PAGE);
    let pages = [browser.open(&url), browser.open(&url)];
    pages[0].eval("localStorage.seat = 7");
    assert_eq!(pages[0].eval("localStorage.seat"), "7");
    assert!(pages[1].eval("localStorage.seat ?? null").is_null());
    for (number, page) in pages.iter().enumerate() {
        let frame = "new Promise(drawn => requestAnimationFrame(() => drawn(document.hasFocus())))";
        assert_eq!(page.eval(frame), true);
        let picture = browser::picture(&format!("browser-two-pages-{number}"));
        page.screenshot(&picture);
        assert!(fs::read(&picture).expect("written").starts_with(b"\x89PNG"));
    }
    let paper = browser::picture("browser-paper").with_extension("pdf");
    pages[0].pdf(&paper);
    assert!(fs::read(&paper).expect("written").starts_with(b"%PDF"));
}

#[test]
fn every_kind_of_error_is_seen() {
    let Some(browser) = browser::for_test("errors") else {
        return;
    };
    let page = browser.open(&serve(
        "<!doctype html><meta http-equiv=content-security-policy content=\"script-src 'nonce-a'\">\
         <script nonce=a>console.error('one', 2); setTimeout(() => { throw Error('three') });</script>\
         <script>alert('four')</script>",
    ));
    let expected = [
        "console.error: one 2",
        "Error: three",
        "Content Security Policy",
    ];
    // Another part of the browser reports each of them, at its own time.
    let until = Instant::now() + SOON;
    let mut errors = String::new();
    while !expected.iter().all(|error| errors.contains(error)) {
        assert!(Instant::now() < until, "not {expected:?} in:\n{errors}");
        thread::sleep(Duration::from_millis(25));
        errors = page.errors().join("\n");
    }
}

#[test]
fn a_condition_that_never_holds_fails_with_the_pages_text() {
    let Some(browser) = browser::for_test("conditions") else {
        return;
    };
    let page = browser.open(&serve(
        "<!doctype html><p>closed today<script>console.log('no key')</script>",
    ));
    let moment = Duration::from_millis(100);
    let said = complaint(&page, |page| page.wait_for("window.open_ === 1", moment));
    for part in [
        "not after 100ms: window.open_ === 1",
        "closed today",
        "no key",
    ] {
        assert!(said.contains(part), "no {part:?} in:\n{said}");
    }
    let said = complaint(&page, |page| page.wait_for("no.such.thing", moment));
    assert!(said.contains("ReferenceError: no is not defined"), "{said}");
    let said = complaint(&page, |page| drop(page.eval("Promise.reject(Error('oh'))")));
    assert!(said.contains("Error: oh"), "{said}");
    let said = complaint(&page, |page| page.tap("#nothing"));
    assert!(
        said.contains("cannot tap #nothing: there is no such thing"),
        "{said}"
    );
    page.eval("document.body.innerHTML = '<button>a</button><div style=\"position:fixed;inset:0\"></div>'; 0");
    let said = complaint(&page, |page| page.tap("button"));
    assert!(
        said.contains("cannot tap button: it lies under <div"),
        "{said}"
    );
    let said = complaint(&page, |page| page.go("http://127.0.0.1:1/"));
    assert!(
        said.contains("cannot go to http://127.0.0.1:1/: net::ERR_"),
        "{said}"
    );
}

#[test]
fn tests_that_run_at_the_same_time_share_a_browser_until_the_last_one_ends() {
    let Some(first) = browser::for_test("the first of two") else {
        return;
    };
    let page = first.open(&serve(PAGE));
    let second = browser::for_test("the second of two").expect("there is one already");
    assert_eq!(first.pid(), second.pid());
    drop(first);
    assert_eq!(page.eval("1 + 1"), 2);
    assert_eq!(second.open(&serve(PAGE)).eval("1 + 1"), 2);
}

#[test]
fn offline_means_offline() {
    let Some(browser) = browser::for_test("offline") else {
        return;
    };
    let page = browser.open(&serve(PAGE));
    let fetched = "fetch('/again').then(() => true, () => false)";
    assert_eq!(page.eval(fetched), true);
    page.offline(true);
    assert_eq!(page.eval(fetched), false);
    page.offline(false);
    assert_eq!(page.eval(fetched), true);
}

#[test]
fn a_crashed_page_leaves_others_alive_and_a_killed_browser_does_not() {
    // Not `for_test`, because other tests use that browser.
    let Some(_in_use) = browser::for_test("crashes") else {
        return;
    };
    let browser = Browser::launch().expect("there was one already");
    let url = serve(PAGE);
    let (crashed, other) = (browser.open(&url), browser.open(&url));
    crashed.crash();
    assert_eq!(other.eval("1 + 1"), 2);
    drop(crashed);
    assert_eq!(other.eval("1 + 1"), 2);
    browser.kill();
    let said = complaint(&other, |page| drop(page.eval("1 + 1")));
    assert!(said.contains("has ended"), "{said}");
}

#[test]
fn without_a_chromium_a_test_prints_skipped_and_fails_under_ci() {
    // This same program, asked to run one of its tests where no browser is installed.
    let test = |ci: &str| {
        let mut test = process::Command::new(env::current_exe().expect("it runs"));
        test.args(["--exact", "offline_means_offline"]);
        let ended = test
            .env("PATH", "")
            .env("CHROME", "")
            .env("CI", ci)
            .output();
        let ended = ended.expect("it starts");
        let said = [ended.stderr, ended.stdout].concat();
        (
            ended.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    };
    let (passed, said) = test("");
    assert!(passed, "{said}");
    assert!(
        said.contains("SKIPPED: no Chromium here: install"),
        "{said}"
    );
    let (passed, said) = test("true");
    assert!(!passed, "{said}");
    assert!(said.contains("under CI=true no test is skipped"), "{said}");
}
