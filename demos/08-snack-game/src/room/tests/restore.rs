//! A room that was shut down gracefully, and opened again.

use super::{
    super::Snapshot,
    fixture::{Fixture, HOME, JUST, turn},
};
use crate::clock;
use rush::{
    Dir, Seat,
    wire::{Seq, ToServer},
};
use std::{fs, path::Path, sync::Arc, time::Duration};
#[cfg(target_os = "linux")]
use {
    super::super::{Handover, Room},
    std::time::Instant,
};

#[test]
fn a_restored_room_continues_its_round_and_knows_its_players() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    let (token, now) = (fixture.token(&client), client.between.1);
    fixture.ticks(3, now);
    let (seq, dir) = (Seq(7), Dir::Up);
    fixture.send(&client, ToServer::Turn { seq, dir });
    fixture.ticks(2, now);
    fixture.shut_down(now);
    fixture.ticks(3, now); // The room lives until its last connection ends, but does not play.
    let mut room = fixture.reopen(JUST).expect("ann may come back");
    let before = fixture.room();
    assert_eq!(
        (&room.round.world, &room.round.log),
        (&before.round.world, &before.round.log)
    );
    assert!(room.seats.name_and_away(Seat(0)).1, "ann is away");
    let back = room
        .seats
        .resume(&token, 1, HOME)
        .expect("its token is known");
    assert_eq!(
        (back.seat, back.name.as_str(), back.last),
        (Seat(0), "ann", seq)
    );
    assert!(!room.seats.accept_turn(Seat(0), seq), "it was applied");
    assert!(room.seats.accept_turn(Seat(0), seq.next()));
}

#[test]
fn a_turn_acknowledged_before_the_shutdown_is_played_after_it() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    let now = client.between.1;
    fixture.ticks(1, now);
    let world = &fixture.room().round.world;
    let dir = world.player(Seat(0)).expect("seated").dir;
    let (seq, dir) = (Seq(1), Dir::ALL[(dir as usize + 1) % 4]);
    fixture.send(&client, ToServer::Turn { seq, dir });
    // The last tick begins a round and plays nothing.
    fixture.room().round.restart = true;
    fixture.shut_down(now);
    assert_eq!(fixture.close_code(&client), Some(1012));
    let mut room = fixture.reopen(JUST).expect("ann may come back");
    assert_eq!(room.seats.last_seq(Seat(0)), seq, "it is acknowledged");
    room.tick(now);
    let player = room.round.world.player(Seat(0)).expect("seated");
    assert_eq!(player.dir, dir);
}

#[test]
fn the_grace_period_continues_while_the_server_is_down() {
    let mut fixture = Fixture::with(|_| {});
    let grace = fixture.room().state.options.grace;
    let second = Duration::from_secs(1);
    let (ann, bob) = (fixture.join(), fixture.join());
    let (early, late) = (fixture.token(&ann), fixture.token(&bob));
    let now = bob.between.1;
    fixture.ticks(1, now);
    fixture.room().apply(ann.gone(), now);
    let now = now + 10 * second;
    fixture.shut_down(now);
    let taken = fixture.room().state.admission.players();
    for (ago, both) in [(grace - 10 * second, true), (grace - 9 * second, false)] {
        let mut room = fixture.reopen(ago).expect("bob may come back");
        // Ann has never played, so her seat was not held when the server was shut down.
        assert_eq!(room.seats.is_spare(&early), both);
        assert!(!both || room.state.admission.take_seat());
        assert_eq!(room.seats.resume(&early, 3, HOME).is_some(), both);
        assert!(room.seats.resume(&late, 4, HOME).is_some());
        room.tick(clock::now());
        let left = if both { 2 } else { 1 };
        assert_eq!(
            room.round.world.players().count(),
            left,
            "a player whose grace period is over has left"
        );
        let admission = &room.state.admission;
        admission.free_seats(left as u32);
        assert_eq!(admission.players(), taken, "each seat is counted once");
    }
    assert!(fixture.reopen(grace + second).is_none());
    assert!(
        fixture.reopen(Duration::MAX).is_none(),
        "the clock was set ahead"
    );
    assert!(fixture.reopen(Duration::ZERO).is_some(), "and back");
}

