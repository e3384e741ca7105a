//! For whoever checks with any bytes: seats from another process are this room's, and go on with
//! its world until the last one has left.

use super::Seats;
use rush::{Input, World, log::Log};

pub(in crate::room) fn check(
    mut seats: Seats,
    count: u16,
    inputs: &[Input],
    mut world: World,
    mut log: Log,
) {
    assert!(seats.taken() <= count.into());
    world.step(inputs);
    log.record(inputs, |seat| seats.name(seat), &world);
    seats.settle();
    assert_eq!(seats.taken(), seats.all().count());
    for seat in seats.all().collect::<Vec<_>>() {
        seats.leaves(seat);
    }
    assert_eq!(seats.tokens().count(), 0, "a token of nobody");
    seats.settle();
    assert_eq!(seats.taken(), 0);
}
