//! The stage hands out the repository and its crates: to real git, real cargo, raw sockets, and
//! fifty laptops at once.

use crate::{
    http::{ask_bytes, body, get_bytes as get, status},
    kit::{self, Folder, cargo, newcomer, printed, run},
    stage::{
        Stage,
        patience::unless_too_slow,
        phones::{Phones, within},
    },
};
use browser::Browser;
use skipped::skip;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// For builds beside other tests.
const TIMEOUT: Duration = Duration::from_secs(600);

/// How long the stage waits for a client that does not read; `src/kit/handout.rs` has it.
const STALL: Duration = Duration::from_secs(10);

/// Causes for a stage without a kit that are no mistakes of the kit.
const CANNOT: [&str; 3] = [
    "git cannot be started",
    "is not a git repository",
    "were never downloaded",
];

/// A stage whose kit is ready. `None` if no kit can be made here; then the test is skipped.
#[track_caller]
fn stage_with_a_kit(more: &[&str]) -> Option<Stage> {
    let stage = Stage::with_a_kit(&[&["--phones", "0", "--address", "127.0.0.1"], more].concat());
    let line = stage.line("  kit        ");
    if line.contains("git clone ") {
        return Some(stage);
    }
    assert!(CANNOT.iter().any(|it| line.contains(it)), "{line}");
    skip(&format!("no kit can be made here: {}", line.trim()));
    None
}

#[test]
fn an_attendee_clones_and_builds_step_1_with_an_empty_cargo_home() {
    let Some(stage) = stage_with_a_kit(&[]) else {
        return;
    };
    let folder = Folder::new("attendee");
    let line = stage.line("  kit        ");
    let url = line.split_whitespace().find(|it| it.starts_with("http"));
    let url = url.expect("an address").to_owned();
    assert_eq!(url, format!("http://{}/snackbar.git", stage.phones()));
    unless_too_slow(STALL, || {
        // git removes what it has cloned, if it fails.
        let mut git = newcomer("git", folder.path());
        git.env("GIT_CONFIG_GLOBAL", folder.path().join("none"));
        git.env("GIT_CONFIG_SYSTEM", folder.path().join("none"));
        git.current_dir(folder.path());
        let cloned = run(git.args(["clone", &url]), TIMEOUT);
        match cloned.code() {
            Some(0) => Ok(()),
            _ => Err(printed(&cloned)),
        }
    });
    let tree = folder.path().join("snackbar");
    let mut cargo = newcomer(&cargo(), folder.path());
    // The stage cuts off a client that is too slow.
    cargo.current_dir(&tree).env("CARGO_NET_RETRY", "3");
    // The command of the slide, on another port.
    cargo.args([
        "run",
        "-p",
        "demo-01-deadlock",
        "--",
        "--listen",
        "127.0.0.1:0",
    ]);
    let ran = run(&mut cargo, TIMEOUT);
    assert_eq!(ran.code(), Some(2), "{}", printed(&ran));
    assert!(printed(&ran).contains("FROZEN"), "{}", printed(&ran));
    // The other crates of the lock file, for every system.
    let mut cargo = newcomer(&kit::cargo(), folder.path());
    cargo.current_dir(&tree).env("CARGO_NET_RETRY", "3");
    let fetched = run(cargo.args(["fetch", "--locked"]), TIMEOUT);
    assert!(fetched.code() == Some(0), "{}", printed(&fetched));
    // At home there is no stage, but the crates are still there.
    drop(stage);
    let mut cargo = newcomer(&kit::cargo(), folder.path());
    cargo.current_dir(&tree);
    let built = run(cargo.args(["build", "-p", "demo-02-lock-order"]), TIMEOUT);
    assert!(built.code() == Some(0), "{}", printed(&built));
    let status = run(
        newcomer("git", folder.path())
            .current_dir(&tree)
            .args(["status", "--porcelain"]),
        TIMEOUT,
    );
    assert_eq!(printed(&status), "", "the clone has uncommitted changes");
}

