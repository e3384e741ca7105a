//! Two servers of one process and one directory: what a phone is told before it opens a WebSocket.

use crate::common::{Folder, Phone, ask, ask_json, wait_until};
use demo_08_snack_game::{
    cluster::{Backend, MemoryBackend},
    options::Options,
    server::Server,
};
use rush::wire::Token;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::runtime::{Builder, Runtime};

/// Servers that know one directory.
pub(crate) struct Bars {
    pub(crate) servers: Vec<Server>,
    runtime: Runtime,
    _folders: Vec<Folder>,
}

impl Bars {
    pub(crate) fn open(count: usize, max: u32, engine: impl Fn() -> Backend) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let folders: Vec<Folder> = (0..count).map(|_| Folder::new()).collect();
        let servers = folders.iter().map(|folder| {
            let options = Options {
                listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                data: Some(folder.path().to_owned()),
                bots: 0,
                max_players: max,
                ..Options::default()
            };
            runtime
                .block_on(Server::start_in(options, engine()))
                .expect("it starts")
        });
        let servers: Vec<Server> = servers.collect();
        let bars = Self {
            servers,
            runtime,
            _folders: folders,
        };
        wait_until("they know each other", || {
            (0..count).all(|at| bars.known(at) == count - 1)
        });
        bars
    }

    pub(crate) fn address(&self, at: usize) -> SocketAddr {
        self.servers[at].address()
    }

    pub(crate) fn url(&self, at: usize) -> String {
        format!("http://{}", self.address(at))
    }

    pub(crate) fn known(&self, at: usize) -> usize {
        self.servers[at]
            .house()
            .neighbours
            .alive(std::time::Instant::now())
            .len()
    }

    pub(crate) fn seat(&self, at: usize) -> Value {
        ask_json(self.address(at), "/api/seat")
    }

    pub(crate) fn drain(&mut self, at: usize) {
        let server = self.servers.remove(at);
        self.runtime.block_on(server.drain());
    }
}

pub(crate) fn here() -> impl Fn() -> Backend {
    let memory = MemoryBackend::default();
    move || Backend::Memory(memory.clone())
}

/// `POST /api/where`.
pub(crate) fn whereabouts(address: SocketAddr, token: &Token) -> Value {
    asks_where(address, "", token)
}

/// The same, by somebody who says where the seat was.
pub(crate) fn whereabouts_of(address: SocketAddr, at: &str, token: &Token) -> Value {
    asks_where(address, &format!("?at={at}"), token)
}

fn asks_where(address: SocketAddr, beside: &str, token: &Token) -> Value {
    let told: String = token.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let (status, answer) = post(address, beside, &told);
    assert_eq!(status, 200, "{answer}");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).expect("JSON")
}

fn post(address: SocketAddr, beside: &str, body: &str) -> (u16, String) {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    stream
        .set_read_timeout(Some(crate::common::PATIENCE))
        .expect("a timeout");
    let length = body.len();
    write!(stream, "POST /api/where{beside} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").expect("it reads");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer); // What came until then.
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), answer)
}

#[test]
fn a_full_server_sends_people_to_the_least_loaded_before_they_open_anything() {
    let bars = Bars::open(3, 2, here());
    let _a = Phone::join(bars.address(0), "a", "ann");
    let _b = Phone::join(bars.address(0), "a", "bob");
    let _c = Phone::join(bars.address(1), "a", "cho");
    let best = |told: &Value| told["elsewhere"][0].clone();
    wait_until("the third is known to be the emptiest", || {
        let told = bars.seat(0);
        told["full"] == true && best(&told) == *bars.url(2)
    });
    // All full: nobody is sent round in circles.
    let _d = Phone::join(bars.address(1), "a", "dan");
    let _e = Phone::join(bars.address(2), "a", "eve");
    let _f = Phone::join(bars.address(2), "a", "fay");
    wait_until("nobody has a seat", || {
        bars.seat(0)["elsewhere"]
            .as_array()
            .is_some_and(Vec::is_empty)
    });
    assert_eq!(
        bars.seat(0)["servers"].as_array().map(Vec::len),
        Some(2),
        "they are known all the same"
    );
}

