//! Several servers: the page is redirected, relocated, and led back to its seat, without a tap.

use std::thread;
use std::time::{Duration, Instant};

use browser::{Page, for_test, picture};
use serde_json::json;

use crate::common::{ask, free_address, redis::Redis};
use crate::pages::proxy::Proxy;
use crate::pages::server::{Player, SOON, TestServer, fine_except_connection_errors, open, url};

/// The TTL of a dead server, and the attempts after it; also on a busy machine.
const ELSEWHERE: Duration = Duration::from_secs(90);

/// Starts a server that shares this Redis.
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

/// Waits until one server knows the other.
fn knows(server: &TestServer, other: &TestServer) {
    let named = format!("http://{}", other.address());
    let until = Instant::now() + SOON;
    while !ask(server.address(), "/api/seat", "").1.contains(&named) {
        assert!(Instant::now() < until, "{named} is not known");
        thread::sleep(Duration::from_millis(50));
    }
}

fn plays_at(player: &Player, server: &TestServer) {
    let address = server.address();
    player.wait_for(&format!("connection.welcomed && mirror.known && me !== null && connection.socket.url.startsWith('ws://{address}/ws/')"), ELSEWHERE);
}

#[test]
fn a_full_server_redirects_a_player_without_a_tap() {
    let (Some(browser), Some(redis)) =
        (for_test("a full server"), Redis::for_test("a full server"))
    else {
        return;
    };
    let [full, other] = open_two(&redis, &["--max-players", "1"], &[]);
    let first = Player::join(&browser, full.address(), "First", (390, 844));
    plays_at(&first, &full);
    let second = Player::join(&browser, full.address(), "Mina", (390, 844));
    plays_at(&second, &other);
    assert_eq!(second.eval("me.name"), json!("Mina"));
    second.eat(1, SOON);
    second.check_errors();
    // A reload finds the seat again, although the page comes from the full server.
    let seat = second.eval("connection.seat");
    second.page.reload();
    second.wait_for_seat();
    plays_at(&second, &other);
    assert_eq!(second.eval("connection.seat"), seat);
    second.check_errors();
}

#[test]
fn after_a_server_crash_the_player_continues_on_another_server() {
    let (Some(browser), Some(redis)) =
        (for_test("a dead server"), Redis::for_test("a dead server"))
    else {
        return;
    };
    let [server, other] = open_two(&redis, &[], &[]);
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    plays_at(&player, &server);
    drop(server); // Killed, so no Close frame is sent.
    plays_at(&player, &other);
    assert_eq!(player.eval("me.name"), json!("Mina"));
    player.eat(1, SOON);
    player.page.screenshot(&picture("at-another-server"));
    fine_except_connection_errors(&player.page);
}

#[test]
fn after_a_crash_of_server_and_redis_the_player_continues_on_another_server() {
    let (Some(browser), Some(mut redis)) = (
        for_test("server and redis"),
        Redis::for_test("server and redis"),
    ) else {
        return;
    };
    let [server, other] = open_two(&redis, &[], &[]);
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    plays_at(&player, &server);
    redis.kill();
    drop(server);
    plays_at(&player, &other);
    assert_eq!(player.eval("me.name"), json!("Mina"));
    player.eat(1, SOON);
    fine_except_connection_errors(&player.page);
}

/// Waits until a page knows another server and may connect to it. Shortens the page's pauses
/// between two looks.
fn looks_for(page: &Page, server: &TestServer) {
    page.eval(
        "import(document.scripts[0].src).then(({ $servers: { look } }) => {
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
        "import(document.scripts[0].src).then(({{ $servers: servers, $porch: porch }}) => {{
            const at = 'http://{}';
            return servers.others().includes(at) && porch.windowFor(at) !== window && window.looks > 2;
        }})",
        server.address()
    );
    let until = Instant::now() + ELSEWHERE;
    while page.eval(&found) != json!(true) {
        assert!(Instant::now() < until, "{} is not found", server.address());
        thread::sleep(Duration::from_millis(60));
    }
}