/// Sends a request with this first line and more headers, and returns the whole answer.
fn ask(address: SocketAddr, line: &str, more: &str) -> Vec<u8> {
    let (line, host) = (format!("{line} HTTP/1.1"), format!("Host: {address}"));
    let lines = [&line, &host, more.trim_end()];
    ask_bytes(address, &lines[..if more.is_empty() { 2 } else { 3 }])
}

#[test]
fn only_the_kits_files_are_served() {
    let Some(stage) = stage_with_a_kit(&[]) else {
        return;
    };
    let phones = stage.phones();
    for path in [
        "/snackbar.git/HEAD",
        "/snackbar.git/info/refs?service=git-upload-pack",
        "/registry/config.json",
    ] {
        assert_eq!(status(&get(phones, path)), "200", "{path}");
        assert_eq!(
            status(&get(stage.address(), path)),
            "404",
            "{path}: phones alone"
        );
    }
    let long = format!("/registry/{}", "a/".repeat(100_000));
    for path in [
        "/snackbar.git/",
        "/snackbar.git",
        "/snackbar.git/config",
        "/snackbar.git/index-of-the-kit",
        "/snackbar.git/objects/info/alternates",
        "/snackbar.git/refs/heads/main",
        "/snackbar.git/../Cargo.toml",
        "/snackbar.git/%2e%2e/Cargo.toml",
        "/snackbar.git/..%2fCargo.toml",
        "/snackbar.git/..\\Cargo.toml",
        "/snackbar.git/%48EAD",
        "/snackbar.git//HEAD",
        "/snackbar.git/./HEAD",
        "/snackbar.git/HEAD/",
        "/snackbar.git/HEAD%00",
        "/snackbar.git/../registry/config.json",
        "/registry/",
        "/registry/crates/",
        "/registry/crates/../config.json",
        "/registry//etc/passwd",
        "//etc/passwd",
        &long,
    ] {
        let status = status(&get(phones, path));
        assert!(
            ["400", "404", "414", "431"].contains(&status.as_str()),
            "{}: {status}",
            &path[..path.len().min(60)]
        );
    }
    for verb in ["POST", "PUT", "DELETE", "PROPFIND", "MKCOL"] {
        let answer = ask(
            phones,
            &format!("{verb} /snackbar.git/info/refs"),
            "Content-Length: 0\r\n",
        );
        assert_eq!(status(&answer), "405", "{verb}");
    }
    // The server does not wait for a body.
    let answer = ask(
        phones,
        "GET /snackbar.git/HEAD",
        "Content-Length: 1000000000\r\n",
    );
    assert_eq!(body(&answer), b"ref: refs/heads/main\n");
    let head = ask(phones, "HEAD /snackbar.git/HEAD", "");
    assert_eq!((status(&head).as_str(), body(&head)), ("200", &b""[..]));
    // Another site's page, and another name for this machine.
    let answer = ask(
        phones,
        "GET /snackbar.git/HEAD",
        "Origin: http://evil.example\r\n",
    );
    assert_eq!(status(&answer), "403");
    let answer = ask(phones, "GET /snackbar.git/HEAD", "Host: evil.example\r\n");
    assert_eq!(status(&answer), "403");
}

#[test]
#[cfg(unix)]
fn a_stage_that_shuts_down_while_it_prepares_the_kit_removes_its_temporary_folder() {
    let folder = Folder::new("temporary");
    let temporary = format!("TMPDIR={}", folder.path().display());
    let stage = Stage::open_in(&[&temporary], &["--phones", "0"]);
    let is_empty = || {
        let entries = std::fs::read_dir(folder.path()).expect("a folder");
        entries.count() == 0
    };
    let until = Instant::now() + TIMEOUT;
    while is_empty() {
        let stdout = stage.program.stdout();
        if stdout.contains("none is handed out") {
            return skip("no kit can be made here");
        }
        if stdout.contains("  kit        ") {
            break; // On a busy machine this test may have missed all of it.
        }
        assert!(Instant::now() < until, "it prepares no kit");
        thread::sleep(Duration::from_millis(1));
    }
    stage.end("-TERM");
    assert!(is_empty());
}

