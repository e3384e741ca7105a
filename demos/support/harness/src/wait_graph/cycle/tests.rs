//! Which cycles and chains are found.

use super::super::samples::{self, names};
use super::super::{Keeps, Kind, Seen};
use super::*;

#[test]
fn two_locks_in_two_orders_make_a_cycle_that_leaves_the_bystanders_out() {
    let graph = samples::two_orders();
    assert_eq!(names(&graph.cycle().unwrap()), ["ann", "bob"]);
    assert!(!graph.is_calm());
}

#[test]
fn a_thread_that_waits_for_its_own_lock_is_a_cycle_of_one() {
    assert_eq!(names(&samples::itself().cycle().unwrap()), ["ann"]);
}

#[test]
fn a_chain_begins_with_the_first_that_holds_something() {
    let graph = samples::slow_phone();
    assert!(graph.cycle().is_none());
    assert_eq!(names(&graph.chain()), ["ann", "slow-1"]);
    assert!(matches!(
        graph.chain()[1].keeps,
        Keeps::Waits(seen, _) if seen.kind == Kind::Phone
    ));
}

#[test]
fn the_chain_ends_where_most_wait_even_if_another_is_longer() {
    let mut graph = samples::slow_phone();
    let [mut diary] = <[Seen; 1]>::try_from(samples::busy_holder().resources).unwrap();
    graph.resources.push(diary.clone());
    assert_eq!(names(&graph.chain()), ["ann", "slow-1"]);
    let reader = diary.waiters[0].clone();
    diary.waiters.resize(9, reader);
    graph.resources[3] = diary;
    assert_eq!(names(&graph.chain()), ["zoe"]);
}

#[test]
fn the_longest_chain_wins_in_any_order() {
    let mut graph = samples::slow_phone();
    graph.resources.reverse();
    assert_eq!(names(&graph.chain()), ["ann", "slow-1"]);
}

#[test]
fn a_holder_that_waits_for_nothing_known_ends_a_chain() {
    let graph = samples::busy_holder();
    let chain = graph.chain();
    assert_eq!(names(&chain), ["zoe"]);
    assert!(matches!(chain[0].keeps, Keeps::Nothing));
}

#[test]
fn idle_receivers_and_a_lock_between_two_holders_are_no_freeze() {
    assert!(samples::idle().is_calm() && samples::idle().chain().is_empty());
    assert!(WaitGraph::default().cycle().is_none());
    let between = samples::between_hands();
    assert!(between.cycle().is_none());
    assert_eq!(names(&between.chain()), ["ann"]);
}

#[test]
fn a_task_that_blocks_the_only_thread_waits_for_one_that_cannot_move() {
    let graph = samples::blocked_runtime(1);
    assert_eq!(names(&graph.cycle().unwrap()), ["bob", "ann"]);
    // A second thread takes ann's task over: then ann waits for the phone alone.
    let graph = samples::blocked_runtime(2);
    assert!(graph.cycle().is_none());
    assert_eq!(names(&graph.chain()), ["ann"]);
}

#[test]
fn two_full_mailboxes_make_a_cycle_and_one_behind_a_slow_phone_a_chain() {
    let graph = samples::full_mailboxes();
    assert_eq!(names(&graph.cycle().unwrap()), ["room", "ann"]);
    let graph = samples::full_outbox();
    assert!(graph.cycle().is_none());
    assert_eq!(names(&graph.chain()), ["room", "slow-1's writer"]);
}

#[test]
fn a_mailbox_without_a_waiting_sender_is_not_held() {
    let graph = samples::full_outbox();
    let bob = &graph.resources[0].waiters[0].who;
    assert_eq!(&*bob.name, "bob");
    assert!(graph.held_by(bob).is_empty());
}
