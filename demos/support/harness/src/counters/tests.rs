//! What is counted, and which names threads have meanwhile.

use super::*;
use crate::wait_graph::i_am;
use std::thread;

fn my_name() -> String {
    Who::here().to_string()
}

#[test]
fn requests_are_counted_and_the_oldest_is_known() {
    static MINE: Counters = Counters::new();
    let noon = Instant::now();
    let at = |seconds| noon + Duration::from_secs(seconds);
    assert!(MINE.counts().oldest.is_none() && MINE.counts().last_reply.is_none());
    i_am("ann");
    let first = MINE.asked(at(0));
    i_am("bob");
    let second = MINE.asked(at(1));
    assert_eq!(MINE.counts().unanswered, 2);
    assert_eq!(MINE.counts().oldest, Some((at(0), "ann".into())));
    drop(first);
    let counts = MINE.counts();
    assert_eq!((counts.replies, counts.unanswered), (1, 1));
    assert_eq!(counts.oldest, Some((at(1), "bob".into())));
    assert!(counts.last_reply.is_some());
    drop(second);
    assert!(MINE.counts().oldest.is_none() && MINE.counts().replies == 2);
}

#[test]
fn an_earlier_reply_that_is_recorded_late_changes_nothing() {
    static MINE: Counters = Counters::new();
    let noon = Instant::now();
    MINE.answered(1, noon + Duration::from_secs(1));
    MINE.answered(0, noon);
    assert_eq!(
        MINE.counts().last_reply,
        Some(noon + Duration::from_secs(1))
    );
}

#[test]
fn a_seat_names_its_own_thread_alone() {
    i_am("thread");
    let ann = "ann".parse().unwrap();
    let seat = seated(&ann);
    assert_eq!(my_name(), "ann");
    drop(seat);
    assert_eq!(my_name(), "thread");

    let seat = seated(&ann);
    let elsewhere = thread::spawn(move || {
        i_am("bystander");
        drop(seat);
        my_name()
    });
    assert_eq!(elsewhere.join().unwrap(), "bystander");
    let seat = seated(&ann);
    i_am("renamed since");
    drop(seat);
    assert_eq!(my_name(), "renamed since");
}

#[test]
fn the_first_beat_is_not_taken_for_never() {
    assert_eq!(millis(Duration::ZERO), 1);
    assert_eq!(millis(Duration::MAX), u64::MAX);
    let before = Instant::now();
    beat();
    let beat = counts().last_beat.unwrap();
    assert!(beat + Duration::from_millis(1) >= before && beat <= Instant::now());
}
