//! A hundred and sixty phones that follow, and some that do not read: what it takes until all of
//! them have the next slide.

mod stage;

use stage::{
    Stage,
    phones::{Phones, socket, within},
};
use std::time::Duration;

const PHONES: usize = 160;
const SLIDES: usize = 40;

#[test]
fn a_hundred_and_sixty_phones_follow_and_those_that_do_not_read_harm_nobody() {
    let stage = Stage::open(&["--phones", "0"]);
    let mut phones = Phones::follow(&stage, PHONES);
    // They are there, and never read a word.
    let _asleep: Vec<_> = (0..8).map(|_| socket(stage.phones(), "/live")).collect();
    let times = phones.turn(SLIDES);
    let at = |part| within(&times, part);
    println!(
        "{PHONES} phones and 8 that do not read, {SLIDES} slides: p50 {:.1?}, p99 {:.1?}, slowest {:.1?}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    assert!(at(0.99) < Duration::from_secs(5), "p99 {:?}", at(0.99));
}
