//! The model checker's verdict on this step's two rooms, promise by promise.
//!
//! Each test names a promise. Every operation of the room is played alone and beside each other
//! one: two or three players, one or two requests each, every schedule (no limit on preemptions).
//! Tasks that share a thread start in the order in which they are listed. A phone is a wire of
//! limited capacity. Not covered: sockets that fail, timeouts, more than two requests at once.
//! `mutants.toml` lists the edits of both rooms that must fail these tests.

use super::{room::Room, scenarios};
use lanes::Bounds;
use scenario::{explore, explore_long, plays, shared::Shared};
use snack::TRAY;

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
    explore(plays::the_tray_is_emptied_and_refilled::<Shared<Room>>).holds();
    for pair in plays::pairs() {
        pair.meets::<Shared<Room>>(TRAY - 1, Bounds::exhaustive())
            .holds();
        pair.meets::<Shared<Room>>(TRAY, Bounds::exhaustive())
            .holds();
    }
}

#[test]
fn keeps_one_order_for_all() {
    explore(scenarios::ann_and_bob_see_each_other_grab).holds();
    for pair in plays::pairs() {
        pair.meets::<Shared<Room>>(1, Bounds::exhaustive()).holds();
    }
}

#[test]
fn keeps_bounded_memory() {
    explore(scenarios::ann_grabs_while_bob_reads_late).holds();
    explore(plays::the_room_keeps_nothing_of_the_past::<Shared<Room>>).holds();
    explore(plays::the_room_keeps_nothing_of_refusals::<Shared<Room>>).holds();
}

#[test]
fn a_seat_is_taken_once() {
    explore(plays::a_name_is_given_to_one_player::<Shared<Room>>).holds();
    explore(plays::a_late_grab_gets_nothing::<Shared<Room>>).holds();
    explore_long(plays::every_seat_is_taken::<Shared<Room>>).holds();
}

#[test]
fn who_leaves_is_gone() {
    explore(plays::players_leave_and_come_back::<Shared<Room>>).holds();
    explore(plays::a_late_leave_does_nothing::<Shared<Room>>).holds();
    explore(scenarios::bob_leaves_twice_at_once).holds();
}

#[test]
fn a_refusal_reaches_one_player() {
    explore(plays::a_refusal_reaches_one_player::<Shared<Room>>).holds();
}

/// The same scenarios in the room with tokio's own mutex.
mod async_mutex {
    use crate::async_mutex::{room::Room, scenarios};
    use lanes::Bounds;
    use scenario::{explore, explore_long, plays, shared::Shared};
    use snack::TRAY;

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
        explore(plays::the_tray_is_emptied_and_refilled::<Shared<Room>>).holds();
        for pair in plays::pairs() {
            pair.meets::<Shared<Room>>(TRAY - 1, Bounds::exhaustive())
                .holds();
            pair.meets::<Shared<Room>>(TRAY, Bounds::exhaustive())
                .holds();
        }
    }

    #[test]
    fn keeps_one_order_for_all() {
        explore(scenarios::ann_and_bob_see_each_other_grab).holds();
        for pair in plays::pairs() {
            pair.meets::<Shared<Room>>(1, Bounds::exhaustive()).holds();
        }
    }

    #[test]
    fn keeps_bounded_memory() {
        explore(scenarios::ann_grabs_while_bob_reads_late).holds();
        explore(plays::the_room_keeps_nothing_of_the_past::<Shared<Room>>).holds();
        explore(plays::the_room_keeps_nothing_of_refusals::<Shared<Room>>).holds();
    }

    #[test]
    fn a_seat_is_taken_once() {
        explore(plays::a_name_is_given_to_one_player::<Shared<Room>>).holds();
        explore(plays::a_late_grab_gets_nothing::<Shared<Room>>).holds();
        explore_long(plays::every_seat_is_taken::<Shared<Room>>).holds();
    }

    #[test]
    fn who_leaves_is_gone() {
        explore(plays::players_leave_and_come_back::<Shared<Room>>).holds();
        explore(plays::a_late_leave_does_nothing::<Shared<Room>>).holds();
        explore(scenarios::bob_leaves_twice_at_once).holds();
    }

    #[test]
    fn a_refusal_reaches_one_player() {
        explore(plays::a_refusal_reaches_one_player::<Shared<Room>>).holds();
    }
}
