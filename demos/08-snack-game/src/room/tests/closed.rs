//! A room that was closed, and is opened again.

use super::{
    super::{Closed, ToRoom},
    stage::{JUST, Stage},
};
use crate::house;
use rush::{
    Dir, Seat,
    wire::{Seq, ToServer},
};
use std::{fs, path::Path, sync::Arc, time::Duration};

#[test]
fn a_room_that_was_closed_goes_on_where_it_was_and_knows_everybody() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    let (token, now) = (stage.token(&ends), ends.between.1);
    stage.ticks(3, now);
    let (seq, dir) = (Seq(7), Dir::Up);
    stage.says(&ends, ToServer::Turn { seq, dir });
    stage.ticks(2, now);
    stage.closes(now);
    stage.ticks(3, now); // Until the last line has ended it is still there, and does not play.
    let mut room = stage.is_closed_for(JUST).expect("somebody may come back");
    let before = stage.room();
    assert_eq!((&room.world, &room.log), (&before.world, &before.log));
    assert!(room.seats.who(Seat(0)).1, "nobody is there yet");
    let back = room
        .seats
        .comes_back(&token, 1)
        .expect("its token is known");
    assert_eq!(
        (back.seat, back.name.as_str(), back.last),
        (Seat(0), "ann", seq)
    );
    assert!(!room.seats.turns(Seat(0), seq), "it was applied already");
    assert!(room.seats.turns(Seat(0), seq.next()));
}

#[test]
fn a_turn_that_was_heard_and_not_yet_played_at_the_closing_is_played_after_it() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    let now = ends.between.1;
    stage.ticks(1, now);
    let dir = stage.room().world.player(Seat(0)).expect("seated").dir;
    let (seq, dir) = (Seq(1), Dir::ALL[(dir as usize + 1) % 4]);
    stage.says(&ends, ToServer::Turn { seq, dir });
    // The next tick begins a round, which is shown and not played; and it is the last one.
    stage.room().anew = true;
    stage.closes(now);
    assert_eq!(stage.goodbye(&ends), Some(1012));
    let mut room = stage.is_closed_for(JUST).expect("somebody may come back");
    assert_eq!(room.seats.last(Seat(0)), seq, "it is acknowledged");
    room.tick(now);
    assert_eq!(room.world.player(Seat(0)).expect("seated").dir, dir);
}

#[test]
fn a_grace_goes_on_while_a_room_is_closed() {
    let mut stage = Stage::with(|_| {});
    let grace = stage.room().house.options.grace;
    let second = Duration::from_secs(1);
    let (ann, bob) = (stage.joins(), stage.joins());
    let (early, late) = (stage.token(&ann), stage.token(&bob));
    let (now, line, why) = (bob.between.1, ann.line.id, "a lift");
    stage.ticks(1, now);
    stage.room().apply(ToRoom::Gone { line, why }, now);
    let now = now + 10 * second;
    stage.closes(now);
    let taken = stage.room().house.players();
    for (since, both) in [(grace - 10 * second, true), (grace - 9 * second, false)] {
        let mut room = stage.is_closed_for(since).expect("bob may come back");
        assert_eq!(room.seats.comes_back(&early, 3).is_some(), both);
        assert!(room.seats.comes_back(&late, 4).is_some());
        room.tick(house::now());
        let left = if both { 2 } else { 1 };
        assert_eq!(
            room.world.players().count(),
            left,
            "whoever is late has left"
        );
        room.house.free_seats(left as u32);
        assert_eq!(room.house.players(), taken, "each seat is counted once");
    }
    assert!(stage.is_closed_for(grace + second).is_none());
    assert!(
        stage.is_closed_for(Duration::MAX).is_none(),
        "the clock was set"
    );
    assert!(stage.is_closed_for(Duration::ZERO).is_some(), "and back");
}

