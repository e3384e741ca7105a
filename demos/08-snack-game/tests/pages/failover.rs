//! Several servers, and a phone that need not know: it is sent on, carried over, and led back to
//! its seat.

use std::thread;
use std::time::{Duration, Instant};

use browser::{Page, for_test, picture};
use serde_json::json;

use crate::proxy::Proxy;
use crate::redis::Redis;
use crate::server::{Player, SOON, TestServer, fine_but_for_the_line, open, url};

/// The directory's patience with a dead server, and the attempts after it; also on a busy machine.
const ELSEWHERE: Duration = Duration::from_secs(90);

/// One that shares that directory.
fn open_at(redis: &Redis, more: &[&str]) -> TestServer {
    let directory = redis.url();
    let shared = ["--round-seconds", "300", "--directory", &directory];
    open(&[&shared, more].concat())
}

fn open_two(redis: &Redis, first: &[&str], second: &[&str]) -> [TestServer; 2] {
    let bars = [first, second].map(|more| open_at(redis, more));
    knows(&bars[0], &bars[1]);
    knows(&bars[1], &bars[0]);
    bars
}

/// Waits until one has heard of the other.
fn knows(bar: &TestServer, other: &TestServer) {
    let named = format!("http://{}", other.address());
    let until = Instant::now() + SOON;
    while !bots_seat(bar).contains(&named) {
        assert!(Instant::now() < until, "{named} is not known");
        thread::sleep(Duration::from_millis(50));
    }
}

/// What `/api/seat` says.
fn bots_seat(bar: &TestServer) -> String {
    use std::io::{Read, Write};
    let mut line = std::net::TcpStream::connect(bar.address()).expect("it listens");
    let host = bar.address();
    write!(
        line,
        "GET /api/seat HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("it reads");
    let mut answer = String::new();
    line.read_to_string(&mut answer).expect("text");
    answer
}

fn plays_at(guest: &Player, bar: &TestServer) {
    let address = bar.address();
    guest.waits_for(&format!("line.welcomed && mirror.known && me !== null && line.socket.url.startsWith('ws://{address}/ws/')"), ELSEWHERE);
}

#[test]
fn a_full_server_hands_its_guest_to_another_and_nobody_taps_anything() {
    let (Some(browser), Some(redis)) =
        (for_test("a full server"), Redis::for_test("a full server"))
    else {
        return;
    };
    let [full, other] = open_two(&redis, &["--max-players", "1"], &[]);
    let first = Player::joins(&browser, full.address(), "First", (390, 844));
    plays_at(&first, &full);
    let second = Player::joins(&browser, full.address(), "Mina", (390, 844));
    plays_at(&second, &other);
    assert_eq!(second.asks("me.name"), json!("Mina"));
    second.eats(1, SOON);
    second.is_fine();
    // Its seat is there also after a reload, on a page of the server that was full.
    let seat = second.asks("line.seat");
    second.page.reload();
    second.is_seated();
    plays_at(&second, &other);
    assert_eq!(second.asks("line.seat"), seat);
    second.is_fine();
}

#[test]
fn a_phone_whose_server_dies_plays_on_at_another_one_under_its_name() {
    let (Some(browser), Some(redis)) =
        (for_test("a dead server"), Redis::for_test("a dead server"))
    else {
        return;
    };
    let [bar, other] = open_two(&redis, &[], &[]);
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    plays_at(&guest, &bar);
    drop(bar); // Killed: nobody says goodbye, and nobody will.
    plays_at(&guest, &other);
    assert_eq!(guest.asks("me.name"), json!("Mina"));
    guest.eats(1, SOON);
    guest.page.screenshot(&picture("at-another-server"));
    fine_but_for_the_line(&guest.page);
}

#[test]
fn a_phone_whose_server_and_redis_die_together_plays_on_at_another_one_under_its_name() {
    let (Some(browser), Some(mut redis)) = (
        for_test("server and redis"),
        Redis::for_test("server and redis"),
    ) else {
        return;
    };
    let [bar, other] = open_two(&redis, &[], &[]);
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    plays_at(&guest, &bar);
    redis.kill();
    drop(bar);
    plays_at(&guest, &other);
    assert_eq!(guest.asks("me.name"), json!("Mina"));
    guest.eats(1, SOON);
    fine_but_for_the_line(&guest.page);
}

/// Waits until a page has found who else serves, and can go there if it must. Its pauses between
/// two looks are made short.
fn looks_for(page: &Page, bar: &TestServer) {
    page.eval(
        "import('/web/js/servers.js').then(({ look }) => {
            const { setTimeout } = window;
            window.looks = 0;
            window.setTimeout = (what, ms) => {
                const pause = ms >= 30_000 && ms < 60_000;
                window.looks += Number(pause);
                return setTimeout(what, pause ? 100 : ms);
            };
            look(1);
        })",
    );
    let found = format!(
        "Promise.all([import('/web/js/servers.js'), import('/web/js/porch.js')]).then(([servers, porch]) => {{
            const at = 'http://{}';
            return servers.others().includes(at) && porch.towards(at) !== window && window.looks > 2;
        }})",
        bar.address()
    );
    let until = Instant::now() + ELSEWHERE;
    while page.eval(&found) != json!(true) {
        assert!(Instant::now() < until, "{} is not found", bar.address());
        thread::sleep(Duration::from_millis(60));
    }
}