#[test]
fn a_player_who_does_not_come_back_after_a_restart_keeps_the_seat_for_the_grace_period() {
    let mut fixture = Fixture::with(|_| {});
    let grace = fixture.room().state.options.grace;
    let second = Duration::from_secs(1);
    let (ann, bob) = (fixture.join(), fixture.join());
    let now = bob.between.1;
    fixture.send(&ann, turn(1, Dir::Up)); // Bob never plays.
    fixture.ticks(300, now);
    fixture.shut_down(now);
    let before = fixture.room().state.admission.players();
    let mut room = fixture.reopen(JUST).expect("they may come back");
    let now = clock::now();
    let hour = Duration::from_secs(3_600);
    for (later, taken, held) in [
        (JUST, 2, 2),
        (grace - second, 2, 2),
        (grace + second, 1, 0),
        (hour - second, 1, 0),
        (hour + second, 0, 0),
    ] {
        // Seats are checked in every tenth tick; the next tick plays who has left.
        (0..11).for_each(|_| room.tick(now + later));
        assert_eq!(room.seats.taken(), taken, "after {later:?}");
        assert_eq!(room.seats_held(), taken);
        assert_eq!(room.state.admission.players(), before + held);
    }
}

/// The room as the next process continues it, from a snapshot that was written at `now`.
#[cfg(target_os = "linux")]
fn next(room: &Room, now: Instant) -> Room {
    let bytes = Snapshot::with_connections(room, now);
    let snapshot = Snapshot::read(&bytes).expect("what was written is read");
    let nowhere = Handover {
        snapshots: None,
        find: &mut |_| None,
    };
    snapshot.resume(&room.state, nowhere).0
}

