//! What a page costs a phone with a slow network.

use std::thread;
use std::time::{Duration, Instant};

use browser::{Page, Request, for_test};
use serde_json::json;

use crate::pages::server::{SOON, fine, open, url};

/// Three seconds on slow 3G (400 kbit/s), less what its latency takes.
const MOST_BYTES: u64 = 45_000;
const MOST_REQUESTS: usize = 6;

/// Each page asks this at a random time within its first 30 seconds, and then now and then: it is no
/// part of a load, but may fall into one.
const NOW_AND_THEN: &str = "/api/servers";

/// Waits until this request was answered. Returns the requests of the load that needed the network.
#[track_caller]
fn requests(page: &Page, last: &str) -> Vec<Request> {
    let (mut all, until) = (Vec::new(), Instant::now() + SOON);
    while !all.iter().any(|it: &Request| it.url.contains(last)) {
        assert!(Instant::now() < until, "{last} is not in {all:?}");
        all.extend(page.take_requests());
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(300)); // One more would be too many.
    all.extend(page.take_requests());
    all.retain(|it| it.bytes > 0 && !it.url.contains(NOW_AND_THEN));
    println!("{all:#?}");
    all
}

#[test]
fn a_first_load_is_small_and_a_second_one_asks_only_for_the_page() {
    let Some(browser) = for_test("a first load") else {
        return;
    };
    let server = open(&["--bots", "12", "--round-seconds", "300"]);
    // The last request of each page, and how many have an answer that no page keeps.
    for (path, last, fresh) in [
        ("/", ".js", 0),
        ("/hall", "/qr.svg", 3),
        ("/watch", "/api/rooms", 1),
        ("/xray", "/api/xray", 1),
    ] {
        let page = browser.open("about:blank");
        page.phone(390, 844);
        page.record_requests();
        let address = url(server.address(), path);
        page.go(&address);
        let first = requests(&page, last);
        let bytes: u64 = first.iter().map(|it| it.bytes).sum();
        println!("{path}: {} requests, {bytes} bytes", first.len());
        assert!(first.len() <= MOST_REQUESTS, "{path}: {first:#?}");
        assert!(bytes <= MOST_BYTES, "{path}: {bytes} bytes, {first:#?}");

        page.go("about:blank");
        page.take_requests();
        page.go(&address);
        let last = if fresh == 0 { path } else { last };
        let second = requests(&page, last);
        assert_eq!(second.len(), 1 + fresh, "{path}: {second:#?}");
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
    let all = requests(&page, "/api/seat");
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
