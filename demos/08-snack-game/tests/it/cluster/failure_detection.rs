//! Which peers are declared dead. The peer is only a report in the backend, and a listener at its
//! address.

use crate::{
    cluster::fake_peer::{TOKEN, elsewhere, listen, report},
    cluster::routing::Servers,
    common::{
        Folder, PATIENCE, ask, ask_where, free_address, patient, wait_until, wait_until_seen,
    },
};
use demo_08_snack_game::{
    cluster::{
        Backend, MemoryBackend, Report, SERVER_TTL, ServerInfo,
        failure_detector::{SUSPECT_AFTER, VERDICT_TTL},
    },
    options::Options,
    server::Server,
};
use rush::wire::Token;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A server, and the backend in which a test writes the reports of its peer.
struct Scene {
    servers: Servers,
    memory: MemoryBackend,
}

impl Scene {
    fn new() -> Self {
        let memory = MemoryBackend::default();
        let shared = memory.clone();
        Self {
            servers: Servers::start(1, 5, move || Backend::Memory(shared.clone())),
            memory,
        }
    }

    /// Reports the peer, waits until the server knows it, and reports it once more.
    fn introduce(&self, url: &str) {
        self.report(url);
        wait_until("the server knows the peer", || {
            self.servers.known_peers(0) == 1
        });
        self.report(url);
    }

    fn report(&self, url: &str) {
        self.report_for(url, SERVER_TTL);
    }

    fn report_for(&self, url: &str, ttl: Duration) {
        self.report_as(ServerInfo::new(url, 9), ttl);
    }

    fn report_as(&self, server: ServerInfo, ttl: Duration) {
        exchange(&self.memory, &report(server, ttl));
    }

    /// Asks the server for the peer's seat.
    fn ask_where(&self) -> Value {
        ask_where(self.servers.address(0), &TOKEN)
    }

    /// Waits until the peer whose listener was dropped is dead. A child that another test starts
    /// has this test's files until it has become a program, so the port may accept for a moment.
    fn wait_until_relocated(&self) {
        wait_until_seen("the peer is dead", self.relocated(), || self.ask_where());
    }

    /// The answer if the peer is dead: the seat is gone, and the server offers one itself.
    fn relocated(&self) -> Value {
        json!({ "where": "gone", "anywhere": [self.servers.url(0)] })
    }
}

