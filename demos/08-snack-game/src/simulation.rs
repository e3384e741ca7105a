//! Simulated scenarios: the gateway, the rooms and the readers of the real server, on turmoil's
//! simulated network instead of the kernel's. Every event follows from a seed, so a scenario that
//! fails can be replayed.
//!
//! Covers: connections whose bytes are held back for longer than any timeout; connections that lose
//! bytes, in both directions or in one, and are dead from then on; a server that crashes in
//! mid-scenario, with or without a reset from its kernel, and is restarted with nothing but its
//! scores; delays, reordered segments and reordered connects; resets by a client with bytes in
//! flight; resets between two ends that are both alive; Close frames; clients that do not read; the
//! same token over two connections; turns that are sent twice. Does not cover: retransmission by
//! the kernel (that is a connection whose bytes are held back), several threads, a supervisor.
//!
//! Fails if: every turn counts as a new one (`Seats::accept_turn`); a resumed player counts as new,
//! so that the same turns are applied again (`Seats::resume`); a closed connection frees its seat
//! although another connection has taken the seat over (`Seats::disconnect`); a silent connection
//! is never closed (`Client::check`).

mod client;
mod faults;
mod full_room;
pub(crate) mod rng;
mod scenario;
mod world;

use scenario::{Scores, run};
use std::{thread, time::Instant};
use world::{Counts, Event};

/// Number of scenarios.
const SEEDS: u64 = 200;

/// Number of scenarios of a full room.
const FULL_ROOMS: u64 = 10;

/// Runs every `step`th scenario, beginning with `first`.
fn run_every(first: u64, step: u64) -> Counts {
    let scores = Scores::new();
    let seeds = (first..SEEDS).step_by(step as usize);
    seeds.map(|seed| run(seed, &scores).counts).sum()
}

#[test]
fn two_hundred_scenarios_with_faults_keep_every_promise() {
    let began = Instant::now();
    let other = thread::spawn(|| run_every(1, 2));
    let counts = [run_every(0, 2), other.join().expect("no promise is broken")];
    let counts: Counts = counts.into_iter().sum();
    println!(
        "{SEEDS} scenarios in {:.1} s: {counts:?}",
        began.elapsed().as_secs_f32()
    );
    // Scenarios without faults would prove nothing.
    for (event, more_than) in [
        (Event::Held, SEEDS),
        (Event::Resumed, SEEDS),
        (Event::EndedWithoutClose, 0),
        (Event::Cut, 0),
        (Event::Reset, SEEDS / 2),
        (Event::TakenOver, 0),
        (Event::Lost, SEEDS / 2),
        (Event::LostOneWay, SEEDS / 2),
        (Event::NoTicks, 0),
        (Event::TurnApplied, 10 * SEEDS),
        (Event::TurnRepeated, SEEDS),
    ] {
        assert!(counts.of(event) > more_than, "{event:?} in {counts:?}");
    }
    assert_eq!(counts.of(Event::Crashed), SEEDS / 5 * 2);
}

#[test]
fn in_a_full_room_a_new_player_gets_the_least_played_seat_that_is_not_held() {
    let scores = Scores::new();
    let (mut evicted, mut refused, mut resumed, mut too_late) = (0, 0, 0, 0);
    for seed in 0..FULL_ROOMS {
        let found = full_room::run(seed, &scores);
        evicted += found.evicted;
        refused += found.refused;
        resumed += found.resumed;
        too_late += found.too_late;
    }
    println!("{evicted} evicted, {refused} refused, {resumed} resumed, {too_late} too late");
    let least = FULL_ROOMS as u32;
    assert!(evicted > 5 * least && refused > least && resumed > 2 * least && too_late > 0);
}

#[test]
fn the_same_seed_gives_the_same_scenario() {
    let scores = Scores::new();
    for seed in [5, 44, 171] {
        let (first, again) = (run(seed, &scores), run(seed, &scores));
        assert_eq!(first.log, again.log, "seed {seed}");
    }
    let (one, another) = (run(3, &scores), run(4, &scores));
    assert_ne!(one.log.hash, another.log.hash);
}
