//! A peer dies while the backend is unreachable. The server that is left knows the peer from
//! before, and probes it.

use crate::{
    cluster::fake_peer::{TOKEN, elsewhere, listen, report},
    cluster::routing::Servers,
    common::redis::Redis,
    common::{Folder, PATIENCE, ask, ask_where, ask_where_claiming, patient, wait_until},
};
use demo_08_snack_game::{
    cluster::{Backend, RESTART_TTL, RedisBackend, SERVER_TTL, ServerInfo},
    options::Options,
    server::Server,
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Builder;

/// Interval between two questions.
const INTERVAL: Duration = Duration::from_millis(300);

/// A server that learned its peers from a Redis, which was killed afterwards.
struct Scene {
    redis: Redis,
    servers: Servers,
}

impl Scene {
    /// Makes a server that knows the peers with these URLs. `None` if no Redis is installed.
    fn new(test: &str, peers: &[&str]) -> Option<Self> {
        let mut redis = Redis::for_test(test)?;
        let backend = {
            let url = redis.url();
            move || Backend::Redis(Box::new(RedisBackend::new(&url).expect("an address")))
        };
        let mut peer = backend();
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let servers = Servers::start(1, 5, backend);
        wait_until("the server knows its peers", || {
            for url in peers {
                let report = report(ServerInfo::new(url, 9), SERVER_TTL);
                let sent = runtime.block_on(peer.exchange(&report));
                sent.expect("Redis answers");
            }
            servers.known_peers(0) == peers.len()
        });
        redis.kill();
        let scene = Self { redis, servers };
        wait_until("the server notices the outage", || {
            let (_, metrics) = ask(scene.servers.address(0), "/metrics", "");
            metrics.contains("snack_rush_directory_up 0") && scene.servers.known_peers(0) == 0
        });
        Some(scene)
    }

    /// Asks the server for the seat, claiming that it was on the peer with this URL.
    fn ask_where(&self, url: &str) -> Value {
        ask_where_claiming(self.servers.address(0), url, &TOKEN)
    }

    /// The answer if the peer is dead: the seat is gone, and the server offers one itself.
    fn relocated(&self) -> Value {
        json!({ "where": "gone", "anywhere": [self.servers.url(0)] })
    }
}

#[test]
fn without_redis_a_dead_peers_players_are_relocated_after_the_restart_ttl() {
    let (listener, url) = listen();
    let Some(mut scene) = Scene::new("a peer that died with Redis", &[&url]) else {
        return;
    };
    drop(listener);
    let first = Instant::now();
    loop {
        let answer = scene.ask_where(&url);
        if answer == scene.relocated() {
            break;
        }
        assert_eq!(answer, elsewhere(&url), "the peer may only be restarting");
        assert!(first.elapsed() < PATIENCE, "the peer is not declared dead");
        thread::sleep(INTERVAL);
    }
    assert!(first.elapsed() >= RESTART_TTL, "declared dead too early");
    // The next player who asks does not wait. A player who names no server, an unknown one, or
    // this one, is answered with "unknown".
    assert_eq!(scene.ask_where(&url), scene.relocated());
    let unknown = json!({ "where": "unknown" });
    assert_eq!(ask_where(scene.servers.address(0), &TOKEN), unknown);
    assert_eq!(scene.ask_where("http://127.0.0.1:1"), unknown);
    assert_eq!(scene.ask_where(&scene.servers.url(0)), unknown);
    // Redis comes back empty. Until all seats may have been reported again, its answers count no
    // more than an outage does.
    scene.redis.start();
    wait_until("Redis is back", || {
        let (_, metrics) = ask(scene.servers.address(0), "/metrics", "");
        metrics.contains("snack_rush_directory_up 1")
    });
    wait_until("the peer is still dead", || {
        scene.ask_where(&url)["where"] == "gone"
    });
}

#[test]
fn without_redis_a_peer_that_hangs_is_declared_dead() {
    let (_listener, url) = listen(); // The kernel accepts connections, and no answer comes.
    let Some(scene) = Scene::new("a peer that hangs without Redis", &[&url]) else {
        return;
    };
    assert_eq!(scene.ask_where(&url), elsewhere(&url));
    wait_until("the peer is declared dead", || {
        scene.ask_where(&url) == scene.relocated()
    });
}

#[test]
fn without_redis_a_peer_that_answers_stays_alive() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = Folder::with_token();
    let options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: Some(folder.path().to_owned()),
        ..patient()
    };
    let server = runtime
        .block_on(Server::start(options))
        .expect("the server starts");
    let url = format!("http://{}", server.address());
    // A second peer is behind TLS, so the probe cannot read its answer.
    let (_listener, plain) = listen();
    let tls = plain.replacen("http", "https", 1);
    let Some(scene) = Scene::new("a peer that answers", &[&url, &tls]) else {
        return;
    };
    let first = Instant::now();
    while first.elapsed() < RESTART_TTL + INTERVAL * 3 {
        for url in [&url, &tls] {
            assert_eq!(scene.ask_where(url), elsewhere(url), "the peer is alive");
        }
        thread::sleep(INTERVAL);
    }
}