/// How many seats are taken, and how many of them are held, after the ticks of a second.
#[cfg(target_os = "linux")]
fn taken_and_held(room: &mut Room, now: Instant) -> (usize, usize) {
    (0..11).for_each(|_| room.tick(now));
    (room.seats.taken(), room.seats.held())
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_after_one_that_woke_up_waits_for_the_players_of_before_the_freeze() {
    let mut fixture = Fixture::with(|_| {});
    let grace = fixture.room().state.options.grace;
    let (ann, bob) = (fixture.join(), fixture.join());
    let (now, second) = (bob.between.1, Duration::from_secs(1));
    fixture.send(&ann, turn(1, Dir::Up)); // Bob never plays.
    fixture.ticks(2, now);
    fixture.room().apply(bob.gone(), now);
    let awake = now + grace + 10 * second;
    fixture.room().tick_was_late(grace, awake);
    // Her own connection did not outlive the freeze.
    fixture.room().apply(ann.gone(), awake);
    // Two processes end one after the other.
    let room = next(fixture.room(), awake);
    let mut room = next(&room, awake);
    assert_eq!(room.lifecycle.awake_for(awake + second), second);
    for (later, expected) in [
        (second, (2, 1)),
        (grace - second, (2, 1)),
        (grace + second, (1, 0)),
    ] {
        assert_eq!(taken_and_held(&mut room, awake + later), expected);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_begins_long_after_the_last_snapshot_waits_for_the_players() {
    let mut fixture = Fixture::with(|_| {});
    let grace = fixture.room().state.options.grace;
    let ann = fixture.join();
    let (now, second) = (ann.between.1, Duration::from_secs(1));
    fixture.send(&ann, turn(1, Dir::Up));
    fixture.ticks(2, now);
    fixture.room().apply(ann.gone(), now);
    let later = |by| {
        clock::now()
            .checked_sub(by)
            .expect("after this machine's start")
    };
    // The usual case: the next process begins at once, and a seat is held as long as it was played.
    let mut room = next(fixture.room(), later(second));
    assert_eq!(room.lifecycle.awake_since, None);
    assert_eq!(taken_and_held(&mut room, now + second), (1, 0));
    // The machine has stood still in between.
    let mut room = next(fixture.room(), later(40 * second));
    let awake = room.lifecycle.awake_since.expect("it stood still");
    assert_eq!(taken_and_held(&mut room, awake + grace - second), (1, 1));
    assert_eq!(taken_and_held(&mut room, awake + grace), (1, 0));
}

#[test]
fn the_servers_own_bots_end_with_it_and_other_bots_do_not() {
    for (bots, left) in [(12, 1), (0, 2)] {
        let mut fixture = Fixture::with(|options| options.bots = bots);
        let ann = fixture.join();
        let bot = fixture.connect();
        let name = "bot 7".to_owned();
        fixture.send(&bot, ToServer::Join { name });
        let now = bot.between.1;
        fixture.ticks(1, now);
        fixture.shut_down(now);
        let mut room = fixture.reopen(JUST).expect("ann may come back");
        assert_eq!(room.seats_held(), left);
        room.tick(clock::now());
        assert_eq!(room.seats.taken(), left);
        assert_eq!(room.seats.name(Seat(0)).as_str(), "ann");
        drop(ann);
    }
    let mut fixture = Fixture::with(|options| options.bots = 12);
    let bot = fixture.connect();
    let name = "bot 7".to_owned();
    fixture.send(&bot, ToServer::Join { name });
    fixture.shut_down(bot.between.1);
    assert!(
        fixture.reopen(JUST).is_none(),
        "a room of bots is not restored"
    );
}

#[test]
fn a_truncated_snapshot_is_refused() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    fixture.ticks(3, client.between.1);
    let bytes = fixture.room().snapshot_for_restart(client.between.1);
    let bytes = bytes.expect("ann");
    Snapshot::read(&bytes).expect("a room");
    for length in 0..bytes.len() {
        Snapshot::read(&bytes[..length]).expect_err("truncated");
    }
}

#[test]
fn a_room_whose_head_was_changed_is_restored_or_refused() {
    let mut fixture = Fixture::with(|_| {});
    let state = Arc::clone(&fixture.room().state);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/snapshot_v1");
    let whole = |name| fs::read(folder.join(name)).expect("the corpus is there");
    let rooms = ["soon", "leaves-twice"].map(whole);
    let (mut random, mut opened) = (2018_u64, 0);
    let mut below = |end: u64| {
        random = rush::fnv::fnv1a(&random.to_le_bytes());
        (random >> 20) % end
    };
    for _ in 0..3_000 {
        // After a time and its own length comes the head: numbers and names. The world and the log
        // have checksums of their own.
        let mut bytes = rooms[below(2) as usize][8..].to_vec();
        let length = bytes.first_chunk().expect("a length");
        let head = 4..4 + u32::from_le_bytes(*length) as usize;
        let digits: Vec<usize> = head.filter(|at| bytes[*at].is_ascii_digit()).collect();
        for _ in 0..below(4) {
            bytes[digits[below(digits.len() as u64) as usize]] = b'0' + below(10) as u8;
        }
        let ago = Duration::from_millis(below(40_000));
        let Ok(snapshot) = Snapshot::read_version_1(&bytes) else {
            continue;
        };
        let Some((mut room, _)) = snapshot.reopen(&state, ago) else {
            continue;
        };
        opened += 1;
        let mut now = clock::now();
        for _ in 0..20 {
            room.tick(now);
            now += Duration::from_secs(400);
        }
        // More than an hour is over: the players did not come back, and their seats are free.
        assert_eq!((room.seats.taken(), state.admission.players()), (0, 0));
    }
    assert!(opened > 500, "only {opened} rooms were restored");
}
