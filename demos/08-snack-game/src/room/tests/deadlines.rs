//! Whoever says nothing, or does not read: what is waited for, and for how long.

use super::{
    super::{ToRoom, guests::GOODBYE},
    stage::{JUST, PATIENCE, Stage},
};
use crate::frame;
use rush::wire::ToServer;
use socket2::SockRef;
use std::{
    io::{ErrorKind, Read},
    time::Instant,
};

#[test]
fn whoever_says_nothing_is_told_when_the_time_is_over_and_not_before() {
    let mut stage = Stage::with(|_| {});
    let first_word = stage.room().house.options.first_word;
    let ends = stage.knocks();
    stage.ticks(1, ends.between.0 + first_word);
    assert_eq!(stage.goodbye(&ends), None);
    stage.ticks(1, ends.between.1 + first_word + JUST);
    assert_eq!(stage.goodbye(&ends), Some(4005));
    assert_eq!(ends.told(), frame::close(4005, "nothing said"));
}

#[test]
fn whoever_has_said_a_word_may_be_quiet() {
    let mut stage = Stage::with(|_| {});
    let first_word = stage.room().house.options.first_word;
    let ends = stage.joins();
    stage.ticks(1, ends.between.1 + first_word + JUST);
    assert_eq!((stage.goodbye(&ends), stage.taken()), (None, 1));
}

#[test]
fn a_goodbye_that_nobody_answers_is_not_waited_for_any_longer() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    stage.says(&ends, ToServer::Leave);
    assert_eq!(stage.goodbye(&ends), Some(1000));
    stage.ticks(1, ends.between.1 + GOODBYE);
    assert!(!ends.is_hung_up());
    stage.ticks(1, ends.between.1 + GOODBYE + JUST);
    assert!(ends.is_hung_up());
}

#[test]
fn somebody_quiet_is_asked_and_somebody_who_does_not_answer_is_hung_up_on() {
    let mut stage = Stage::with(|_| {});
    let silence = stage.room().house.options.silence;
    let ends = stage.joins();
    let asked = |stage: &mut Stage, now| {
        stage.ticks(40, now);
        stage.frames(&ends).contains(&(0x89, Vec::new()))
    };
    assert!(!asked(&mut stage, ends.between.0 + silence / 2));
    assert!(asked(&mut stage, ends.between.1 + silence / 2 + JUST));
    stage.ticks(10, ends.between.0 + silence);
    assert!(!ends.is_hung_up());
    stage.ticks(10, ends.between.1 + silence + JUST);
    assert!(ends.is_hung_up());
    assert_eq!(stage.taken(), 1, "the seat is kept");
}

#[test]
fn a_seat_is_kept_for_its_grace_and_then_it_is_free_and_its_token_worth_nothing() {
    let mut stage = Stage::with(|_| {});
    let grace = stage.room().house.options.grace;
    let ends = stage.joins();
    let token = stage.token(&ends);
    stage.ticks(1, ends.between.1);
    let gone = ToRoom::Gone {
        line: ends.line.id,
        why: "a lift",
    };
    stage.room().apply(gone, ends.between.1);
    stage.ticks(10, ends.between.1 + grace);
    assert_eq!(stage.taken(), 1);
    stage.ticks(10, ends.between.1 + grace + JUST);
    assert_eq!(stage.taken(), 0);
    let late = stage.knocks();
    stage.says(&late, ToServer::Resume { token });
    assert_eq!(stage.goodbye(&late), Some(4004));
}

#[test]
fn whoever_stays_behind_is_told_when_the_time_is_over_and_not_before() {
    let mut stage = Stage::with(|options| options.kernel_holds = 4 * 1024);
    let behind = stage.room().house.options.behind;
    let mut ends = stage.joins();
    let little = SockRef::from(&ends.phone).set_recv_buffer_size(4 * 1024);
    little.expect("a phone whose kernel holds little");
    let (id, now) = (ends.line.id, ends.between.1);
    let is_behind = |stage: &mut Stage| {
        let guest = stage.room().guests.get(id).expect("it is here");
        guest.outbox.behind() == Some(now)
    };
    let full = (0..100_000).any(|_| {
        stage.ticks(1, now);
        is_behind(&mut stage)
    });
    assert!(full, "a kernel that holds 4 kB");
    stage.ticks(1, now + behind);
    assert_eq!(stage.goodbye(&ends), None);
    stage.ticks(1, now + behind + JUST);
    assert_eq!(stage.goodbye(&ends), Some(4000));

    // It reads again: what the kernel held, the rest of a frame that was begun, and then why that
    // was all.
    ends.phone.set_nonblocking(true).expect("it does not wait");
    let (mut told, mut some) = (Vec::new(), [0; 4096]);
    let until = Instant::now() + PATIENCE;
    loop {
        match ends.phone.read(&mut some) {
            Ok(0) => break,
            Ok(count) => told.extend(&some[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                assert!(Instant::now() < until, "no end");
                stage.ticks(1, now + behind + JUST);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(told.ends_with(&frame::close(4000, "too far behind")));
}
