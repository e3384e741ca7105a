//! What the model checker says of this step's two rooms, promise by promise.
//!
//! Covers: two or three players, one or two requests each, every schedule (no bound on
//! preemptions). Where tasks share a thread, they begin in the order that is written. A phone is a
//! wire that holds so many lines. Not: sockets that fail, more players, timeouts. Dies with: what
//! `mutants.toml` does to `room.rs` and `async_mutex/room.rs`.

use super::evenings;

#[test]
fn breaks_nobody_waits_for_ever() {
    let verdict = evenings::ann_and_cat_grab_while_bob_reads_late();
    let failure = verdict.deadlocks();
    assert_eq!(failure.cycle(), ["ann", "cat"], "{failure}");
    failure.is_drawn_in("README.md");
}

#[test]
fn breaks_a_slow_player_stops_no_one_else() {
    evenings::ann_and_cat_grab_while_bob_reads_nothing().deadlocks();
}

#[test]
fn keeps_no_snack_twice() {
    evenings::ann_and_bob_grab_one_snack_each().holds();
}

#[test]
fn keeps_one_order_for_all() {
    evenings::ann_and_bob_see_each_other_grab().holds();
}

#[test]
fn keeps_bounded_memory() {
    evenings::ann_grabs_while_bob_reads_late().holds();
}

/// The same evenings in the room with tokio's own mutex.
mod async_mutex {
    use crate::async_mutex::evenings;

    #[test]
    fn keeps_nobody_waits_for_ever() {
        evenings::ann_and_cat_grab_while_bob_reads_late().holds();
    }

    #[test]
    fn breaks_a_slow_player_stops_no_one_else() {
        let verdict = evenings::ann_and_cat_grab_while_bob_reads_nothing();
        let failure = verdict.deadlocks();
        assert!(failure.cycle().is_empty(), "{failure}");
        failure.is_drawn_in("README.md");
    }

    #[test]
    fn keeps_no_snack_twice() {
        evenings::ann_and_bob_grab_one_snack_each().holds();
    }

    #[test]
    fn keeps_one_order_for_all() {
        evenings::ann_and_bob_see_each_other_grab().holds();
    }

    #[test]
    fn keeps_bounded_memory() {
        evenings::ann_grabs_while_bob_reads_late().holds();
    }
}