fn exchange(memory: &MemoryBackend, report: &Report) {
    let mut backend = Backend::Memory(memory.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime
        .expect("a runtime")
        .block_on(backend.exchange(report))
        .expect("the memory backend answers");
}

#[test]
fn a_peer_that_refuses_and_is_silent_is_dead_and_gets_no_players() {
    let scene = Scene::new();
    let (listener, url) = listen();
    scene.introduce(&url);
    drop(listener);
    let reported = Instant::now();
    scene.report(&url);
    scene.wait_until_relocated();
    assert!(
        reported.elapsed() >= SUSPECT_AFTER,
        "no peer is dead within {SUSPECT_AFTER:?}"
    );
    // The backend may still repeat the last report. The peer stays dead, and its death is counted
    // once.
    for _ in 0..3 {
        assert_eq!(scene.ask_where()["where"], "gone");
        thread::sleep(VERDICT_TTL);
    }
    assert_eq!(scene.servers.known_peers(0), 0);
    let (_, metrics) = ask(scene.servers.address(0), "/metrics", "");
    let deaths = metrics
        .lines()
        .find_map(|line| line.strip_prefix("snack_rush_servers_found_dead_total "));
    // Zero, if this machine was so slow that the report expired before the check.
    assert!(matches!(deaths, Some("0" | "1")), "{deaths:?}");
}

#[test]
fn a_draining_peer_is_waited_for_although_it_refuses_and_is_silent() {
    let scene = Scene::new();
    let (listener, url) = listen();
    scene.introduce(&url);
    drop(listener);
    let draining = ServerInfo {
        draining: true,
        ..ServerInfo::new(&url, 9)
    };
    // A verdict from before the report is reused for a moment, and on a slow machine the report
    // may expire before the answer. So the test tries again.
    for _ in 0..100 {
        thread::sleep(VERDICT_TTL);
        let reported = Instant::now();
        scene.report_as(draining.clone(), SERVER_TTL);
        let answer = scene.ask_where();
        if reported.elapsed() < SERVER_TTL {
            assert_eq!(answer, elsewhere(&url), "the peer restarts");
            return;
        }
    }
    panic!("no answer in time");
}

#[test]
fn a_peer_that_refuses_but_sends_heartbeats_is_alive() {
    let scene = Scene::new();
    let (listener, url) = listen();
    scene.introduce(&url);
    drop(listener); // As a firewall between the two servers would do.
    // With so long a time to live, the report looks as if the last heartbeat came just now.
    scene.report_for(&url, SERVER_TTL * 200);
    for _ in 0..3 {
        assert_eq!(scene.ask_where(), elsewhere(&url));
    }
    scene.report(&url);
    wait_until("the peer has missed its heartbeats and is dead", || {
        scene.ask_where() == scene.relocated()
    });
}

#[test]
fn a_peer_that_hangs_is_dead_after_the_ttl_and_no_sooner() {
    let scene = Scene::new();
    let (_listener, url) = listen(); // The kernel accepts connections, and no answer comes.
    scene.introduce(&url);
    let reported = Instant::now();
    scene.report(&url);
    loop {
        let answer = scene.ask_where();
        if answer == scene.relocated() {
            break;
        }
        assert_eq!(answer, elsewhere(&url));
        assert!(
            reported.elapsed() < PATIENCE,
            "the peer is not declared dead"
        );
    }
    assert!(reported.elapsed() >= SERVER_TTL, "declared dead too early");
}

#[test]
fn a_peer_that_only_lost_the_backend_keeps_its_players() {
    let scene = Scene::new();
    let folder = Folder::with_token();
    let options = Options {
        listen: free_address(),
        data: Some(folder.path().to_owned()),
        ..patient()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let server = runtime
        .block_on(Server::start(options))
        .expect("the server starts");
    let url = format!("http://{}", server.address());
    scene.introduce(&url);
    wait_until("the report has expired", || {
        scene.servers.known_peers(0) == 0
    });
    for _ in 0..3 {
        // A probe that this machine delays for half a second finds no peer. The next one does.
        wait_until_seen("the peer is alive", elsewhere(&url), || scene.ask_where());
        thread::sleep(VERDICT_TTL);
    }
    drop(server);
    drop(runtime); // Closes its listener.
    wait_until("the peer is dead", || {
        scene.ask_where() == scene.relocated()
    });
}

#[test]
fn a_restarted_peer_gets_players_again() {
    let scene = Scene::new();
    let (listener, url) = listen();
    scene.introduce(&url);
    let address = listener.local_addr().expect("an address");
    drop(listener);
    scene.wait_until_relocated();
    let _listener = TcpListener::bind(address).expect("the port is free again");
    let restarted = ServerInfo {
        players: 1, // So the report differs from its last one.
        ..ServerInfo::new(&url, 9)
    };
    let report = Report {
        held: Vec::new(),
        seat_ttl: SERVER_TTL,
        ..report(restarted, SERVER_TTL)
    };
    wait_until("the peer is known again", || {
        exchange(&scene.memory, &report);
        scene.servers.known_peers(0) == 1
    });
    // The verdict of a moment ago expires, and the next question starts a new check.
    wait_until("its seat is found again", || {
        scene.ask_where() == elsewhere(&url)
    });
}

#[test]
fn a_peer_is_probed_four_times_a_second_at_most_however_many_players_ask() {
    let scene = Scene::new();
    let (listener, url) = listen();
    let probes = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&probes);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::Relaxed);
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let _unless_gone = (&stream).write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        }
    });
    scene.introduce(&url);
    let before = Instant::now();
    let mut asked = 0;
    while before.elapsed() < VERDICT_TTL * 4 || asked < 50 {
        assert!(before.elapsed() < PATIENCE, "{asked} answers in time");
        let reported = Instant::now();
        scene.report(&url);
        let answer = scene.ask_where();
        // On a slow machine the report may expire before the answer, and then the probe decides.
        if reported.elapsed() < SERVER_TTL {
            assert_eq!(answer, elsewhere(&url));
            asked += 1;
        }
    }
    let most = before.elapsed().div_duration_f64(VERDICT_TTL).ceil() as u32 + 1;
    let probes = probes.load(Ordering::Relaxed);
    assert!(
        (1..=most).contains(&probes),
        "{probes} probes for {asked} questions, expected at most {most}"
    );
    // A question for an unknown seat causes no probe.
    for n in 0..50 {
        let answer = ask_where(scene.servers.address(0), &Token([n; 16]));
        assert!(n == 7 || answer == json!({ "where": "gone" }), "{answer}");
    }
}
