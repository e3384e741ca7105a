//! What every backend does. Each test runs on the memory backend, and on Redis if it is installed.

mod leaderboard;
mod reports;
mod seats;

use crate::common::redis::Redis;
use demo_08_snack_game::{
    cluster::{Backend, ClusterView, MemoryBackend, RedisBackend, Report, SeatKey, ServerInfo},
    store::Board,
};
use rush::wire::Token;
use std::{future::Future, time::Duration};

/// A time to live that outlasts a few requests, also on a busy machine, and is over soon.
const BRIEF: Duration = Duration::from_millis(1_500);
/// A time to live that no test outlasts.
const LONG: Duration = Duration::from_secs(600);

/// The backend under test.
struct Place {
    name: &'static str,
    url: Option<String>,
    memory: MemoryBackend,
}

impl Place {
    /// Makes a client of the backend. All clients of one place share its state.
    fn backend(&self) -> Backend {
        match &self.url {
            Some(url) => Backend::Redis(Box::new(RedisBackend::new(url).expect("an address"))),
            None => Backend::Memory(self.memory.clone()),
        }
    }
}

/// Runs a test on the memory backend, and on a fresh Redis if there is one.
#[track_caller]
fn in_both<F: Future<Output = ()>>(test: &str, run: impl Fn(Place) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let place = |name, url| Place {
        name,
        url,
        memory: MemoryBackend::default(),
    };
    runtime.block_on(run(place("memory", None)));
    if let Some(redis) = Redis::for_test(test) {
        runtime.block_on(run(place("redis", Some(redis.url()))));
    }
}

fn report(url: &str) -> Report {
    Report {
        server: ServerInfo::new(url, 100),
        ttl: LONG,
        held: Vec::new(),
        seat_ttl: LONG,
        freed: Vec::new(),
        day: 20_000,
        board: Board::default(),
    }
}

fn urls(view: &ClusterView) -> Vec<&str> {
    let mut urls: Vec<&str> = view.servers.iter().map(|it| it.url.as_str()).collect();
    urls.sort();
    urls
}

fn key(n: u8) -> SeatKey {
    SeatKey::of(&Token([n; 16]))
}
