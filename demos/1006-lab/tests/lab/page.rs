//! The causes in a real browser.

use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

use bots::program::Program;
use browser::{Browser, Page};
use lab_1006::{self as lab, Cause, Outcome, cause::Act, table};

/// The cause in which the browser waits a minute for the answer to its Close frame. Chromium has no
/// setting for that, so the page begins with this cause and all others happen meanwhile.
const SLOW: &str = "unanswered-close";

/// Enough for all causes in a row, also on a busy machine.
const LONG: Duration = Duration::from_secs(300);

fn expected(cause: &Cause) -> Outcome {
    let it = cause.expected;
    Outcome {
        opened: it.opened,
        code: it.code,
        reason: it.reason.to_owned(),
        clean: it.clean,
        saw: it.saw.to_owned(),
    }
}

fn start() -> (Program, String) {
    let lab = Program::start(env!("CARGO_BIN_EXE_1006-lab"), &[]);
    let url = format!("http://{}/", lab.address());
    (lab, url)
}

fn open(browser: &Browser, url: &str) -> Page {
    let page = browser.open(url);
    let last = lab::all().last().expect("there are causes");
    page.wait_for(&format!("document.getElementById('{}')", last.name), LONG);
    page
}

fn press(page: &Page, cause: &Cause) {
    page.tap(&format!("#{} .press", cause.name));
}

/// What the page saw of a cause whose button was pressed.
fn outcome(page: &Page, cause: &Cause) -> Outcome {
    page.wait_for(&format!("'{}' in outcomes", cause.name), LONG);
    let outcome = page.eval(&format!("outcomes['{}']", cause.name));
    serde_json::from_value(outcome).expect("an outcome")
}

/// Presses a button in `victim`, ends that page with `kill`, and asks the server what it saw.
fn killed(witness: &Page, victim: &Page, cause: &Cause, kill: impl FnOnce()) -> Outcome {
    press(victim, cause);
    let held = format!(
        "document.getElementById('{}').dataset.state === 'hold'",
        cause.name
    );
    victim.wait_for(&held, LONG);
    let visit = victim.eval(&format!("visits['{}']", cause.name));
    kill();
    let saw = witness.eval(&format!("whatTheServerSaw({visit})"));
    Outcome {
        opened: true,
        code: None,
        reason: "the page is gone".to_owned(),
        clean: false,
        saw: saw.as_str().unwrap_or_default().to_owned(),
    }
}

#[test]
fn every_button_does_what_the_table_says() {
    let Some(browser) = browser::for_test("the 1006 lab") else {
        return;
    };
    let (_lab, url) = start();
    let page = open(&browser, &url);
    page.screen(1920, 1080);
    page.tap("#all");
    let mut seen: Vec<(&Cause, Outcome)> = Vec::new();
    let (slow, others): (Vec<&Cause>, Vec<&Cause>) = lab::all().partition(|it| it.name == SLOW);
    for cause in others.into_iter().chain(slow) {
        let outcome = match cause.name {
            "renderer-crashed" => {
                let victim = open(&browser, &url);
                killed(&page, &victim, cause, || victim.crash())
            }
            "browser-killed" => {
                let other = Browser::launch().expect("there was one already");
                let victim = open(&other, &url);
                killed(&page, &victim, cause, || other.kill())
            }
            _ => outcome(&page, cause),
        };
        seen.push((cause, outcome));
    }
    // In the order of the tables.
    seen.sort_by_key(|(cause, _)| lab::all().position(|it| it.name == cause.name));
    page.wait_for("!document.querySelector('#all').disabled", LONG);

    page.eval("document.getElementById('oversize').scrollIntoView()");
    page.screenshot(&browser::picture("lab-all"));

    // How long a browser waits, as the table says.
    for (name, at_least) in [(SLOW, 50.0), ("tcp-left-open", 1.5)] {
        let waited = page.eval(&format!("outcomes['{name}'].seconds"));
        let waited = waited.as_f64().expect("seconds");
        assert!(waited > at_least, "{name}: only {waited} s");
    }

    let console = page.errors();
    let mut wrong = Vec::new();
    for (cause, outcome) in &seen {
        if *outcome != expected(cause) {
            wrong.push(format!(
                "{}: {outcome:?}\n  and not: {:?}",
                cause.name, cause.expected
            ));
        }
        let said = |line: &String| {
            let own = cause.act == Act::Nowhere || line.contains(&format!("/ws/{}?", cause.name));
            own && line.contains(cause.console)
        };
        if !cause.console.is_empty() && !console.iter().any(said) {
            wrong.push(format!(
                "{}: the console does not say {:?}",
                cause.name, cause.console
            ));
        }
    }
    for line in &console {
        if line.contains("Content Security Policy") || line.contains("TypeError") {
            wrong.push(format!("the page itself is at fault: {line}"));
        }
    }
    table_is(&seen, &mut wrong);
    assert!(
        wrong.is_empty(),
        "\n{}\n\nthe console:\n{}\n",
        wrong.join("\n"),
        console.join("\n")
    );
}