#[test]
fn a_page_moves_to_a_server_that_joined_after_the_page_was_loaded() {
    let (Some(browser), Some(redis)) = (
        for_test("a server that joined later"),
        Redis::for_test("a server that joined later"),
    ) else {
        return;
    };
    let server = open_at(&redis, &["--bots", "1"]);
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    plays_at(&player, &server);
    let wall = browser.open("about:blank");
    wall.go(&url(server.address(), "/hall?lang=en"));
    looks_on_at(&wall, "hall", &server);
    let late = open_at(&redis, &["--bots", "1"]);
    looks_for(&player.page, &late);
    looks_for(&wall, &late);

    drop(server); // Killed.
    plays_at(&player, &late);
    assert_eq!(player.eval("me.name"), json!("Mina"));
    player.eat(1, SOON);
    looks_on_at(&wall, "hall", &late);
    for page in [&player.page, &wall] {
        fine_except_connection_errors(page); // The Content-Security-Policy refused nothing.
    }
}

#[test]
fn a_page_of_a_full_server_moves_to_one_that_joined_after_the_page_was_loaded() {
    let (Some(browser), Some(redis)) = (
        for_test("full, and a server that joined later"),
        Redis::for_test("full, and a server that joined later"),
    ) else {
        return;
    };
    let full = open_at(&redis, &["--max-players", "1"]);
    let _first = Player::join(&browser, full.address(), "First", (390, 844));
    let page = browser.open("about:blank");
    page.phone(390, 844);
    page.go(&url(full.address(), "/?lang=en"));
    let late = open_at(&redis, &[]);
    knows(&full, &late);
    page.tap("#name");
    page.type_text("Mina");
    page.tap("#join .big");
    let player = Player { page };
    plays_at(&player, &late);
    player.check_errors();
}

#[cfg(unix)]
#[test]
fn when_a_server_hangs_the_player_continues_on_another_server() {
    let (Some(browser), Some(redis)) = (
        for_test("a server that hangs"),
        Redis::for_test("a server that hangs"),
    ) else {
        return;
    };
    let [server, other] = open_two(&redis, &[], &[]);
    let player = Player::join(&browser, server.address(), "Mina", (390, 844));
    plays_at(&player, &server);
    server.hang(); // No connection is refused, so only the TTL decides.
    plays_at(&player, &other);
    assert_eq!(player.eval("me.name"), json!("Mina"));
    player.eat(1, SOON);
    fine_except_connection_errors(&player.page);
}

/// Waits until a watching page is connected to this server.
fn looks_on_at(page: &Page, script: &str, server: &TestServer) {
    let at = server.address();
    let seen = format!(
        "import(document.scripts[0].src).then(({{ ${script}: {{ connection, scene }} }}) => connection.welcomed && scene.mirror?.known
            && connection.socket.url.startsWith('ws://{at}/ws/'))"
    );
    let until = Instant::now() + ELSEWHERE;
    while page.eval(&seen) != json!(true) {
        assert!(Instant::now() < until, "{script} is not at {at}");
        thread::sleep(Duration::from_millis(60));
    }
}

#[test]
fn the_hall_and_watchers_move_to_another_server_when_theirs_crashes() {
    let (Some(browser), Some(redis)) = (for_test("a hall"), Redis::for_test("a hall")) else {
        return;
    };
    let [server, other] = open_two(&redis, &["--bots", "3"], &["--bots", "5"]);
    let (wall, watch) = (browser.open("about:blank"), browser.open("about:blank"));
    wall.screen(1280, 720);
    wall.go(&url(server.address(), "/hall?lang=en"));
    watch.go(&url(server.address(), "/watch?lang=en"));
    looks_on_at(&wall, "hall", &server);
    looks_on_at(&watch, "watch", &server);
    let joins = |server: &TestServer| {
        format!(
            "document.getElementById('url').textContent === '{}'",
            server.address()
        )
    };
    wall.wait_for(&joins(&server), SOON);

    drop(server); // Killed.
    looks_on_at(&wall, "hall", &other);
    looks_on_at(&watch, "watch", &other);
    // The address and the code that the hall shows lead to the game.
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
        fine_except_connection_errors(&page);
    }
}

