//! A server dies while there is no directory to say so. The one that is left has heard of it
//! before, and looks for itself. The other server is a word in Redis here, and whatever listens at
//! its address.

use crate::{
    common::{Folder, ask, wait_until},
    others::{TOKEN, door, elsewhere, word},
    redis::Redis,
    servers::{Bars, whereabouts, whereabouts_of},
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

/// Between two questions.
const LOOK: Duration = Duration::from_millis(300);

/// A server, and a Redis that has told it of others and is gone.
struct Scene {
    redis: Redis,
    bars: Bars,
}

impl Scene {
    /// The others are at these addresses.
    fn of(test: &str, others: &[&str]) -> Option<Self> {
        let mut redis = Redis::for_test(test)?;
        let link = {
            let url = redis.url();
            move || Backend::Redis(Box::new(RedisBackend::new(&url).expect("an address")))
        };
        let mut other = link();
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let bars = Bars::open(1, 5, link);
        wait_until("it is heard", || {
            for url in others {
                let said =
                    runtime.block_on(other.exchange(&word(ServerInfo::new(url, 9), SERVER_TTL)));
                said.expect("it answers");
            }
            bars.known(0) == others.len()
        });
        redis.kill();
        let scene = Self { redis, bars };
        wait_until("the directory is gone", || {
            let (_, metrics) = ask(scene.bars.address(0), "/metrics", "");
            metrics.contains("snack_rush_directory_up 0") && scene.bars.known(0) == 0
        });
        Some(scene)
    }

    /// Where our seat is, which was on that server.
    fn told(&self, url: &str) -> Value {
        whereabouts_of(self.bars.address(0), url, &TOKEN)
    }

    fn here(&self) -> Value {
        json!({ "where": "gone", "anywhere": [self.bars.url(0)] })
    }
}

#[test]
fn players_of_a_server_that_died_with_the_directory_are_seated_anew() {
    let (door, url) = door();
    let Some(mut scene) = Scene::of("a server that died with the directory", &[&url]) else {
        return;
    };
    drop(door);
    let first = Instant::now();
    loop {
        let told = scene.told(&url);
        if told == scene.here() {
            break;
        }
        assert_eq!(told, elsewhere(&url), "it may only be restarted");
        assert!(first.elapsed() < RESTART_TTL * 6, "it does not die");
        thread::sleep(LOOK);
    }
    assert!(first.elapsed() >= RESTART_TTL, "it died too early");
    // The next one who asks does not wait, and whoever says nothing, or names somebody of whom
    // nobody has heard, learns nothing.
    assert_eq!(scene.told(&url), scene.here());
    let unknown = json!({ "where": "unknown" });
    assert_eq!(whereabouts(scene.bars.address(0), &TOKEN), unknown);
    assert_eq!(scene.told("http://127.0.0.1:1"), unknown);
    assert_eq!(scene.told(&scene.bars.url(0)), unknown);
    // The directory is back, empty: until all seats may have been said again, it is no better than
    // none.
    scene.redis.start();
    wait_until("it is back", || {
        let (_, metrics) = ask(scene.bars.address(0), "/metrics", "");
        metrics.contains("snack_rush_directory_up 1")
    });
    wait_until("it is dead all the same", || {
        scene.told(&url)["where"] == "gone"
    });
}

#[test]
fn a_server_that_hangs_without_a_directory_is_dead_for_those_whom_it_does_not_answer() {
    let (_door, url) = door(); // The kernel lets everybody in, and nobody answers.
    let Some(scene) = Scene::of("a server that hangs without a directory", &[&url]) else {
        return;
    };
    assert_eq!(scene.told(&url), elsewhere(&url));
    wait_until("it is dead", || scene.told(&url) == scene.here());
}

#[test]
fn a_server_that_lives_is_not_dead_because_we_are_cut_off_from_the_directory() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = Folder::new();
    let options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: Some(folder.path().to_owned()),
        bots: 0,
        ..Options::default()
    };
    let server = runtime.block_on(Server::start(options)).expect("it starts");
    let url = format!("http://{}", server.address());
    // And one behind TLS, whom nobody can hear to be well.
    let (_door, plain) = door();
    let sealed = plain.replacen("http", "https", 1);
    let Some(scene) = Scene::of("a server that lives", &[&url, &sealed]) else {
        return;
    };
    let first = Instant::now();
    while first.elapsed() < RESTART_TTL + LOOK * 3 {
        for url in [&url, &sealed] {
            assert_eq!(scene.told(url), elsewhere(url), "it plays on");
        }
        thread::sleep(LOOK);
    }
}
