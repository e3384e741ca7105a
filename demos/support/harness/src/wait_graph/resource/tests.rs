//! What a resource records.

use super::*;
use crate::wait_graph::{i_am, named};
use std::future::poll_fn;
use std::panic::Location;
use std::pin::pin;
use std::task::{Poll, Waker};

fn find(name: &str) -> Option<Seen> {
    let mut all = snapshot(Duration::ZERO).resources.into_iter();
    all.find(|seen| &*seen.name == name)
}

#[test]
fn a_resource_is_registered_until_it_is_dropped() {
    let diary = Resource::new(Kind::Lock, "the diary");
    assert_eq!(diary.name(), "the diary");
    assert!(find("the diary").is_some());
    drop(diary);
    assert!(find("the diary").is_none());
}

#[test]
fn a_wait_and_a_hold_last_as_long_as_their_guards() {
    i_am("ann");
    let at = Location::caller();
    let book = Resource::new(Kind::AsyncLock, "the book");
    let held = book.taken(at);
    let first = book.wait(at);
    let second = book.wait_as_task(at);
    let seen = find("the book").unwrap();
    assert_eq!(&*seen.holder.unwrap().who.name, "ann");
    assert_eq!(
        [seen.waiters[0].blocks, seen.waiters[1].blocks],
        [true, false]
    );
    drop(first);
    drop(held);
    let seen = find("the book").unwrap();
    assert!(seen.holder.is_none() && !seen.waiters[0].blocks);
    drop(second);
    assert!(find("the book").unwrap().waiters.is_empty());
}

#[test]
fn young_waits_are_left_out() {
    let queue = Resource::new(Kind::Phone, "a phone");
    let _waiting = queue.wait(Location::caller());
    let all = snapshot(Duration::from_secs(60)).resources;
    let seen = all.iter().find(|seen| &*seen.name == "a phone");
    assert!(seen.unwrap().waiters.is_empty());
}

#[test]
fn the_last_receiver_is_the_one_recorded() {
    let mailbox = Resource::new(Kind::Mailbox, "a mailbox");
    i_am("ann");
    mailbox.emptied_by_me();
    let line = line!() - 1;
    let holder = find("a mailbox").unwrap().holder.unwrap();
    assert_eq!((&*holder.who.name, holder.at.line()), ("ann", line));
    i_am("bob");
    mailbox.emptied_by_me();
    let holder = find("a mailbox").unwrap().holder.unwrap();
    assert_eq!(&*holder.who.name, "bob");
}

/// As in step 5: the room sends to a player who sends to the room, and both mailboxes are full.
#[test]
fn two_tasks_that_send_to_each_other_are_found() {
    let rooms = Resource::new(Kind::Mailbox, "room's own mailbox");
    let outbox = Resource::new(Kind::Mailbox, "eve's own outbox");
    let sends = async |mine: &Resource, theirs: &Resource| {
        mine.emptied_by_me();
        let _waiting = theirs.wait_as_task(Location::caller());
        poll_fn(|_| Poll::<()>::Pending).await;
    };
    let mut context = std::task::Context::from_waker(Waker::noop());
    let mut room = pin!(named("the room itself", sends(&rooms, &outbox)));
    let mut eve = pin!(named("eve", sends(&outbox, &rooms)));
    assert!(room.as_mut().poll(&mut context).is_pending());
    assert!(eve.as_mut().poll(&mut context).is_pending());
    let mut graph = snapshot(Duration::ZERO);
    // Other tests have waits of their own at the same time.
    (graph.resources).retain(|seen| {
        seen.name.ends_with("'s own mailbox") || seen.name.ends_with("'s own outbox")
    });
    let story = graph.to_string();
    assert!(
        story.starts_with("The cycle: eve -> the room itself -> eve\n"),
        "{story}"
    );
    assert!(
        story.contains("waits for a place in eve's own outbox"),
        "{story}"
    );
    assert!(story.contains(", which eve empties\n"), "{story}");
}