#[test]
fn whoever_never_comes_back_after_a_closing_holds_a_seat_for_their_grace_and_no_longer() {
    let mut stage = Stage::with(|_| {});
    let grace = stage.room().house.options.grace;
    let second = Duration::from_secs(1);
    let ann = stage.joins();
    let now = ann.between.1;
    stage.ticks(1, now);
    stage.closes(now);
    let before = stage.room().house.players();
    let mut room = stage.is_closed_for(JUST).expect("ann may come back");
    let now = house::now();
    for (later, taken) in [(JUST, 1), (grace - second, 1), (grace + second, 0)] {
        // It is looked once in ten ticks; the next one hears who has left.
        (0..11).for_each(|_| room.tick(now + later));
        assert_eq!(room.seats.taken(), taken, "after {later:?}");
        assert_eq!(room.awaited(), taken);
        assert_eq!(room.house.players(), before + taken as u32);
    }
}

#[test]
fn players_that_a_server_brought_along_end_with_it_and_others_do_not() {
    for (bots, left) in [(12, 1), (0, 2)] {
        let mut stage = Stage::with(|options| options.bots = bots);
        let ann = stage.joins();
        let bot = stage.knocks();
        let name = "bot 7".to_owned();
        stage.says(&bot, ToServer::Join { name });
        let now = bot.between.1;
        stage.ticks(1, now);
        stage.closes(now);
        let mut room = stage.is_closed_for(JUST).expect("ann may come back");
        assert_eq!(room.awaited(), left);
        room.tick(house::now());
        assert_eq!(room.seats.taken(), left);
        assert_eq!(room.seats.name(Seat(0)).as_str(), "ann");
        drop(ann);
    }
    let mut stage = Stage::with(|options| options.bots = 12);
    let bot = stage.knocks();
    let name = "bot 7".to_owned();
    stage.says(&bot, ToServer::Join { name });
    stage.closes(bot.between.1);
    assert!(
        stage.is_closed_for(JUST).is_none(),
        "a room of bots is no room"
    );
}

#[test]
fn no_bytes_are_a_room_unless_they_were_one() {
    let mut stage = Stage::with(|_| {});
    let ends = stage.joins();
    stage.ticks(3, ends.between.1);
    let bytes = stage.room().at_closing(ends.between.1).expect("ann");
    Closed::read(&bytes).expect("a room");
    for length in 0..bytes.len() {
        Closed::read(&bytes[..length]).expect_err("cut off");
    }
}

#[test]
fn a_room_whose_seats_were_meddled_with_goes_on_or_is_refused() {
    let mut stage = Stage::with(|_| {});
    let house = Arc::clone(&stage.room().house);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/closed");
    let whole = |name| fs::read(folder.join(name)).expect("the corpus is there");
    let rooms = ["soon", "leaves-twice"].map(whole);
    let (mut chance, mut opened) = (2018_u64, 0);
    let mut below = |end: u64| {
        chance = rush::fnv::fnv1a(&chance.to_le_bytes());
        (chance >> 20) % end
    };
    for _ in 0..3_000 {
        // Behind a time and its own length stands the head: numbers and names. World and log have
        // sums of their own.
        let mut bytes = rooms[below(2) as usize][8..].to_vec();
        let length = bytes.first_chunk().expect("a length");
        let head = 4..4 + u32::from_le_bytes(*length) as usize;
        let digits: Vec<usize> = head.filter(|at| bytes[*at].is_ascii_digit()).collect();
        for _ in 0..below(4) {
            bytes[digits[below(digits.len() as u64) as usize]] = b'0' + below(10) as u8;
        }
        let since = Duration::from_millis(below(40_000));
        let Ok(closed) = Closed::read(&bytes) else {
            continue;
        };
        let Some((mut room, _)) = closed.room(&house, since) else {
            continue;
        };
        opened += 1;
        let mut now = house::now();
        for _ in 0..20 {
            room.tick(now);
            now += Duration::from_secs(3);
        }
        // The grace is over: whoever was brought back and did not come is gone, and their seats are
        // free.
        assert_eq!((room.seats.taken(), house.players()), (0, 0));
    }
    assert!(opened > 500, "{opened} rooms are no proof");
}
