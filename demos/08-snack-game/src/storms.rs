//! Evenings on a network that somebody spoils: the door, the rooms and the readers as they run, on turmoil's network instead of the
//! kernel's. Everything that happens follows from a seed, so a bad evening can be had again.
//!
//! Covers: lines that are held for longer than anybody's patience, delays, segments that overtake one another, connects that arrive in another
//! order, resets with bytes in flight, goodbyes, phones that do not read, the same token over two lines, turns that are sent twice.
//! Not: bytes that are lost for good (a kernel resends them, or ends the line), several threads.
//! Dies with: every turn is a new one (`Seats::turns`); whoever is gone takes the seat with them, also after it was taken over
//! (`Seats::goes_away`).

pub(crate) mod chance;
mod evening;
mod phone;

use evening::evening;
use std::{thread, time::Instant};

/// As many evenings.
const SEEDS: u64 = 200;

/// The evenings of one thread of `of`.
fn evenings(first: u64, of: u64) -> evening::Sums {
    let seeds = (first..SEEDS).step_by(of as usize);
    seeds.map(|seed| evening(seed).sums).sum()
}

#[test]
fn two_hundred_stormy_evenings_keep_every_promise() {
    let began = Instant::now();
    let other = thread::spawn(|| evenings(1, 2));
    let sums = evenings(0, 2) + other.join().expect("no promise is broken");
    println!(
        "{SEEDS} evenings in {:.1} s: {sums:?}",
        began.elapsed().as_secs_f32()
    );
    // An evening on which nothing goes wrong proves nothing.
    assert!(sums.held > SEEDS && sums.resumed > SEEDS, "{sums:?}");
    assert!(
        sums.silent > 0 && sums.reset > 0 && sums.taken_over > 0,
        "{sums:?}"
    );
    assert!(
        sums.acknowledged > 10 * SEEDS && sums.repeated > SEEDS,
        "{sums:?}"
    );
}

#[test]
fn the_same_seed_is_the_same_evening() {
    for seed in [3, 44, 171] {
        let (first, again) = (evening(seed), evening(seed));
        assert_eq!(first.log, again.log, "seed {seed}");
    }
    assert_ne!(evening(3).log.hash, evening(4).log.hash);
}
