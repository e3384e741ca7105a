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

/// A frame with the right length and the right sum.
fn framed(body: &[u8]) -> Vec<u8> {
    let length = body.len() as u32;
    let [length, complement] = [length, !length].map(u32::to_le_bytes);
    let sum = crate::fnv::fnv1a(body).to_le_bytes();
    [&length[..], &complement, body, &sum].concat()
}

/// Reads the log after this change to one of its frames: 0 is the beginning.
fn with_frame(number: usize, change: impl Fn(&mut Vec<u8>)) -> Result<Log, Unreadable> {
    let bytes = sample().0.write();
    let mut changed = bytes[..5].to_vec();
    let (mut at, mut n) = (5, 0);
    while at < bytes.len() {
        let length = u32::from_le_bytes(*bytes[at..].first_chunk().expect("a length"));
        let mut body = bytes[at + 8..][..length as usize].to_vec();
        at += 16 + body.len();
        if n == number {
            change(&mut body);
        }
        changed.extend(framed(&body));
        n += 1;
    }
    assert!(number < n, "there are {n} frames");
    Log::read(&changed)
}

/// Every frame here has a correct sum, so only what it says can be refused.
#[test]
fn a_frame_that_says_what_no_round_says_is_refused() {
    assert_eq!(with_frame(0, |_| ()), Ok(sample().0), "nothing is changed");
    let corrupt = |number, change: fn(&mut Vec<u8>)| {
        let read = with_frame(number, change);
        assert!(
            matches!(read, Err(Unreadable::Corrupt { .. })),
            "{number}: {read:?}"
        );
    };
    let seat_8_of_8: fn(&mut Vec<u8>) = |body| {
        let at = body.len() - 2 - 1 - "Guest 5".len() - 1;
        assert_eq!(body[at], 5);
        body[at] = 8;
    };
    corrupt(0, seat_8_of_8);
    corrupt(0, |body| body.push(0));
    corrupt(1, |body| body.push(0));
    corrupt(1, |body| body[0] = 0);
    corrupt(1, |body| {
        body[0] = 11;
        body.splice(1..1, [0, 0]); // One more tick, without inputs.
    });
    fn unhashed(body: &mut Vec<u8>) {
        body.truncate(body.len() - 9);
        body.push(0);
    }
    corrupt(1, |body| {
        body[0] = 9; // A short second in the middle.
        body.drain(1..6);
        unhashed(body);
    });
    corrupt(1, unhashed);
    corrupt(2, unhashed);
    corrupt(3, |body| {
        body.pop();
        body.extend([1, 0, 0, 0, 0, 0, 0, 0, 0]); // A hash after 27 ticks.
    });
}

#[test]
fn a_round_that_is_over_has_a_last_hash_and_no_further_tick() {
    let config = Config {
        round_ticks: 12,
        podium_ticks: 3,
        ..Config::for_seats(8)
    };
    let start = World::new(config, 11, 3, [(Seat(0), Team::ALL[0])]);
    let (log, end) = logged(&start, &vec![vec![]; 30]);
    assert_eq!((log.ticks.len(), end.phase()), (15, Phase::Over));
    let at: Vec<_> = log.hashes.iter().map(|it| it.0).collect();
    assert_eq!(at, [10, 15]);
    assert_eq!(Log::read(&log.write()).as_ref(), Ok(&log));
    let mut last = log.clone();
    last.hashes[1].1 ^= 1;
    assert_eq!(replay(&last).map_err(|it| it.tick), Err(15));
    let mut longer = log.clone();
    longer.ticks.resize(30, vec![]);
    longer.hashes = vec![(10, 0), (20, 0), (30, 0)];
    assert!(matches!(
        Log::read(&longer.write()),
        Err(Unreadable::Corrupt { .. })
    ));
}

/// Each log has one encoding: whole seconds, and only the last may be a short one.
#[test]
fn seconds_that_are_cut_otherwise_are_refused() {
    let start = World::new(Config::for_seats(8), 11, 3, []);
    let (log, _) = logged(&start, &vec![vec![]; 11]);
    let bytes = log.write();
    let begin = u32::from_le_bytes(*bytes[5..].first_chunk().expect("a length")) as usize;
    let begin = &bytes[..5 + 16 + begin];
    // Ticks without inputs: two bytes each.
    let second = |ticks: u8, hash: Option<u64>| {
        let mut body = vec![0; 2 + 2 * usize::from(ticks)];
        body[0] = ticks;
        if let Some(hash) = hash {
            *body.last_mut().expect("a byte") = 1;
            body.extend(hash.to_le_bytes());
        }
        framed(&body)
    };
    let read = |seconds: &[Vec<u8>]| {
        let end = framed(&[]);
        let all = [&[begin.to_vec()], seconds, &[end]].concat();
        Log::read(&all.concat())
    };
    let hash = Some(log.hashes[0].1);
    assert_eq!(
        read(&[second(10, hash), second(1, None)]).as_ref(),
        Ok(&log)
    );
    for seconds in [
        vec![second(9, None), second(1, hash), second(1, None)],
        vec![second(11, None)],
        vec![second(10, hash), second(1, None), second(1, None)],
        vec![second(10, hash), second(0, None)],
    ] {
        assert!(matches!(read(&seconds), Err(Unreadable::Corrupt { .. })));
    }
}
