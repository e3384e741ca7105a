//! A crowd that plays while its server is replaced and killed, and what it counted.

use crate::{
    common::{Client, Received, wait_until},
    game::{Game, ROOM},
};
use crowd::{Crowd, Metrics, Plan};
use rush::wire::{ToClient, ToServer};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A worker has to have lived for a second before it may be killed: the keeper does not believe
/// that one after the other dies by chance.
const BETWEEN: Duration = Duration::from_millis(1_300);

/// So many come before a crowd and so many after it.
const LISTENERS: usize = 4;

/// Players beside the crowd who do nothing but listen, each in a thread of its own: what comes to a
/// crowd of a thousand in one thread is heard when that thread gets to it, what comes to these is
/// heard when it comes.
struct Listeners {
    enough: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<Duration>>,
}

impl Listeners {
    fn new() -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let threads = Vec::new();
        Self { enough, threads }
    }

    fn join(&mut self, count: usize, address: SocketAddr) {
        for _ in 0..count {
            let mut phone = Client::join(address, ROOM, "listener");
            let enough = Arc::clone(&self.enough);
            self.threads.push(thread::spawn(move || {
                let (mut longest, mut before) = (Duration::ZERO, None);
                while !enough.load(Ordering::Relaxed) {
                    let heard = phone.receive();
                    assert!(matches!(heard, Received::Message(_)), "{heard:?}");
                    if let Received::Message(ToClient::Delta(_) | ToClient::Snapshot(_)) = heard {
                        let now = Instant::now();
                        let apart = before.replace(now).map(|before| now - before);
                        longest = longest.max(apart.unwrap_or_default());
                    }
                }
                phone.send(&ToServer::Leave); // Or its seat would be kept for it.
                longest
            }));
        }
    }

    /// The longest that any of them waited from tick to tick.
    fn longest(self) -> Duration {
        self.enough.store(true, Ordering::Relaxed);
        let heard = self.threads.into_iter().map(|it| it.join());
        let heard = heard.map(|longest| longest.expect("it heard every tick"));
        heard.max().unwrap_or_default()
    }
}

/// What is done to a server in the midst of a game, and its name.
type Change = (&'static str, fn(&Game));

const RESTARTS: Change = ("restarts", Game::replace);
const KILLS: Change = ("kills", Game::crash);

/// What the machine does to a tick by itself.
const NOTHING: Change = ("times nothing", |_| {});

/// So many players in one room, and each change so many times, each after a moment that `seed`
/// chooses.
fn evening(players: u32, changes: &[Change], times: u32, seed: u64) {
    println!("{players} players, seed {seed}");
    descriptors::raise();
    // Who joins is heard at the tick, so a crowd that comes at once would be sent to a room that is
    // full by then.
    let seats = (players + 2 * LISTENERS as u32).max(160).to_string();
    let game = Game::start(&["--seats", &seats, "--round-seconds", "20"]);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let mut chance = seed;
    for (what, change) in changes {
        let plan = Plan {
            players,
            seed,
            room: Some(ROOM.to_owned()),
            ramp: Duration::from_secs(2),
            ..Plan::default()
        };
        // The first and the last whom a tick is told.
        let mut listeners = Listeners::new();
        listeners.join(LISTENERS, game.address);
        let crowd = runtime.block_on(Crowd::start(game.address, plan));
        wait_until("everybody", || crowd.metrics().seated == u64::from(players));
        listeners.join(LISTENERS, game.address);
        for _ in 0..times {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            thread::sleep(BETWEEN + Duration::from_millis((chance >> 33) % 700));
            change(&game);
        }
        thread::sleep(BETWEEN);
        let seen = crowd.metrics();
        let longest = listeners.longest();
        let home = runtime.block_on(crowd.stop());
        assert!(home.is_honest(), "{home}");
        judge(what, times, &seen, longest);
    }
    assert_eq!(game.log_count("nothing was changed"), 0);
}

/// Prints what there is to know of a part, and asserts what must never be.
fn judge(what: &str, times: u32, seen: &Metrics, longest: Duration) {
    let lost = seen.turns_lost + seen.turns_doubled + seen.gaps + seen.mismatches + seen.missed;
    let closes: u64 = seen.closes.values().sum();
    println!(
        "{times} {what}: {closes} closes, {} turns applied, {} lost, {} doubled, {} ticks heard, {} missed, longest from tick to tick {} ms",
        seen.turns_acked,
        seen.turns_lost,
        seen.turns_doubled,
        seen.deltas,
        seen.missed,
        longest.as_millis()
    );
    assert_eq!(
        (closes, lost, seen.failed_resumes, seen.resumed),
        (0, 0, 0, 0),
        "{seen}"
    );
    assert!(seen.turns_acked > 0, "{seen}");
    // Generous: the machine that tests may be busy. What it is on a quiet one is measured, and
    // stands in the README.
    assert!(longest < Duration::from_secs(10), "{seen}");
}

#[test]
fn nobody_notices_three_restarts_and_three_crashes() {
    evening(160 - 2 * LISTENERS as u32, &[RESTARTS, KILLS], 3, 7);
}

/// The README's figures: `cargo test --release -p demo-08-snack-game --test handover -- --ignored
/// --nocapture`.
#[test]
#[ignore = "minutes, and figures that mean something on a quiet machine alone"]
fn nobody_notices_twenty_of_each_with_160_and_with_1000_players() {
    for players in [160, 1_000] {
        evening(players, &[NOTHING, RESTARTS, KILLS], 20, 2_018);
    }
}
