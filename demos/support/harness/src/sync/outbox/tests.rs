//! An outbox is a queue, and its depth is known.

use super::*;
use crate::wait_graph::snapshot;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn lines_come_out_in_their_order_and_then_none() {
    let (outbox, queue) = outbox(&"ann".parse().unwrap());
    let second = outbox.clone();
    outbox.tell(&1);
    second.tell(&2);
    drop(outbox);
    assert_eq!(queue.next().as_deref(), Some("1"));
    drop(second);
    assert_eq!(queue.next().as_deref(), Some("2"));
    assert_eq!(queue.next(), None);
}

#[test]
fn the_deepest_outbox_is_known_while_it_is_there_and_afterwards() {
    let (outbox, queue) = outbox(&"deep".parse().unwrap());
    for line in 0..100_000 {
        outbox.tell(&line);
    }
    let deep = |lines| Behind {
        name: "deep".into(),
        lines,
    };
    assert_eq!(deepest(), Some(deep(100_000)));
    assert!(queue.next().is_some());
    assert_eq!(deepest(), Some(deep(99_999)));
    drop(queue);
    outbox.tell(&"no thread takes it out");
    assert_eq!(deepest_ever(), Some(deep(100_000)));
    assert_ne!(deepest().map(|behind| behind.name), Some("deep".into()));
}

#[test]
fn a_thread_that_waits_for_a_line_is_recorded_as_idle() {
    let (outbox, queue) = outbox(&"idler".parse().unwrap());
    let taker = thread::spawn(move || queue.next());
    let begun = Instant::now();
    let waits = || {
        let all = snapshot(Duration::ZERO).resources;
        (all.iter()).any(|seen| &*seen.name == "idler's outbox" && !seen.waiters.is_empty())
    };
    while !waits() {
        assert!(begun.elapsed() < Duration::from_secs(10), "no thread waits");
        thread::yield_now();
    }
    outbox.tell(&"something to do");
    assert_eq!(taker.join().unwrap().as_deref(), Some("something to do"));
}
