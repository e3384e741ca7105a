//! Evenings on a network that somebody spoils: the door, the rooms and the readers as they run, on
//! turmoil's network instead of the kernel's. Everything that happens follows from a seed, so a bad
//! evening can be had again.
//!
//! Covers: lines that are held for longer than anybody's patience; lines that lose what is said,
//! both ways or one, and are dead from then on; a server that dies in the middle of it, with a word
//! from its kernel or without one, and is started again with nothing but its scores; delays,
//! segments that overtake one another, connects that arrive in another order, resets by a phone
//! with bytes in flight, resets between two ends that are alive, goodbyes, phones that do not read,
//! the same token over two lines, turns that are sent twice. Not: a kernel that says again what was
//! lost (then it is a line that was held), several threads, a keeper. Dies with: every turn is a
//! new one (`Seats::turns`); whoever comes back has said nothing yet, so that the same turns count
//! again (`Seats::comes_back`); whoever is gone takes the seat with them, also after it was taken
//! over (`Seats::goes_away`); silence ends no line (`Room::look_after`).

mod client;
mod faults;
pub(crate) mod rng;
mod scenario;

use scenario::{Scores, evening};
use std::{thread, time::Instant};

/// As many evenings.
const SEEDS: u64 = 200;

/// The evenings of one thread of `of`.
fn evenings(first: u64, of: u64) -> scenario::Sums {
    let scores = Scores::new();
    let seeds = (first..SEEDS).step_by(of as usize);
    seeds.map(|seed| evening(seed, &scores).sums).sum()
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
        sums.silent > 0 && sums.cut > 0 && sums.reset > SEEDS / 2 && sums.taken_over > 0,
        "{sums:?}"
    );
    assert!(
        sums.lost > SEEDS / 2 && sums.lost_one_way > SEEDS / 2 && sums.mute > 0,
        "{sums:?}"
    );
    assert_eq!(sums.crashed, SEEDS / 5 * 2);
    assert!(
        sums.acknowledged > 10 * SEEDS && sums.repeated > SEEDS,
        "{sums:?}"
    );
}

#[test]
fn the_same_seed_is_the_same_evening() {
    let scores = Scores::new();
    for seed in [5, 44, 171] {
        let (first, again) = (evening(seed, &scores), evening(seed, &scores));
        assert_eq!(first.log, again.log, "seed {seed}");
    }
    let (one, another) = (evening(3, &scores), evening(4, &scores));
    assert_ne!(one.log.hash, another.log.hash);
}
