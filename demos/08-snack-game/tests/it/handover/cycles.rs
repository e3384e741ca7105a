//! A crowd plays while its server is replaced and killed again and again.

use crate::{
    common::{Client, Received, wait_until},
    handover::game::{Game, ROOM, log},
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

/// Time between two changes. A worker must have lived for a second before it crashes, or the
/// supervisor counts a crash loop.
const BETWEEN: Duration = Duration::from_millis(1_300);

/// Number of listeners that join before a crowd, and of those that join after it.
const LISTENERS: usize = 4;

/// Players who only receive, each in its own thread. The crowd of a thousand shares one thread and
/// receives a tick when that thread gets to it; a listener receives it when it arrives.
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
            let mut client = Client::join(address, ROOM, "listener");
            let enough = Arc::clone(&self.enough);
            self.threads.push(thread::spawn(move || {
                let (mut longest, mut before) = (Duration::ZERO, None);
                while !enough.load(Ordering::Relaxed) {
                    let received = client.receive();
                    assert!(matches!(received, Received::Message(_)), "{received:?}");
                    if let Received::Message(ToClient::Delta(_) | ToClient::Snapshot(_)) = received
                    {
                        let now = Instant::now();
                        let apart = before.replace(now).map(|before| now - before);
                        longest = longest.max(apart.unwrap_or_default());
                    }
                }
                client.send(&ToServer::Leave); // Otherwise the seat would be kept for the grace.
                longest
            }));
        }
    }

    /// Returns the longest time between two ticks that any listener saw.
    fn longest(self) -> Duration {
        self.enough.store(true, Ordering::Relaxed);
        let received = self.threads.into_iter().map(|it| it.join());
        let received = received.map(|longest| longest.expect("it received every tick"));
        received.max().unwrap_or_default()
    }
}

/// A change of the server during a game, with its name.
type Change = (&'static str, fn(&Game));

const RESTARTS: Change = ("restarts", Game::replace);
const KILLS: Change = ("kills", Game::crash);

/// No change: the delays of the machine itself.
const NOTHING: Change = ("times nothing", |_| {});

/// Plays with `players` in one room and makes each change `times` times, at moments that `seed`
/// decides.
fn play_with_changes(players: u32, changes: &[Change], times: u32, seed: u64) {
    println!("{players} players, seed {seed}");
    sockets::raise_limit();
    // A room counts a new player at the next tick, so a crowd that connects at once would be sent
    // to a room that is full by then.
    let seats = (players + 2 * LISTENERS as u32).max(160).to_string();
    // Nor is a client closed because this process did not read for some seconds.
    let patience = ["--behind-seconds", "300"];
    let options = ["--seats", &seats, "--round-seconds", "20"];
    let game = Game::start(&[&options[..], &patience].concat());
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
        // Listeners that join first and last: each tick is sent in the order of joining.
        let mut listeners = Listeners::new();
        listeners.join(LISTENERS, game.address);
        let crowd = runtime.block_on(Crowd::start(game.address, plan));
        wait_until("every player", || {
            crowd.metrics().seated == u64::from(players)
        });
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
    assert_eq!(game.log_count(log::NOT_REPLACED), 0);
}

/// Prints the figures of one change, and checks that nothing was lost.
fn judge(what: &str, times: u32, seen: &Metrics, longest: Duration) {
    let lost = seen.turns_lost + seen.turns_doubled + seen.gaps + seen.mismatches + seen.missed;
    let closes: u64 = seen.closes.values().sum();
    println!(
        "{times} {what}: {closes} closes, {} turns applied, {} lost, {} doubled, {} ticks received, {} missed, longest from tick to tick {} ms",
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
    // How long it takes is printed: on a busy machine it is the machine that is measured.
}

#[test]
fn three_restarts_and_three_crashes_lose_nothing() {
    play_with_changes(160 - 2 * LISTENERS as u32, &[RESTARTS, KILLS], 3, 7);
}

/// For the README's figures: `cargo test --release -p demo-08-snack-game --test it handover --
/// --ignored --nocapture`.
#[test]
#[ignore = "takes minutes; its figures need a quiet machine"]
fn twenty_restarts_and_crashes_with_160_and_1000_players_lose_nothing() {
    for players in [160, 1_000] {
        play_with_changes(players, &[NOTHING, RESTARTS, KILLS], 20, 2_018);
    }
}