#[test]
fn a_page_moves_to_a_server_that_joined_after_it_was_loaded() {
    let (Some(browser), Some(redis)) = (
        for_test("a server that joined later"),
        Redis::for_test("a server that joined later"),
    ) else {
        return;
    };
    let bar = open_at(&redis, &["--bots", "1"]);
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    plays_at(&guest, &bar);
    let wall = browser.open("about:blank");
    wall.go(&url(bar.address(), "/hall?lang=en"));
    looks_on_at(&wall, "hall.js", &bar);
    let late = open_at(&redis, &["--bots", "1"]);
    looks_for(&guest.page, &late);
    looks_for(&wall, &late);

    drop(bar); // Killed.
    plays_at(&guest, &late);
    assert_eq!(guest.asks("me.name"), json!("Mina"));
    guest.eats(1, SOON);
    looks_on_at(&wall, "hall.js", &late);
    for page in [&guest.page, &wall] {
        fine_but_for_the_line(page); // The policy refused nothing.
    }
}

#[test]
fn a_page_of_a_full_server_moves_to_one_that_joined_after_it_was_loaded() {
    let (Some(browser), Some(redis)) = (
        for_test("full, and a server that joined later"),
        Redis::for_test("full, and a server that joined later"),
    ) else {
        return;
    };
    let full = open_at(&redis, &["--max-players", "1"]);
    let _first = Player::joins(&browser, full.address(), "First", (390, 844));
    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.go(&url(full.address(), "/?lang=en"));
    let late = open_at(&redis, &[]);
    knows(&full, &late);
    page.tap("#name");
    page.type_text("Mina");
    page.tap("#join .big");
    let guest = Player { page };
    plays_at(&guest, &late);
    guest.is_fine();
}

#[cfg(unix)]
#[test]
fn a_phone_whose_server_hangs_plays_on_at_another_one_under_its_name() {
    let (Some(browser), Some(redis)) = (
        for_test("a server that hangs"),
        Redis::for_test("a server that hangs"),
    ) else {
        return;
    };
    let [bar, other] = open_two(&redis, &[], &[]);
    let guest = Player::joins(&browser, bar.address(), "Mina", (390, 844));
    plays_at(&guest, &bar);
    bar.hangs(); // Nobody refuses anything: it is missed, and the TTL decides.
    plays_at(&guest, &other);
    assert_eq!(guest.asks("me.name"), json!("Mina"));
    guest.eats(1, SOON);
    fine_but_for_the_line(&guest.page);
}

/// What a page that looks on has in its hands.
fn looks_on_at(page: &Page, script: &str, bar: &TestServer) {
    let at = bar.address();
    let seen = format!(
        "import('/web/js/{script}').then(({{ line, scene }}) => line.welcomed && scene.mirror?.known
            && line.socket.url.startsWith('ws://{at}/ws/'))"
    );
    let until = Instant::now() + ELSEWHERE;
    while page.eval(&seen) != json!(true) {
        assert!(Instant::now() < until, "{script} is not at {at}");
        thread::sleep(Duration::from_millis(60));
    }
}

#[test]
fn the_wall_and_whoever_looks_on_move_to_another_server_when_theirs_dies() {
    let (Some(browser), Some(redis)) = (for_test("a wall"), Redis::for_test("a wall")) else {
        return;
    };
    let [bar, other] = open_two(&redis, &["--bots", "3"], &["--bots", "5"]);
    let (wall, watch) = (browser.open("about:blank"), browser.open("about:blank"));
    wall.screen(1280, 720);
    wall.go(&url(bar.address(), "/hall?lang=en"));
    watch.go(&url(bar.address(), "/watch?lang=en"));
    looks_on_at(&wall, "hall.js", &bar);
    looks_on_at(&watch, "watch.js", &bar);
    let joins = |bar: &TestServer| {
        format!(
            "document.getElementById('url').textContent === '{}'",
            bar.address()
        )
    };
    wall.wait_for(&joins(&bar), SOON);

    drop(bar); // Killed.
    looks_on_at(&wall, "hall.js", &other);
    looks_on_at(&watch, "watch.js", &other);
    // Whoever scans or types what the wall shows gets in.
    wall.wait_for(&joins(&other), SOON);
    let code = "document.getElementById('qr')";
    wall.wait_for(
        &format!("{code}.src.startsWith('data:') && {code}.complete && {code}.naturalWidth > 0"),
        SOON,
    );
    wall.wait_for(
        "document.querySelectorAll('#leaders > *').length === 5",
        SOON,
    );
    let way = watch.eval("document.getElementById('join').href");
    assert_eq!(way, json!(format!("http://{}/?lang=en", other.address())));
    wall.screenshot(&picture("the-wall-at-another-server"));
    for page in [wall, watch] {
        fine_but_for_the_line(&page);
    }
}

