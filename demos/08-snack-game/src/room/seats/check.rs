//! For the fuzzer: seats from any snapshot belong to the room, and can be played until the last
//! player has left.

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
    seats.free_left();
    assert_eq!(seats.taken(), seats.all().count());
    for seat in seats.all().collect::<Vec<_>>() {
        seats.leave(seat);
    }
    assert_eq!(seats.tokens().count(), 0, "a token without a seat");
    seats.free_left();
    assert_eq!(seats.taken(), 0);
}