#[test]
fn a_server_that_ends_is_sent_nobody_and_sends_everybody_away() {
    let mut bars = Bars::open(2, 5, here());
    bars.servers[0].house().drain();
    let told = bars.seat(0);
    assert_eq!(
        (&told["draining"], &told["elsewhere"][0]),
        (&Value::Bool(true), &Value::from(bars.url(1)))
    );
    wait_until("the other has heard of it", || {
        let house = bars.servers[1].house();
        house
            .neighbours
            .elsewhere(std::time::Instant::now())
            .is_empty()
    });
    wait_until("it is known all the same", || bars.known(1) == 1);
    bars.drain(0);
    wait_until("it is not known any more", || bars.known(0) == 0);
}

#[test]
fn a_token_finds_its_server_from_any_other() {
    let bars = Bars::open(2, 5, here());
    let ann = Phone::join(bars.address(0), "a", "ann");
    let token = ann.welcome().token;
    assert_eq!(whereabouts(bars.address(0), &token)["where"], "here");
    wait_until("the other knows", || {
        let told = whereabouts(bars.address(1), &token);
        told["where"] == "elsewhere" && told["url"] == *bars.url(0)
    });
    // She comes back where she is told to, and to nowhere once she has left.
    let welcome = ann.drops_out();
    let mut ann = Phone::resume(bars.address(0), "a", &welcome);
    assert!(ann.welcome().resumed);
    ann.says(&rush::wire::ToServer::Leave);
    assert_eq!(ann.hears_goodbye().0, 1000);
    wait_until("it leads nowhere", || {
        whereabouts(bars.address(1), &token)["where"] == "gone"
    });
    assert_eq!(
        whereabouts(bars.address(1), &Token([7; 16]))["where"],
        "gone"
    );
    for wrong in ["", "1234", &"g".repeat(32), &"1".repeat(40_000)] {
        assert_eq!(post(bars.address(0), "", wrong).0, 400, "{}", wrong.len());
    }
}

#[test]
fn a_page_of_one_server_may_ask_and_play_at_another_and_a_page_from_elsewhere_may_not() {
    let bars = Bars::open(2, 5, here());
    let from = |origin: &str| {
        ask(
            bars.address(1),
            "/api/seat",
            &format!("Origin: {origin}\r\n"),
        )
        .1
    };
    let (ours, theirs) = (bars.url(0), "http://evil.example");
    assert!(from(&ours).contains(&format!("access-control-allow-origin: {ours}")));
    assert!(!from(theirs).contains("access-control-allow-origin"));
    let plays = |origin: &str| {
        let origin = origin.to_owned();
        Phone::try_knock(bars.address(1), "a", move |headers| {
            headers.insert("origin", origin.parse().expect("a header"));
        })
    };
    assert!(plays(&ours).is_ok());
    assert!(plays(theirs).is_err());
    let (_, page) = ask(bars.address(0), "/", "");
    let (there, socket) = (bars.url(1), bars.url(1).replacen("http", "ws", 1));
    assert!(
        page.contains(&format!(" {there} {socket};")),
        "its policy lets it: {page}"
    );
}

#[test]
fn one_board_for_all_servers() {
    let bars = Bars::open(2, 5, here());
    for (at, name, points) in [(0, "ann", 5), (1, "bob", 7)] {
        let score = demo_08_snack_game::store::Score {
            name: name.to_owned(),
            team: 1,
            points,
        };
        let store = &bars.servers[at].house().store;
        assert!(store.keep_scores(&"a".into(), store.wall().day(), vec![score]));
    }
    for at in 0..2 {
        wait_until("both are on it", || {
            let board = ask_json(bars.address(at), "/api/leaderboard");
            let names = |which: &str| {
                board[which]
                    .as_array()
                    .map(|all| all.iter().map(|it| it["name"].clone()).collect::<Vec<_>>())
            };
            names("today") == Some(vec!["bob".into(), "ann".into()])
                && names("ever") == names("today")
        });
    }
    // A room's own board stays its server's: two rooms of one name are two rooms.
    let board = ask_json(bars.address(0), "/api/leaderboard?room=a");
    assert_eq!(board["ever"].as_array().map(Vec::len), Some(1), "{board}");
}
