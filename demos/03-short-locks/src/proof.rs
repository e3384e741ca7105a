//! The model checker's verdict on this step's `room.rs`, promise by promise.
//!
//! Each test names a promise. Every operation of the room is played alone and beside each other
//! one: two or three players, one or two requests each, every schedule (pairs of operations: with
//! at most two preemptions). A phone is a thread that empties an outbox. Not covered: sockets,
//! timeouts, more than two requests at once. `mutants.toml` lists the edits of `room.rs` that must
//! fail these tests.

use super::{room::Room, scenarios};
use lanes::Bounds;
use scenario::{explore, explore_long, plays, shared::Shared};

#[test]
fn keeps_nobody_waits_for_ever() {
    explore(scenarios::ann_grabs_while_bob_leaves).holds();
    for pair in plays::pairs() {
        pair.meets_in_any_order::<Shared<Room>>(1, Bounds::preemptions(2))
            .holds();
    }
}

#[test]
fn keeps_a_slow_player_stops_no_one_else() {
    explore(scenarios::ann_and_cat_grab_while_bob_reads_nothing).holds();
}

#[test]
fn breaks_no_snack_twice() {
    let verdict = explore(scenarios::ann_and_bob_grab_one_snack_each);
    verdict.violates("no snack twice").is_drawn_in("README.md");
}

#[test]
fn breaks_one_order_for_all() {
    explore(scenarios::ann_and_bob_see_each_other_grab).violates("one order for all");
}

#[test]
fn breaks_bounded_memory() {
    explore(scenarios::ann_grabs_while_bob_reads_nothing).violates("bounded memory");
}

#[test]
fn every_snack_is_replaced() {
    explore(plays::the_tray_is_emptied_and_refilled::<Shared<Room>>).holds();
}

#[test]
fn the_room_keeps_nothing_of_the_past() {
    explore(plays::the_room_keeps_nothing_of_the_past::<Shared<Room>>).holds();
    explore(plays::the_room_keeps_nothing_of_refusals::<Shared<Room>>).holds();
}

#[test]
fn a_seat_is_taken_once() {
    explore(plays::a_name_is_given_to_one_player::<Shared<Room>>).holds();
    explore_long(plays::every_seat_is_taken::<Shared<Room>>).holds();
}

#[test]
fn who_leaves_is_gone() {
    explore(plays::players_leave_and_come_back::<Shared<Room>>).holds();
}

#[test]
fn a_refusal_reaches_one_player() {
    explore(plays::a_refusal_reaches_one_player::<Shared<Room>>).holds();
}
