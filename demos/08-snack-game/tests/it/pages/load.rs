//! What a page costs a phone with a slow network.

use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use browser::{Page, Request, for_test};
use serde_json::json;

use crate::common::TOKEN;
use crate::pages::server::{SOON, fine, open, url};

/// Three seconds on slow 3G (400 kbit/s), less what its latency takes.
const MOST_BYTES: u64 = 45_000;
const MOST_REQUESTS: usize = 6;

/// Each page asks this at a random time within its first 30 seconds, and then at intervals: it is
/// no part of a load, but may fall into one.
const NOW_AND_THEN: &str = "/api/servers";

/// Waits until these requests were answered. Returns the requests of the load that needed the
/// network. What a page repeats at intervals is one of them.
#[track_caller]
fn requests(page: &Page, wanted: &[&str]) -> Vec<Request> {
    let (mut all, until) = (Vec::<Request>::new(), Instant::now() + SOON);
    while !wanted
        .iter()
        .all(|part| all.iter().any(|it| it.url.contains(part)))
    {
        assert!(
            Instant::now() < until,
            "not all of {wanted:?} are in {all:?}"
        );
        all.extend(page.take_requests());
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(300)); // One more would be too many.
    all.extend(page.take_requests());
    all.retain(|it| it.bytes > 0 && !it.url.contains(NOW_AND_THEN));
    let mut seen = HashSet::new();
    all.retain(|it| seen.insert(it.url.clone()));
    println!("{all:#?}");
    all
}

#[test]
fn a_first_load_is_small_and_a_second_one_asks_only_for_the_page() {
    let Some(browser) = for_test("a first load") else {
        return;
    };
    let server = open(&["--bots", "12", "--round-seconds", "300"]);
    // What each page asks for that has an answer which no page keeps.
    for (path, fresh) in [
        ("/", &[][..]),
        ("/hall", &["/api/rooms", "/qr.svg", "/api/address"]),
        ("/watch", &["/api/rooms"]),
        ("/xray", &["/api/xray"]),
    ] {
        let page = browser.open("about:blank");
        page.phone(390, 844);
        page.record_requests();
        let address = url(server.address(), path);
        // The x-ray is refused without it. A request does not contain it.
        let with_token = format!("{address}#token={TOKEN}");
        page.go(&with_token);
        let first = requests(&page, &[&[path, ".css", ".js"], fresh].concat());
        let bytes: u64 = first.iter().map(|it| it.bytes).sum();
        println!("{path}: {} requests, {bytes} bytes", first.len());
        assert!(first.len() <= MOST_REQUESTS, "{path}: {first:#?}");
        assert!(bytes <= MOST_BYTES, "{path}: {bytes} bytes, {first:#?}");

        page.go("about:blank");
        page.take_requests();
        page.go(&with_token);
        let second = requests(&page, &[&[path], fresh].concat());
        assert_eq!(second.len(), 1 + fresh.len(), "{path}: {second:#?}");
        let copy = second.iter().find(|it| it.url == address);
        assert!(
            copy.is_some_and(|it| it.bytes < 1_500),
            "{path}: the page is not sent again, {second:#?}"
        );
        fine(&page);
    }
}

#[test]
fn a_phone_plays_after_two_more_requests() {
    let Some(browser) = for_test("a first game") else {
        return;
    };
    let server = open(&["--round-seconds", "300"]);
    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.record_requests();
    page.go(&url(server.address(), "/?lang=en"));
    page.tap("#name");
    page.type_text("Mina");
    page.tap("#join .big");
    page.wait_for("document.getElementById('points').textContent", SOON);
    // The WebSocket is one more.
    let all = requests(&page, &["/api/seat"]);
    assert!(all.len() < MOST_REQUESTS, "{all:#?}");
    fine(&page);
}

#[test]
fn an_error_of_the_script_names_the_line_of_its_source() {
    let Some(browser) = for_test("a source map") else {
        return;
    };
    let server = open(&[]);
    let page = browser.open("about:blank");
    page.go(&url(server.address(), "/"));
    // As a debugger does: the place in the script, and the map that the script names.
    let source = page.eval(
        "(async () => {
            const at = document.scripts[0].src;
            const { $wire } = await import(at);
            let error;
            try { $wire.decode(new ArrayBuffer(1)); } catch (thrown) { error = thrown; }
            const [, line] = /\\.js:(\\d+):\\d+/.exec(error.stack.split('\\n').find((it) => it.includes('body')));
            const code = await (await fetch(at)).text();
            const [, map] = /sourceMappingURL=(.*)/.exec(code);
            const { sources, mappings } = await (await fetch(new URL(map, at))).json();
            const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
            let source = 0, original = 0;
            for (const segment of mappings.split(';').slice(0, Number(line))) {
                const fields = [];
                let value = 0, shift = 0;
                for (const digit of segment) {
                    value += (digits.indexOf(digit) & 31) << shift;
                    shift += 5;
                    if (digits.indexOf(digit) & 32) continue;
                    fields.push(value & 1 ? -(value >> 1) : value >> 1);
                    value = shift = 0;
                }
                source += fields[1] ?? 0;
                original += fields[2] ?? 0;
            }
            const text = await (await fetch(new URL(sources[source], at))).text();
            return [sources[source], code.split('\\n')[line - 1], text.split('\\n')[original]];
        })()",
    );
    assert_eq!(source[0], json!("js/wire.js"));
    assert_eq!(source[1], source[2], "the same line");
    let line = source[2].as_str().unwrap_or_default();
    assert!(line.contains("no message begins with"), "{line}");
}
