//! Several servers of one cluster: where they send players before a WebSocket is opened.

use crate::common::{
    Client, Folder, ask, ask_json, ask_where, free_address, patient, post_where, wait_until,
    wait_until_seen,
};
use demo_08_snack_game::{
    cluster::{Backend, MemoryBackend},
    options::Options,
    server::Server,
};
use rush::wire::Token;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::runtime::{Builder, Runtime};

/// Servers in this process that share one backend.
pub(crate) struct Servers {
    pub(crate) servers: Vec<Server>,
    runtime: Runtime,
    _folders: Vec<Folder>,
}

impl Servers {
    /// Starts servers with `max` seats each, and waits until they know each other.
    pub(crate) fn start(count: usize, max: u32, backend: impl Fn() -> Backend) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let folders: Vec<Folder> = (0..count).map(|_| Folder::with_token()).collect();
        let servers = folders.iter().map(|folder| {
            let options = Options {
                listen: free_address(),
                data: Some(folder.path().to_owned()),
                max_players: max,
                ..patient()
            };
            runtime
                .block_on(Server::start_in(options, backend()))
                .expect("the server starts")
        });
        let servers = Self {
            servers: servers.collect(),
            runtime,
            _folders: folders,
        };
        wait_until("the servers know each other", || {
            (0..count).all(|at| servers.known_peers(at) == count - 1)
        });
        servers
    }

    pub(crate) fn address(&self, at: usize) -> SocketAddr {
        self.servers[at].address()
    }

    pub(crate) fn url(&self, at: usize) -> String {
        format!("http://{}", self.address(at))
    }

    /// Number of peers that a server knows to be alive.
    pub(crate) fn known_peers(&self, at: usize) -> usize {
        self.servers[at]
            .state()
            .cluster
            .peers
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

fn in_memory() -> impl Fn() -> Backend {
    let memory = MemoryBackend::default();
    move || Backend::Memory(memory.clone())
}

#[test]
fn a_full_server_names_the_least_loaded_one_before_the_upgrade() {
    let servers = Servers::start(3, 2, in_memory());
    let _a = Client::join(servers.address(0), "a", "ann");
    let _b = Client::join(servers.address(0), "a", "bob");
    let _c = Client::join(servers.address(1), "a", "cho");
    let best = |seat: &Value| seat["elsewhere"][0].clone();
    wait_until("the third server is known to be the emptiest", || {
        let seat = servers.seat(0);
        seat["full"] == true && best(&seat) == *servers.url(2)
    });
    // If all servers are full, players are not sent round in circles.
    let _d = Client::join(servers.address(1), "a", "dan");
    let _e = Client::join(servers.address(2), "a", "eve");
    let _f = Client::join(servers.address(2), "a", "fay");
    // In one answer: on a busy machine the peers' reports may expire for a moment.
    wait_until("no server has a seat, and all of them are named", || {
        let seat = servers.seat(0);
        let count = |list: &str| seat[list].as_array().map(Vec::len);
        (count("elsewhere"), count("servers")) == (Some(0), Some(2))
    });
}

#[test]
fn a_draining_server_gets_no_players_and_sends_its_own_to_a_peer() {
    let mut servers = Servers::start(2, 5, in_memory());
    servers.servers[0].state().admission.drain();
    // On a busy machine the peer's report may expire for a moment, here and below.
    let peer = (Value::Bool(true), Value::from(servers.url(1)));
    wait_until_seen("it names the peer", peer, || {
        let seat = servers.seat(0);
        (seat["draining"].clone(), seat["elsewhere"][0].clone())
    });
    wait_until("the peer sends no players there", || {
        let peers = &servers.servers[1].state().cluster.peers;
        peers
            .redirect_newcomer(std::time::Instant::now())
            .is_empty()
    });
    wait_until("the peer still knows it", || servers.known_peers(1) == 1);
    servers.drain(0);
    wait_until("the peer no longer knows it", || {
        servers.known_peers(0) == 0
    });
}

#[test]
fn every_server_finds_the_seat_of_a_token() {
    let servers = Servers::start(2, 5, in_memory());
    let ann = Client::join(servers.address(0), "a", "ann");
    let token = ann.welcome().token;
    assert_eq!(ask_where(servers.address(0), &token)["where"], "here");
    wait_until("the other server finds the seat", || {
        let answer = ask_where(servers.address(1), &token);
        answer["where"] == "elsewhere" && answer["url"] == *servers.url(0)
    });
    // The player resumes there. After they leave, the token leads to no server.
    let welcome = ann.disconnect();
    let mut ann = Client::resume(servers.address(0), "a", &welcome);
    assert!(ann.welcome().resumed);
    ann.send(&rush::wire::ToServer::Leave);
    assert_eq!(ann.receive_close().0, 1000);
    wait_until("the seat is gone", || {
        ask_where(servers.address(1), &token)["where"] == "gone"
    });
    assert_eq!(
        ask_where(servers.address(1), &Token([7; 16]))["where"],
        "gone"
    );
    for wrong in ["", "1234", &"g".repeat(32), &"1".repeat(40_000)] {
        assert_eq!(
            post_where(servers.address(0), "", wrong).0,
            400,
            "{}",
            wrong.len()
        );
    }
}

#[test]
fn pages_of_a_peer_may_ask_and_play_and_pages_of_other_origins_may_not() {
    let servers = Servers::start(2, 5, in_memory());
    let from = |origin: &str| {
        ask(
            servers.address(1),
            "/api/seat",
            &format!("Origin: {origin}\r\n"),
        )
        .1
    };
    let (ours, foreign) = (servers.url(0), "http://evil.example");
    // On a busy machine the peer's report may expire for a moment, here and below.
    wait_until("a page of the peer may ask", || {
        from(&ours).contains(&format!("access-control-allow-origin: {ours}"))
    });
    assert!(!from(foreign).contains("access-control-allow-origin"));
    let connect = |origin: &str| {
        let origin = origin.to_owned();
        Client::try_connect(servers.address(1), "a", move |headers| {
            headers.insert("origin", origin.parse().expect("a header"));
        })
    };
    wait_until("a page of the peer may play", || connect(&ours).is_ok());
    assert!(connect(foreign).is_err());
    let (peer, socket) = (servers.url(1), servers.url(1).replacen("http", "ws", 1));
    wait_until("the page's policy allows the peer", || {
        let (_, page) = ask(servers.address(0), "/", "");
        let policy = page.split_once("connect-src ").expect("a policy").1;
        let policy = policy.split_once(';').expect("its end").0;
        let allowed: Vec<&str> = policy.split(' ').collect();
        allowed.contains(&peer.as_str()) && allowed.contains(&socket.as_str())
    });
}

#[test]
fn all_servers_show_one_leaderboard() {
    let servers = Servers::start(2, 5, in_memory());
    for (at, name, points) in [(0, "ann", 5), (1, "bob", 7)] {
        let score = demo_08_snack_game::store::Score {
            name: name.to_owned(),
            team: 1,
            points,
        };
        let store = &servers.servers[at].state().store;
        assert!(store.keep_scores(&"a".into(), store.wall().day(), vec![score]));
    }
    for at in 0..2 {
        wait_until("both players are on it", || {
            let board = ask_json(servers.address(at), "/api/leaderboard");
            let names = |which: &str| {
                board[which]
                    .as_array()
                    .map(|all| all.iter().map(|it| it["name"].clone()).collect::<Vec<_>>())
            };
            names("today") == Some(vec!["bob".into(), "ann".into()])
                && names("ever") == names("today")
        });
    }
    // The leaderboard of a room belongs to one server: equal names are different rooms.
    let board = ask_json(servers.address(0), "/api/leaderboard?room=a");
    assert_eq!(board["ever"].as_array().map(Vec::len), Some(1), "{board}");
}