/// Compares the run with `README.md`, or writes it there.
fn table_is(seen: &[(&Cause, Outcome)], wrong: &mut Vec<String>) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let now = fs::read_to_string(&file).expect("there is a README.md");
    let table = table::markdown(seen.iter().map(|(cause, outcome)| (*cause, outcome)));
    let fresh = table::put(&now, &table).expect("README.md has a generated part");
    if fresh == now {
        return;
    }
    match env::var_os("BLESS") {
        Some(_) => fs::write(&file, fresh).expect("README.md can be written"),
        None => wrong
            .push("README.md is stale: `BLESS=1 cargo test -p lab-1006` rewrites it".to_owned()),
    }
}

#[test]
fn a_page_cannot_send_1006_and_another_site_cannot_press_the_buttons() {
    let Some(browser) = browser::for_test("what a page cannot do") else {
        return;
    };
    let (_lab, url) = start();
    let page = open(&browser, &url);
    let tried = page.eval(
        "[1001, 1005, 1006, 1015, 2999, 5000].map(code => {
            const socket = new WebSocket(address('close-1000', newVisit()));
            try { socket.close(code); return code } catch (error) { return error.name }
        }).join()",
    );
    let no = ["InvalidAccessError"; 6].join(",");
    assert_eq!(tried, no.as_str());

    // Another port is another origin.
    let (_elsewhere, other) = start();
    let other = browser.open(&format!("{other}causes"));
    let address = url.replace("http:", "ws:");
    let seen = other.eval(&format!(
        "new Promise(seen => new WebSocket('{address}ws/close-1000?visit=1').onclose = event => seen(event.code))"
    ));
    assert_eq!(seen, 1006);
    assert!(
        other.errors().join("\n").contains("403"),
        "{:?}",
        other.errors()
    );
}

#[test]
fn the_page_is_readable_on_a_projector_and_on_a_phone_in_both_languages() {
    let Some(browser) = browser::for_test("the lab's page") else {
        return;
    };
    let (_lab, url) = start();
    let page = open(&browser, &url);
    let cause = lab::by_name("handler-returned").expect("a cause");
    page.screen(1920, 1080);
    press(&page, cause);
    outcome(&page, cause);
    for language in ["en", "ko"] {
        page.eval(&format!("speak('{language}'); scrollTo(0, 0)"));
        page.screen(1920, 1080);
        page.screenshot(&browser::picture(&format!("lab-projector-{language}")));
        page.phone(360, 740);
        let too_wide = "document.documentElement.scrollWidth > innerWidth";
        assert_eq!(
            page.eval(too_wide),
            false,
            "in {language} it must be scrolled sideways"
        );
        page.screenshot(&browser::picture(&format!("lab-phone-{language}")));
    }
    page.tap("#language");
    page.wait_for("document.documentElement.lang === 'en'", LONG);
    page.reload();
    page.wait_for(
        "document.documentElement.lang === 'en' && causes.length",
        LONG,
    );
    assert_eq!(page.errors(), Vec::<String>::new());
}
