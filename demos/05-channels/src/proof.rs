//! The model checker's verdict on this step's `room.rs` and `writer.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: the room and two or three players, one to three requests
//! each; each test states its limit on preemptions. The channels are tokio's own, and each
//! operation on one is a single step: tokio's tests cover what happens inside. A phone is a wire. A
//! model has no time, so a phone that takes too long is one that hung up. `mutants.toml` lists the
//! edits of `room.rs` and `writer.rs` that must fail these tests.

use super::scenarios;
use scenario::{explore, explore_with_preemptions};

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
}

#[test]
fn keeps_one_order_for_all() {
    explore_with_preemptions(2, scenarios::ann_and_bob_see_each_other_grab).holds();
}

#[test]
fn keeps_bounded_memory() {
    explore_with_preemptions(2, scenarios::ann_grabs_while_bob_reads_late).holds();
}
