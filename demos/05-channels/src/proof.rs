//! The model checker's verdict on this step's `room.rs` and `writer.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: the room and two or three players, one to three requests
//! each; each test states its limit on preemptions. The channels are tokio's own, and each
//! operation on one is a single step: tokio's tests cover what happens inside. A phone is a wire. A
//! model has no time, so a phone that takes too long is one that hung up. `mutants.toml` lists the
//! edits of `room.rs` and `writer.rs` that must fail these tests.

use super::{room::Room, scenarios};
use scenario::{channels::Asked, explore, explore_long, explore_with_preemptions, plays};

#[test]
fn breaks_nobody_waits_for_ever() {
    let verdict = explore_with_preemptions(2, scenarios::bob_hangs_up_while_ann_grabs);
    let failure = verdict.deadlocks();
    let mut cycle = failure.cycle();
    cycle.sort();
    assert_eq!(cycle, ["bob's writer", "room"], "{failure}");
    failure.is_drawn_in("README.md");
    failure.is_pictured_in("deadlock.svg");
}

#[test]
fn breaks_a_slow_player_stops_no_one_else() {
    let verdict = explore(scenarios::ann_grabs_while_bob_reads_nothing);
    let failure = verdict.deadlocks();
    assert!(failure.cycle().is_empty(), "{failure}");
}

#[test]
fn keeps_no_snack_twice() {
    explore_with_preemptions(2, scenarios::ann_and_bob_grab_one_snack_each).holds();
    explore(plays::the_tray_is_emptied_and_refilled::<Asked<Room>>).holds();
}

#[test]
fn keeps_one_order_for_all() {
    explore_with_preemptions(2, scenarios::ann_and_bob_see_each_other_grab).holds();
    explore_long(plays::each_operation_meets_each_other_one::<Asked<Room>>).holds();
}

#[test]
fn keeps_bounded_memory() {
    explore_with_preemptions(2, scenarios::ann_grabs_while_bob_reads_late).holds();
    explore(plays::the_room_keeps_nothing_of_the_past::<Asked<Room>>).holds();
}

#[test]
fn a_seat_is_taken_once() {
    explore(plays::a_name_is_given_to_one_player::<Asked<Room>>).holds();
    explore(plays::a_late_grab_gets_nothing::<Asked<Room>>).holds();
    explore_long(plays::every_seat_is_taken::<Asked<Room>>).holds();
}

#[test]
fn who_leaves_is_gone() {
    explore(plays::players_leave_and_come_back::<Asked<Room>>).holds();
    explore(plays::a_late_leave_does_nothing::<Asked<Room>>).holds();
    explore_with_preemptions(2, scenarios::ann_grabs_after_bob_hung_up).holds();
    explore_with_preemptions(
        1,
        plays::the_last_player_leaves_and_comes_back::<Asked<Room>>,
    )
    .holds();
}
