//! The page in a browser: join, grab, see the events; the server is killed and restarted, and the
//! page reconnects.

use crate::server::{Server, WITHIN, client::Client, patient};
use bots::ports::free_address;
use browser::{Page, picture};
use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The program at a fixed address, so that it can be restarted there.
struct Program(Child);

impl Program {
    fn start(address: SocketAddr) -> Program {
        let child = Command::new(env!("CARGO_BIN_EXE_07-websocket"))
            .args(["--bots", "2", "--seconds", "0", "--listen"])
            .arg(address.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Program(child.expect("it starts"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _gone = self.0.wait();
    }
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
fn the_page_reconnects_after_a_restart_of_the_server() {
    let Some(browser) = browser::for_test("the page reconnects after a restart") else {
        return;
    };
    let address = free_address();
    let first = Program::start(address);
    wait_until_open(address);
    let page = browser.open(&format!("http://{address}/"));
    page.phone(320, 640);
    joins(&page, "ann");
    page.wait_for("document.querySelectorAll('#events li').length > 5", WITHIN);
    let until = Instant::now() + WITHIN;
    while page.eval("Number(document.querySelector('#eaten').textContent)") == 0 {
        assert!(Instant::now() < until, "no grab was counted");
        page.tap("#grab");
        thread::sleep(Duration::from_millis(100));
    }
    let wide = page.eval("document.documentElement.scrollWidth");
    assert_eq!(wide, 320, "the page is as wide as a small phone");
    assert_eq!(page.errors(), Vec::<String>::new());
    page.screenshot(&picture("07-in"));
    drop(first);
    wait_until_it_says(&page, "The connection broke");
    page.screenshot(&picture("07-killed"));
    // When the page reconnects, its old connection still has the seat: another client plays that
    // old connection.
    page.eval("window.askedBefore = window.fetch; window.fetch = () => Promise.reject(); null");
    let _second = Program::start(address);
    wait_until_open(address);
    let mut old = Client::open(address, "/ws");
    old.send_line("join ann");
    old.wait_for_text("ann joined");
    page.eval("window.fetch = window.askedBefore; dispatchEvent(new Event('online')); null");
    wait_until_it_says(&page, "old seat is still being freed");
    old.disconnect();
    page.wait_for(
        "document.querySelector('#status').dataset.state === 'in'",
        WITHIN,
    );
    page.wait_for(
        "document.querySelector('#eaten').textContent === '0'",
        WITHIN,
    );
    page.tap("#language");
    wait_until_it_says(&page, "입장했습니다");
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
    let until = Instant::now() + WITHIN;
    while std::net::TcpStream::connect(address).is_err() {
        assert!(Instant::now() < until, "no server listens on {address}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_page_explains_a_full_server_and_a_shutdown() {
    let Some(browser) = browser::for_test("the page explains a full server") else {
        return;
    };
    let mut config = patient();
    config.limits.sockets = 1;
    let mut server = Server::start(config);
    let mut ann = server.join("ann");
    let page = browser.open(&format!("http://{}/", server.address));
    page.phone(360, 740);
    page.tap("#name");
    page.type_text("bob");
    page.tap("#join");
    wait_until_it_says(&page, "Every seat is taken");
    ann.send_line("leave");
    ann.wait_for_close();
    drop(ann);
    page.wait_for(
        "document.querySelector('#status').dataset.state === 'in'",
        WITHIN,
    );
    server.begin_shutdown();
    wait_until_it_says(&page, "restarting");
    page.close();
    server.wait_for_end_with("shutdown");
    server.shut_down();
}
