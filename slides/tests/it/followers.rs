//! How long it takes until 160 phones have the next slide, while other phones do not read.

use crate::stage::{
    Stage,
    phones::{Phones, socket, within},
};
use std::time::Duration;

const PHONES: usize = 160;
const SLIDES: usize = 40;

#[test]
fn phones_that_do_not_read_do_not_delay_160_that_follow() {
    let stage = Stage::open(&["--phones", "0"]);
    let mut phones = Phones::follow(&stage, PHONES);
    let _stalled: Vec<_> = (0..8).map(|_| socket(stage.phones(), "/live")).collect();
    let times = phones.turn(SLIDES);
    let at = |part| within(&times, part);
    println!(
        "{PHONES} phones and 8 that do not read, {SLIDES} slides: p50 {:.1?}, p99 {:.1?}, slowest {:.1?}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    // A busy machine may stand still for some seconds during a few slides, and not during half of
    // them.
    assert!(at(0.5) < Duration::from_secs(5), "p50 {:?}", at(0.5));
}
