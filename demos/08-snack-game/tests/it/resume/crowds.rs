//! The server of a crowd is restarted again and again: who resumes, how soon, and whether a turn is
//! lost.

use crate::{
    common::{ask_json, wait_until_seen},
    resume::accept_queue::{overflows, queues},
    resume::server::Server,
};
use crowd::{Crowd, Metrics, Plan};
use rustix::process::Signal;
use std::{
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Builder;

/// Maximum time until every player has a seat, also on a busy machine.
const SEATED: Duration = Duration::from_secs(120);

#[test]
fn every_player_resumes_after_each_of_three_restarts() {
    play_with_restarts(60, 3, 7);
}

/// For the README's figures: `cargo test --release -p demo-08-snack-game --test it resume --
/// --ignored --nocapture`.
#[test]
#[ignore = "takes minutes; its figures need a quiet machine"]
fn a_thousand_players_resume_after_each_of_ten_restarts() {
    if cfg!(debug_assertions) {
        panic!("its figures need an optimised build: cargo test --release");
    }
    play_with_restarts(1_000, 10, 2_018);
    queues();
}

/// Plays with `players` and restarts the server `times` times, at moments that `seed` decides.
fn play_with_restarts(players: u32, times: u32, seed: u64) {
    sockets::raise_limit();
    let mut server = Server::start(&["--round-seconds", "20"]);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let plan = Plan {
        players,
        seed,
        called: Some("guest".to_owned()),
        ramp: Duration::from_secs(2),
        ..Plan::default()
    };
    let crowd = runtime.block_on(Crowd::start(server.address(), plan));
    wait("every player has a seat", &crowd, |seen| {
        seen.seated == u64::from(players)
    });
    // Two players may have wanted the last seat of a room. From here on none is redirected.
    let first: u64 = crowd.metrics().closes.values().sum();
    let (before, mut chance) = (overflows(), seed);
    let (mut down, mut longest) = (Duration::ZERO, Duration::ZERO);
    for time in 1..=times {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        thread::sleep(Duration::from_millis(1_000 + (chance >> 33) % 1_000));
        let began = Instant::now();
        server.signal(Signal::TERM);
        let ended = server.wait_for_exit();
        assert_eq!(ended.code, Some(0), "{ended}");
        down = began.elapsed();
        server.restart();
        longest = longest.max(began.elapsed());
        let all = u64::from(time * players);
        wait("every player is back", &crowd, |seen| {
            seen.resumed + seen.failed_resumes + seen.reseated == all
        });
        // A room counts its players after it has welcomed them.
        wait_until_seen("one seat for each player", u64::from(players), || {
            let rooms = ask_json(server.address(), "/api/rooms");
            let rooms = rooms["rooms"].as_array().expect("rooms").iter();
            rooms.filter_map(|room| room["players"].as_u64()).sum()
        });
    }
    // The last turns are acknowledged, or counted as lost.
    let applied = crowd.metrics().turns_acked;
    wait("turns", &crowd, |seen| seen.turns_acked > applied);
    let seen = crowd.metrics();
    let home = runtime.block_on(crowd.stop());
    assert!(home.is_honest(), "{home}");
    let all = u64::from(times * players);
    assert_eq!(seen.closes.get(&1012), Some(&all), "{seen}");
    assert_eq!(seen.closes.values().sum::<u64>(), first + all, "{seen}");
    assert_eq!(
        (seen.resumed, seen.reseated, seen.failed_resumes),
        (all, 0, 0),
        "{seen}"
    );
    assert!(seen.turns_acked > 0, "{seen}");
    let at = |quantile| seen.resume_times.value_at_quantile(quantile) as f64 / 1e6;
    println!(
        "{players} players, {times} restarts, seed {seed}\n\
         ended with 1012: {}; back in their own seats with all their points: {}\n\
         from SIGTERM to the exit {:.2} s (the last time), to listening again {:.2} s at most\n\
         from the end of the line to the seat: half within {:.1} s, 99 % within {:.1} s, the last {:.1} s\n\
         turns: {} applied, {} lost, {} doubled\n\
         connects that found the accept queue full: {}",
        seen.closes[&1012],
        seen.resumed,
        down.as_secs_f64(),
        longest.as_secs_f64(),
        at(0.5),
        at(0.99),
        seen.resume_times.max() as f64 / 1e6,
        seen.turns_acked,
        home.turns_lost,
        home.turns_doubled,
        overflows().saturating_sub(before),
    );
}

#[track_caller]
fn wait(what: &str, crowd: &Crowd, is_so: impl Fn(&Metrics) -> bool) {
    let until = Instant::now() + SEATED;
    loop {
        let seen = crowd.metrics();
        if is_so(&seen) {
            return;
        }
        assert!(Instant::now() < until, "waited for: {what}\n{seen}");
        thread::sleep(Duration::from_millis(20));
    }
}
