//! The model checker's verdict on this step's `room.rs`, promise by promise.
//!
//! Each test names a promise. Bounds: two or three players, one or two requests each, every
//! schedule (no limit on preemptions). A phone is a thread that empties an outbox. Not covered:
//! sockets, more players, timeouts. `mutants.toml` lists the edits of `room.rs` that must fail
//! these tests.

use super::scenarios;
use scenario::explore;

#[test]
fn keeps_nobody_waits_for_ever() {
    explore(scenarios::ann_grabs_while_bob_leaves).holds();
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