#[test]
fn a_phone_that_comes_back_to_the_wrong_server_is_led_to_its_seat() {
    let (Some(browser), Some(redis)) = (
        for_test("the wrong server"),
        Redis::for_test("the wrong server"),
    ) else {
        return;
    };
    // One name with two servers behind it: the lift leads to the one, then to the other.
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let name = Proxy::to(nowhere.local_addr().expect("an address"));
    let origin = url(name.address(), "");
    let [bar, other] = open_two(&redis, &["--origin", &origin], &["--origin", &origin]);
    name.leads_to(bar.address());
    let guest = Player::joins(&browser, name.address(), "Mina", (390, 844));
    guest.eats(1, SOON);
    let (seat, points) = (guest.asks("line.seat"), guest.points());
    let until = Instant::now() + SOON;
    while !redis
        .command("KEYS snack-rush:seat:*")
        .is_some_and(|keys| keys.starts_with("*1"))
    {
        assert!(
            Instant::now() < until,
            "the directory is not told of the seat"
        );
        thread::sleep(Duration::from_millis(50));
    }

    name.leads_to(other.address());
    name.close();
    guest
        .page
        .wait_for("document.body.classList.contains('offline')", SOON);
    name.open();
    plays_at(&guest, &bar);
    assert_eq!(guest.asks("line.seat"), seat);
    assert!(guest.points() >= points);
    fine_but_for_the_line(&guest.page);
}

#[test]
fn a_wall_that_has_no_code_for_its_server_shows_none_for_another() {
    let Some(browser) = for_test("a wall without a code") else {
        return;
    };
    let bar = open(&["--bots", "1"]);
    let wall = browser.open("about:blank");
    wall.go(&url(bar.address(), "/hall?lang=en"));
    looks_on_at(&wall, "hall.js", &bar);
    let code = "document.getElementById('qr')";
    wall.wait_for(&format!("{code}.complete && {code}.naturalWidth > 0"), SOON);
    // The next server lets it look on, and then does not answer.
    wall.eval(
        "import('/web/js/hall.js').then(({ line }) => {
            const welcomed = line.ear.welcomed;
            line.ear.welcomed = (welcome) => {
                window.fetch = () => Promise.reject(new Error('nobody'));
                line.server = 'http://127.0.0.1:1';
                welcomed(welcome);
            };
            line.retry({ key: 'lost' }, 0);
        })",
    );
    wall.wait_for(
        "document.getElementById('url').textContent === '127.0.0.1:1'",
        SOON,
    );
    wall.wait_for(&format!("!{code}.hasAttribute('src')"), SOON);
}

#[test]
fn what_comes_too_late_from_a_server_is_not_on_the_wall_of_the_next_one() {
    let Some(browser) = for_test("a late answer") else {
        return;
    };
    let bar = open(&["--bots", "1"]);
    let wall = browser.open("about:blank");
    wall.go(&url(bar.address(), "/hall?lang=en"));
    looks_on_at(&wall, "hall.js", &bar);
    // Two servers let it look on, one after the other. The first is slow to tell how to join there,
    // the second tells nothing.
    wall.eval(
        "import('/web/js/hall.js').then(({ line }) => {
            const entered = line.ear.welcomed;
            line.ear.welcomed = (welcome) => {
                window.late = [];
                window.fetch = (path) => `${path}`.startsWith('http://127.0.0.1:1/')
                    ? new Promise((answer) => window.late.push(answer))
                    : Promise.reject(new Error('nobody'));
                for (const server of ['http://127.0.0.1:1', 'http://127.0.0.1:2']) {
                    line.server = server;
                    entered(welcome);
                }
            };
            line.retry({ key: 'lost' }, 0);
        })",
    );
    let shows = "document.getElementById('url').textContent";
    wall.wait_for(&format!("{shows} === '127.0.0.1:2'"), SOON);
    let late = wall.eval(
        "Promise.all(window.late.map((answer) => answer(new Response('{\"url\":\"http://late.example/\"}'))))
            .then(() => new Promise((done) => setTimeout(done, 100)))
            .then(() => window.late.length)",
    );
    assert_eq!(late, json!(2), "the code and the address");
    assert_eq!(wall.eval(shows), json!("127.0.0.1:2"));
    let has_code = wall.eval("document.getElementById('qr').hasAttribute('src')");
    assert_eq!(has_code, json!(false), "the way to a dead server");
}
