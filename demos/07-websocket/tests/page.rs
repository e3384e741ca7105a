//! The page, in a browser: join, grab, see what happens; the server is killed, and comes back, and
//! so does the player.

mod server;

use browser::{Page, picture};
use demo_07_websocket::limits::Config;
use server::{Server, WITHIN};
use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The program, at an address of its own, so that it can come back there.
struct Bar(Child);

impl Bar {
    fn opens(address: SocketAddr) -> Bar {
        let child = Command::new(env!("CARGO_BIN_EXE_07-websocket"))
            .args(["--bots", "2", "--seconds", "0", "--listen"])
            .arg(address.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Bar(child.expect("it starts"))
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// A port that was free a moment ago, and nobody else is likely to be given soon.
fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

#[track_caller]
fn joins(page: &Page, name: &str) {
    page.tap("#name");
    page.type_text(name);
    page.tap("#join");
    page.wait_for(
        "document.querySelector('#status').dataset.state === 'in'",
        WITHIN,
    );
}

#[test]
fn a_player_comes_back_when_the_server_does() {
    let Some(browser) = browser::for_test("a player comes back when the server does") else {
        return;
    };
    let address = free_address();
    let first = Bar::opens(address);
    wait_until_open(address);
    let page = browser.open(&format!("http://{address}/"));
    page.phone(320, 640);
    joins(&page, "ann");
    page.wait_for("document.querySelectorAll('#events li').length > 5", WITHIN);
    while page.eval("Number(document.querySelector('#eaten').textContent)") == 0 {
        page.tap("#grab");
        std::thread::sleep(Duration::from_millis(100));
    }
    let wide = page.eval("document.documentElement.scrollWidth");
    assert_eq!(wide, 320, "nothing sticks out on a small phone");
    assert_eq!(page.errors(), Vec::<String>::new());
    page.screenshot(&picture("07-in"));
    drop(first);
    wait_until_it_says(&page, "without a word");
    page.screenshot(&picture("07-killed"));
    // Its old connection is still in the room when it comes back: that is a ghost, and no other
    // player.
    page.eval("window.askedBefore = window.fetch; window.fetch = () => Promise.reject(); null");
    let _second = Bar::opens(address);
    wait_until_open(address);
    let mut ghost = server::client::Client::open(address, "/ws");
    ghost.says("join ann");
    ghost.hears_until("ann joined");
    page.eval("window.fetch = window.askedBefore; dispatchEvent(new Event('online')); null");
    wait_until_it_says(&page, "old place is still being cleared");
    ghost.vanishes();
    page.wait_for(
        "document.querySelector('#status').dataset.state === 'in'",
        WITHIN,
    );
    page.wait_for(
        "document.querySelector('#eaten').textContent === '0'",
        WITHIN,
    );
    page.tap("#language");
    wait_until_it_says(&page, "들어오셨어요");
    page.screenshot(&picture("07-again-ko"));
    page.tap("#leave");
    wait_until_it_says(&page, "언제든");
}

#[track_caller]
fn wait_until_it_says(page: &Page, words: &str) {
    let says = format!("document.querySelector('#status').textContent.includes('{words}')");
    page.wait_for(&says, WITHIN);
}

fn wait_until_open(address: SocketAddr) {
    let until = std::time::Instant::now() + WITHIN;
    while std::net::TcpStream::connect(address).is_err() {
        assert!(
            std::time::Instant::now() < until,
            "nobody listens on {address}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_full_server_and_a_closing_one_are_told_in_a_sentence() {
    let Some(browser) = browser::for_test("a full server and a closing one are told") else {
        return;
    };
    let mut config = Config::default();
    config.limits.sockets = 1;
    let mut server = Server::start(config);
    let mut ann = server.joined("ann");
    let page = browser.open(&format!("http://{}/", server.address));
    page.phone(360, 740);
    page.tap("#name");
    page.type_text("bob");
    page.tap("#join");
    wait_until_it_says(&page, "Every place is taken");
    ann.says("leave");
    ann.hears_goodbye();
    drop(ann);
    page.wait_for(
        "document.querySelector('#status').dataset.state === 'in'",
        WITHIN,
    );
    server.begins_to_close();
    wait_until_it_says(&page, "restarting");
    page.close();
    server.has_an_end_with("closing");
    server.closes();
}