#[test]
fn a_phone_that_reconnects_to_the_wrong_server_is_led_to_its_seat() {
    let (Some(browser), Some(redis)) = (
        for_test("the wrong server"),
        Redis::for_test("the wrong server"),
    ) else {
        return;
    };
    // One name with two servers behind it: the proxy leads to one, then to the other.
    let name = Proxy::to(free_address());
    let origin = url(name.address(), "");
    let [server, other] = open_two(&redis, &["--origin", &origin], &["--origin", &origin]);
    name.lead_to(server.address());
    let player = Player::join(&browser, name.address(), "Mina", (390, 844));
    player.eat(1, SOON);
    let (seat, points) = (player.eval("connection.seat"), player.points());
    let until = Instant::now() + SOON;
    while !redis
        .command("KEYS snack-rush:seat:*")
        .is_some_and(|keys| keys.starts_with("*1"))
    {
        assert!(Instant::now() < until, "Redis does not know the seat");
        thread::sleep(Duration::from_millis(50));
    }

    name.lead_to(other.address());
    name.close();
    player
        .page
        .wait_for("document.body.classList.contains('offline')", SOON);
    name.open();
    plays_at(&player, &server);
    assert_eq!(player.eval("connection.seat"), seat);
    assert!(player.points() >= points);
    fine_except_connection_errors(&player.page);
}

#[test]
fn a_hall_without_a_code_for_its_server_shows_no_code_of_another() {
    let Some(browser) = for_test("a hall without a code") else {
        return;
    };
    let server = open(&["--bots", "1"]);
    let wall = browser.open("about:blank");
    wall.go(&url(server.address(), "/hall?lang=en"));
    looks_on_at(&wall, "hall", &server);
    let code = "document.getElementById('qr')";
    wall.wait_for(&format!("{code}.complete && {code}.naturalWidth > 0"), SOON);
    // The next server accepts the watcher, and then does not answer.
    wall.eval(
        "import(document.scripts[0].src).then(({ $hall: { connection } }) => {
            const welcomed = connection.listener.onWelcome;
            connection.listener.onWelcome = (welcome) => {
                window.fetch = () => Promise.reject(new Error('no answer'));
                connection.server = 'http://127.0.0.1:1';
                welcomed(welcome);
            };
            connection.retry({ key: 'lost' }, 0);
        })",
    );
    wall.wait_for(
        "document.getElementById('url').textContent === '127.0.0.1:1'",
        SOON,
    );
    wall.wait_for(&format!("!{code}.hasAttribute('src')"), SOON);
}

#[test]
fn a_late_answer_of_a_server_is_not_shown_after_the_hall_has_moved() {
    let Some(browser) = for_test("a late answer") else {
        return;
    };
    let server = open(&["--bots", "1"]);
    let wall = browser.open("about:blank");
    wall.go(&url(server.address(), "/hall?lang=en"));
    looks_on_at(&wall, "hall", &server);
    // Two servers accept the watcher, one after the other. The first answers late with its join
    // address, the second never.
    wall.eval(
        "import(document.scripts[0].src).then(({ $hall: { connection } }) => {
            const entered = connection.listener.onWelcome;
            connection.listener.onWelcome = (welcome) => {
                window.late = [];
                window.fetch = (path) => `${path}`.startsWith('http://127.0.0.1:1/')
                    ? new Promise((answer) => window.late.push(answer))
                    : Promise.reject(new Error('no answer'));
                for (const server of ['http://127.0.0.1:1', 'http://127.0.0.1:2']) {
                    connection.server = server;
                    entered(welcome);
                }
            };
            connection.retry({ key: 'lost' }, 0);
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
    assert_eq!(has_code, json!(false), "the code of a dead server");
}