#[test]
fn no_kit_switches_it_off() {
    let stage = Stage::with_a_kit(&["--phones", "0", "--no-kit"]);
    assert_eq!(status(&get(stage.phones(), "/snackbar.git/HEAD")), "404");
    assert_eq!(status(&get(stage.phones(), "/follow")), "200");
}

#[test]
#[cfg(unix)]
fn without_git_the_stage_prints_why_and_serves_phones() {
    let stage = Stage::open_in(&["PATH=/nowhere"], &["--phones", "0"]);
    let line = stage.line("  kit        ");
    assert!(
        line.contains("none is handed out: git cannot be started"),
        "{line}"
    );
    let answer = get(stage.phones(), "/snackbar.git/HEAD");
    assert_eq!(status(&answer), "503");
    assert!(body(&answer).starts_with(b"This stage hands out no kit: git"));
    assert_eq!(status(&get(stage.phones(), "/follow")), "200");
}

const SLIDE: &str = "document.querySelector('.clone .commands')?.textContent";

#[test]
fn the_slide_shows_the_commands_with_the_address_of_this_stage() {
    let Some(browser) = browser::for_test("the kit's slide") else {
        return;
    };
    for language in ["en", "ko"] {
        let Some(stage) = stage_with_a_kit(&["--lang", language]) else {
            return;
        };
        let wanted = format!(
            "git clone http://{}/snackbar.git\ncd snackbar\ncargo run -p demo-01-deadlock",
            stage.phones()
        );
        let page = on_the_slide(&browser, &stage, language);
        page.wait_for(
            &format!(
                "document.querySelector('.current .clone .commands').textContent === {wanted:?}"
            ),
            TIMEOUT,
        );
        page.screenshot(&browser::picture(&format!("kit-{language}")));
        assert_eq!(page.errors(), Vec::<String>::new());

        let phone = browser.open(&format!("http://{}/", stage.phones()));
        phone.phone(390, 844);
        phone.wait_for("document.querySelector('.clone')", TIMEOUT);
        let other = format!(
            "document.documentElement.lang !== '{language}' && document.getElementById('language').click()"
        );
        phone.eval(&other);
        phone.wait_for(&format!("document.documentElement.lang === '{language}' && document.querySelector('.slide').lang === '{language}'"), TIMEOUT);
        phone.wait_for(&format!("{SLIDE} === {wanted:?}"), TIMEOUT);
        assert_eq!(
            phone.eval("document.documentElement.scrollWidth <= 390"),
            true
        );
        phone.screenshot(&browser::picture(&format!("kit-phone-{language}")));
        assert_eq!(phone.errors(), Vec::<String>::new());
    }
    let alone = Stage::open(&[]);
    let page = on_the_slide(&browser, &alone, "en");
    page.wait_for(
        "document.querySelector('.current .clone .plain').textContent.includes('--audience')",
        TIMEOUT,
    );
    assert_eq!(
        page.eval("document.querySelector('.current .clone .commands').hidden"),
        true
    );
    page.screenshot(&browser::picture("kit-none"));
}

/// Opens the projector's page on the slide with the commands.
fn on_the_slide(browser: &Browser, stage: &Stage, language: &str) -> browser::Page {
    let page = browser.open(&stage.projector());
    page.screen(1920, 1080);
    page.wait_for(&format!("document.documentElement.lang === '{language}' && document.querySelector('.slide.current')"), TIMEOUT);
    let slide =
        page.eval("Number(document.querySelector('#stage > .slide:has(.clone)').dataset.page)");
    page.eval(&format!("location.hash = '#/{slide}'"));
    page.wait_for("document.querySelector('.current .clone')", TIMEOUT);
    page
}

const PHONES: usize = 160;
const SLIDES: usize = 40;
const LAPTOPS: usize = 50;

