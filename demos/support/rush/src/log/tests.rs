//! Logs that are written, read and replayed; truncated, and changed.

use super::*;
use crate::world::tests::{wishes, worlds};
use proptest::prelude::*;

fn logged(start: &World, ticks: &[Vec<Input>]) -> (Log, World) {
    let mut world = start.clone();
    let mut log = Log::of(&world, |seat| Name::guest(seat.0));
    for inputs in ticks {
        if world.phase() != Phase::Over {
            world.step(inputs);
            log.record(inputs, |seat| Name::guest(seat.0), &world);
        }
    }
    (log, world)
}

fn sample() -> (Log, World) {
    let start = World::new(
        Config::for_seats(8),
        11,
        3,
        [(Seat(0), Team::ALL[0]), (Seat(5), Team::ALL[2])],
    );
    let turn = |n: usize| Input::Turn {
        seat: Seat(5),
        dir: crate::Dir::ALL[n % 4],
    };
    let mut ticks: Vec<_> = (0..27).map(|n| vec![turn(n)]).collect();
    ticks[4].push(Input::Join { seat: Seat(1) });
    ticks[12].push(Input::Leave { seat: Seat(0) });
    logged(&start, &ticks)
}

proptest! {
    #[test]
    fn a_log_is_read_as_it_was_written_and_replayed_as_it_was_played(start in worlds(), ticks in wishes(20, 60)) {
        let (log, end) = logged(&start, &ticks);
        prop_assert_eq!(log.start(), start);
        let bytes = log.write();
        let read = Log::read(&bytes);
        prop_assert_eq!(read.as_ref(), Ok(&log));
        prop_assert_eq!(replay(&log), Ok(end));
        let seconds = log.ticks.len() as u32 / HASH_EVERY;
        prop_assert!(log.hashes.len() as u32 >= seconds, "a hash a second");
    }

    #[test]
    fn no_bytes_make_the_reader_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..300), headed: bool) {
        if headed {
            bytes.splice(0..0, *b"RUSH\x02");
        }
        if let Ok(log) = Log::read(&bytes) {
            prop_assert_eq!(&log.write()[..], &bytes[..]);
        }
    }
}

#[test]
fn every_join_is_named_and_the_last_owner_of_a_seat_is_its_owner() {
    let name = |it| crate::name::tidy(it).expect("a name");
    let seated = [Seat(0), Seat(1), Seat(2)].map(|seat| (seat, Team::ALL[0]));
    let mut world = World::new(Config::for_seats(8), 1, 1, seated);
    let mut log = Log::of(&world, |seat| name(["ann", "bob", "eve"][seat.index()]));
    let (bobs, free) = (Seat(1), Seat(5));
    let ticks = [
        (
            vec![Input::Leave { seat: bobs }, Input::Join { seat: free }],
            "나중",
        ),
        (vec![Input::Join { seat: bobs }], "late"),
    ];
    for (inputs, called) in ticks {
        world.step(&inputs);
        log.record(&inputs, |_| name(called), &world);
    }
    let read = Log::read(&log.write()).expect("a log");
    assert_eq!(read, log);
    let names: Vec<_> = read.names().into_values().map(Name::as_str).collect();
    assert_eq!(names, ["ann", "late", "eve", "나중"]);
}

#[test]
fn a_log_of_another_version_is_refused_in_a_sentence() {
    let refused = Log::read(b"RUSH\x01 and whatever it had to say").expect_err("version 1");
    assert_eq!(refused, Unreadable::Version(1));
    assert!(refused.to_string().contains("the log has version 1"));
}

#[test]
fn every_changed_byte_is_noticed() {
    let (log, _) = sample();
    let bytes = log.write();
    for at in 0..bytes.len() {
        for by in [0x01, 0x80, 0xff] {
            let mut changed = bytes.to_vec();
            changed[at] ^= by;
            match (at, Log::read(&changed)) {
                (0..4, Err(Unreadable::NotALog)) | (4, Err(Unreadable::Version(_))) => {}
                (5.., Err(Unreadable::Corrupt { at: frame })) => assert!(frame <= at),
                (at, other) => panic!("byte {at}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_truncated_log_says_so_and_keeps_its_complete_seconds() {
    let (log, _) = sample();
    let bytes = log.write();
    let mut ticks = Vec::new();
    for end in 1..bytes.len() {
        match Log::read(&bytes[..end]) {
            Err(Unreadable::Truncated { whole }) => {
                ticks.push(whole.as_ref().map_or(0, |log| log.ticks.len()));
                if let Some(whole) = whole {
                    replay(&whole).expect("what there is, is sound");
                }
            }
            other => panic!("{end} of {} bytes: {other:?}", bytes.len()),
        }
    }
    assert!(ticks.is_sorted());
    ticks.dedup();
    assert_eq!(ticks, [0, 10, 20, 27]);
    assert_eq!(Log::read(b""), Err(Unreadable::NotALog));
    let longer = [&bytes[..], b"!"].concat();
    assert_eq!(
        Log::read(&longer),
        Err(Unreadable::Corrupt { at: bytes.len() })
    );
}

#[test]
fn a_changed_turn_is_found_in_the_second_of_the_change() {
    let (mut log, _) = sample();
    assert!(replay(&log).is_ok());
    log.ticks[14].clear();
    let differs = replay(&log).expect_err("a turn is missing");
    assert_eq!(differs.tick, 20, "{differs}");
    log.hashes[0].1 ^= 1;
    assert_eq!(replay(&log).map_err(|it| it.tick), Err(10));
}

#[test]
fn a_change_with_correct_sums_is_found_too() {
    let (mut log, _) = sample();
    log.seed += 1;
    let read = Log::read(&log.write()).expect("its sums are right");
    assert_eq!(replay(&read).map_err(|it| it.tick), Err(10));
}
