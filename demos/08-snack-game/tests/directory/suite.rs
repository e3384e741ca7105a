//! What a directory does, whichever it is.

mod boards;
mod seats;
mod words;

use crate::redis::Redis;
use demo_08_snack_game::{
    cluster::{
        Backend, MemoryBackend, RedisBackend, SeatKey, ServerInfo,
        backend::{ClusterView, Report},
    },
    store::Board,
};
use rush::wire::Token;
use std::{future::Future, time::Duration};

/// Long for this test, also on a busy machine, and soon over.
const SERVER_TTL: Duration = Duration::from_millis(1_500);
const LONG: Duration = Duration::from_secs(600);

/// Several servers that were told of one directory.
struct Place {
    name: &'static str,
    url: Option<String>,
    memory: MemoryBackend,
}

impl Place {
    fn engine(&self) -> Backend {
        match &self.url {
            Some(url) => Backend::Redis(Box::new(RedisBackend::new(url).expect("an address"))),
            None => Backend::Memory(self.memory.clone()),
        }
    }
}

/// Plays it in the process, and in a fresh Redis if there is one.
#[track_caller]
fn in_both<F: Future<Output = ()>>(test: &str, play: impl Fn(Place) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let place = |name, url| Place {
        name,
        url,
        memory: MemoryBackend::default(),
    };
    runtime.block_on(play(place("in this process", None)));
    if let Some(redis) = Redis::for_test(test) {
        runtime.block_on(play(place("redis", Some(redis.url()))));
    }
}

fn word(url: &str) -> Report {
    Report {
        card: ServerInfo::new(url, 100),
        life: LONG,
        held: Vec::new(),
        grace: LONG,
        freed: Vec::new(),
        day: 20_000,
        board: Board::default(),
    }
}

fn urls(news: &ClusterView) -> Vec<&str> {
    let mut urls: Vec<&str> = news.cards.iter().map(|card| card.url.as_str()).collect();
    urls.sort();
    urls
}

fn mark(n: u8) -> SeatKey {
    SeatKey::of(&Token([n; 16]))
}
