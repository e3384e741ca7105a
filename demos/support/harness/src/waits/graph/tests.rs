//! Which cycles and chains are found, and which are none.

use super::super::samples::{self, names};
use super::*;

#[test]
fn two_locks_in_two_orders_make_a_cycle_that_leaves_the_bystanders_out() {
    let picture = samples::two_orders();
    assert_eq!(names(&picture.cycle().unwrap()), ["ann", "bob"]);
    assert!(!picture.is_calm());
}

#[test]
fn who_waits_for_what_it_has_itself_is_a_cycle_of_one() {
    assert_eq!(names(&samples::itself().cycle().unwrap()), ["ann"]);
}

#[test]
fn a_line_of_people_is_no_cycle_and_begins_with_the_first_who_has_something() {
    let picture = samples::slow_phone();
    assert!(picture.cycle().is_none());
    assert_eq!(names(&picture.chain()), ["ann", "slow-1"]);
    assert!(matches!(
        picture.chain()[1].keeps,
        Keeps::Waits(seen, _) if seen.kind == Kind::Phone
    ));
}

#[test]
fn the_chain_goes_where_most_people_wait_though_another_is_longer() {
    let mut picture = samples::slow_phone();
    let [mut diary] = <[Seen; 1]>::try_from(samples::busy_holder().resources).unwrap();
    picture.resources.push(diary.clone());
    assert_eq!(names(&picture.chain()), ["ann", "slow-1"]);
    let reader = diary.waiters[0].clone();
    diary.waiters.resize(9, reader);
    picture.resources[3] = diary;
    assert_eq!(names(&picture.chain()), ["zoe"]);
}

#[test]
fn the_longest_way_is_told_whoever_came_first() {
    let mut picture = samples::slow_phone();
    picture.resources.reverse();
    assert_eq!(names(&picture.chain()), ["ann", "slow-1"]);
}

#[test]
fn a_holder_that_waits_for_nothing_known_ends_a_chain() {
    let picture = samples::busy_holder();
    let chain = picture.chain();
    assert_eq!(names(&chain), ["zoe"]);
    assert!(matches!(chain[0].keeps, Keeps::Nothing));
}

#[test]
fn idle_people_and_a_lock_between_two_hands_are_calm_or_short() {
    assert!(samples::idle().is_calm() && samples::idle().chain().is_empty());
    assert!(Picture::default().cycle().is_none());
    let between = samples::between_hands();
    assert!(between.cycle().is_none());
    assert_eq!(names(&between.chain()), ["ann"]);
}

#[test]
fn a_task_that_blocks_the_only_thread_waits_for_one_that_cannot_move() {
    let picture = samples::blocked_runtime(1);
    assert_eq!(names(&picture.cycle().unwrap()), ["bob", "ann"]);
    // A second thread takes ann's task over: then ann waits for the phone alone.
    let picture = samples::blocked_runtime(2);
    assert!(picture.cycle().is_none());
    assert_eq!(names(&picture.chain()), ["ann"]);
}

#[test]
fn two_full_mailboxes_make_a_cycle_and_one_behind_a_slow_phone_a_chain() {
    let picture = samples::full_mailboxes();
    assert_eq!(names(&picture.cycle().unwrap()), ["room", "ann"]);
    let picture = samples::full_outbox();
    assert!(picture.cycle().is_none());
    assert_eq!(names(&picture.chain()), ["room", "slow-1's writer"]);
}

#[test]
fn emptying_a_mailbox_that_nobody_waits_for_is_not_worth_a_word() {
    let picture = samples::full_outbox();
    let bob = &picture.resources[0].waiters[0].who;
    assert_eq!(&*bob.name, "bob");
    assert!(picture.held_by(bob).is_empty());
}
