//! The model checker's verdict on this step's two rooms, promise by promise.
//!
//! Each test names a promise. Bounds: two or three players, one or two requests each, every
//! schedule (no limit on preemptions). Tasks that share a thread start in the order in which they
//! are listed. A phone is a wire of limited capacity. Not covered: sockets that fail, more players,
//! timeouts. `mutants.toml` lists the edits of both rooms that must fail these tests.

use super::scenarios;
use scenario::explore;

#[test]
fn breaks_nobody_waits_for_ever() {
    let verdict = explore(scenarios::ann_and_cat_grab_while_bob_reads_late);
    let failure = verdict.deadlocks();
    assert_eq!(failure.cycle(), ["ann", "cat"], "{failure}");
    failure.is_drawn_in("README.md");
}

#[test]
fn breaks_a_slow_player_stops_no_one_else() {
    explore(scenarios::ann_and_cat_grab_while_bob_reads_nothing).deadlocks();
}

#[test]
fn keeps_no_snack_twice() {
    explore(scenarios::ann_and_bob_grab_one_snack_each).holds();
}

#[test]
fn keeps_one_order_for_all() {
    explore(scenarios::ann_and_bob_see_each_other_grab).holds();
}

#[test]
fn keeps_bounded_memory() {
    explore(scenarios::ann_grabs_while_bob_reads_late).holds();
}

/// The same scenarios in the room with tokio's own mutex.
mod async_mutex {
    use crate::async_mutex::scenarios;
    use scenario::explore;

    #[test]
    fn keeps_nobody_waits_for_ever() {
        explore(scenarios::ann_and_cat_grab_while_bob_reads_late).holds();
    }

    #[test]
    fn breaks_a_slow_player_stops_no_one_else() {
        let verdict = explore(scenarios::ann_and_cat_grab_while_bob_reads_nothing);
        let failure = verdict.deadlocks();
        assert!(failure.cycle().is_empty(), "{failure}");
        failure.is_drawn_in("README.md");
    }

    #[test]
    fn keeps_no_snack_twice() {
        explore(scenarios::ann_and_bob_grab_one_snack_each).holds();
    }

    #[test]
    fn keeps_one_order_for_all() {
        explore(scenarios::ann_and_bob_see_each_other_grab).holds();
    }

    #[test]
    fn keeps_bounded_memory() {
        explore(scenarios::ann_grabs_while_bob_reads_late).holds();
    }
}