/// Requests the files of a clone, as git does. Returns their size in bytes.
fn clone_with_sockets(address: SocketAddr) -> usize {
    let mut bytes = 0;
    let mut fetch = |path: &str| {
        let answer = get(address, path);
        assert_eq!(status(&answer), "200", "{path}");
        bytes += body(&answer).len();
        String::from_utf8_lossy(body(&answer)).into_owned()
    };
    fetch("/snackbar.git/info/refs?service=git-upload-pack");
    fetch("/snackbar.git/HEAD");
    let packs = fetch("/snackbar.git/objects/info/packs");
    let pack = packs.lines().next().and_then(|it| it.strip_prefix("P "));
    let pack = pack.expect("a pack").trim_end_matches(".pack").to_owned();
    fetch(&format!("/snackbar.git/objects/pack/{pack}.idx"));
    fetch(&format!("/snackbar.git/objects/pack/{pack}.pack"));
    bytes
}

/// Prints figures: `cargo test -p slides --test it handout:: -- --ignored --nocapture`.
#[test]
#[ignore = "measures for half a minute"]
fn fifty_clones_at_once_do_not_delay_a_slide() {
    let Some(stage) = stage_with_a_kit(&[]) else {
        return;
    };
    let mut phones = Phones::follow(&stage, PHONES);
    phones.turn(SLIDES);
    let mut figures = BTreeMap::new();
    for round in 0..3 {
        for busy in [false, true] {
            let end = Arc::new(AtomicBool::new(false));
            let (bytes, clones) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let began = Instant::now();
            let laptops: Vec<_> = (0..if busy { LAPTOPS } else { 0 })
                .map(|_| {
                    let (end, bytes, clones) = (end.clone(), bytes.clone(), clones.clone());
                    let address = stage.phones();
                    thread::spawn(move || {
                        while !end.load(Ordering::Relaxed) {
                            bytes.fetch_add(clone_with_sockets(address), Ordering::Relaxed);
                            clones.fetch_add(1, Ordering::Relaxed);
                        }
                    })
                })
                .collect();
            let times = phones.turn(SLIDES);
            end.store(true, Ordering::Relaxed);
            for laptop in laptops {
                laptop.join().expect("every clone is complete");
            }
            let took = began.elapsed().as_secs_f64();
            let rate = bytes.load(Ordering::Relaxed) as f64 / 1e6 / took;
            println!(
                "round {round}, {} clones at once: {PHONES} phones have the next slide after {:.1?} (p50), {:.1?} (p99); {} clones, {rate:.1} MB/s",
                if busy { LAPTOPS } else { 0 },
                within(&times, 0.5),
                within(&times, 0.99),
                clones.load(Ordering::Relaxed),
            );
            figures.entry(busy).or_insert_with(Vec::new).extend(times);
        }
    }
    for times in figures.values_mut() {
        times.sort();
    }
    let ratio = |part| {
        within(&figures[&true], part).as_secs_f64() / within(&figures[&false], part).as_secs_f64()
    };
    println!(
        "with / without: {:.2} (p50), {:.2} (p99)",
        ratio(0.5),
        ratio(0.99)
    );
    assert!(within(&figures[&true], 0.99) < Duration::from_secs(1));
}

/// With the real git.
#[test]
#[ignore = "fifty checkouts"]
fn fifty_git_clones_at_once_are_complete() {
    let Some(stage) = stage_with_a_kit(&[]) else {
        return;
    };
    let folder = Folder::new("fifty");
    let url = format!("http://{}/snackbar.git", stage.phones());
    let began = Instant::now();
    let one = |path: &Path| {
        let mut git = Command::new("git");
        git.args(["clone", "--quiet", "--bare", &url]).arg(path);
        let cloned = run(&mut git, TIMEOUT);
        assert!(cloned.code() == Some(0), "{}", printed(&cloned));
        began.elapsed()
    };
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let paths = (0..LAPTOPS).map(|at| folder.path().join(at.to_string()));
        let clones: Vec<_> = paths.map(|path| scope.spawn(move || one(&path))).collect();
        clones
            .into_iter()
            .map(|it| it.join().expect("a clone"))
            .collect()
    });
    times.sort();
    println!(
        "{LAPTOPS} git clones at once: the first after {:.1?}, the last after {:.1?}",
        times[0],
        times[LAPTOPS - 1]
    );
}
