use super::*;
use std::{net::Ipv4Addr, time::Duration};

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn name(said: &str) -> Option<Name> {
    rush::name::tidy(said)
}

fn seats<const N: usize>(count: u16) -> (Seats, [Seated; N]) {
    let mut seats = Seats::new(count);
    let seated = std::array::from_fn(|n| seats.take(name("ann"), n as u64, HOME).expect("free"));
    (seats, seated)
}

#[test]
fn the_first_free_seat_is_given_and_a_full_room_gives_none() {
    let (mut seats, [ann, bob]) = seats(3);
    assert_eq!((ann.seat, bob.seat), (Seat(0), Seat(1)));
    assert_ne!(ann.token, bob.token);
    let unnamed = seats.take(None, 9, HOME).expect("free");
    assert_eq!((unnamed.seat, unnamed.name.as_str()), (Seat(2), "Guest 3"));
    assert!(seats.take(name("eve"), 10, HOME).is_none());
    assert_eq!((seats.taken(), seats.tokens().count()), (3, 3));
    assert_eq!(seats.all().collect::<Vec<_>>(), [Seat(0), Seat(1), Seat(2)]);
    assert_eq!(
        seats.name(Seat(7)).as_str(),
        "Guest 8",
        "of a seat that is not there"
    );
}

#[test]
fn a_seat_that_was_given_up_is_free_after_the_tick_and_its_token_at_once_worthless() {
    let (mut seats, [ann, bob]) = seats(2);
    assert_eq!(seats.leave(ann.seat), Some(ann.token));
    assert!(seats.resume(&ann.token, 7, HOME).is_none());
    assert_eq!((seats.taken(), seats.has(ann.seat)), (2, true));
    assert!(
        seats.take(None, 8, HOME).is_none(),
        "the world has not played it"
    );
    assert_eq!(seats.free_left(), 1);
    assert_eq!((seats.taken(), seats.has(ann.seat)), (1, false));
    assert_eq!(seats.free_left(), 0, "once");
    assert_eq!(seats.leave(ann.seat), None);
    assert_eq!(seats.take(None, 8, HOME).map(|it| it.seat), Some(ann.seat));
    assert!(seats.has(bob.seat));
}

#[test]
fn only_a_newer_turn_is_accepted_each_player_counts_alone_and_numbers_wrap() {
    let (mut seats, [ann, bob]) = seats(2);
    let mut accepted = |seat, seq| seats.accept_turn(seat, Seq(seq));
    let turns = [
        (1, true),
        (1, false),
        (30_000, true),
        (2, false),
        (60_000, true),
        (3, true),
    ];
    for (seq, accepts) in turns {
        assert_eq!(accepted(ann.seat, seq), accepts, "{seq}");
    }
    assert!(accepted(bob.seat, 2));
    assert!(!accepted(Seat(2), 1), "no such seat");
    assert_eq!(
        (seats.last_seq(ann.seat), seats.last_seq(bob.seat)),
        (Seq(3), Seq(2))
    );
    assert_eq!(seats.last_seq(Seat(2)), Seq(0));
}

#[test]
fn a_player_is_away_if_the_connection_that_has_the_seat_is_lost() {
    let (mut seats, [ann]) = seats(2);
    let now = Instant::now();
    assert!(!seats.disconnect(ann.seat, 5, now), "another connection");
    assert!(!seats.name_and_away(ann.seat).1);
    let back = seats.resume(&ann.token, 5, HOME).expect("known");
    assert_eq!(
        (back.seat, back.before, back.was_away),
        (ann.seat, Some(0), false)
    );
    assert!(!seats.disconnect(ann.seat, 0, now), "it was taken over");
    assert!(seats.disconnect(ann.seat, 5, now));
    assert!(!seats.disconnect(ann.seat, 5, now), "once");
    assert!(seats.name_and_away(ann.seat).1);
    let back = seats.resume(&ann.token, 6, HOME).expect("known");
    assert_eq!((back.before, back.was_away), (None, true));
    assert!(!seats.name_and_away(ann.seat).1);
    assert!(seats.resume(&Token([7; 16]), 8, HOME).is_none());
}

#[test]
fn only_a_player_who_is_away_for_longer_than_the_grace_period_is_late() {
    let (mut seats, [ann, bob, eve]) = seats(3);
    let (now, grace) = (Instant::now(), Duration::from_secs(30));
    let just = Duration::from_nanos(1);
    seats.disconnect(ann.seat, 0, now);
    seats.disconnect(bob.seat, 1, now + just);
    assert_eq!(seats.late(now + grace, grace), []);
    assert_eq!(seats.late(now + grace + just, grace), [ann.seat]);
    let late = [ann.seat, bob.seat];
    assert_eq!(seats.late(now + grace * 9, grace), late, "eve is here");
    seats.leave(ann.seat);
    assert_eq!(
        seats.late(now + grace * 9, grace),
        [bob.seat],
        "ann has left already"
    );
    seats.resume(&bob.token, 4, HOME);
    assert_eq!(seats.late(now + grace * 9, grace), []);
    assert!(seats.has(eve.seat));
}

#[test]
fn all_seats_are_freed_at_once_and_none_twice() {
    let (mut seats, [ann, _bob]) = seats(2);
    seats.leave(ann.seat);
    assert_eq!(seats.clear(), 2);
    assert_eq!(
        (seats.taken(), seats.tokens().count(), seats.free_left()),
        (0, 0, 0)
    );
    assert!(seats.take(None, 1, HOME).is_some() && seats.take(None, 2, HOME).is_some());
    assert!(seats.take(None, 3, HOME).is_none(), "as many as before");
}

/// A tick of 100 ms, and a grace period of 30 s.
const TIMES: AwayTimes = AwayTimes {
    grace: Duration::from_secs(30),
    tick: Duration::from_millis(100),
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Plays a turn, and then this many ticks more.
fn play(seats: &mut Seats, seat: Seat, ticks: u32) {
    let next = seats.last_seq(seat).next();
    assert!(seats.accept_turn(seat, next));
    (0..ticks).for_each(|_| seats.count_played());
}

#[test]
fn a_seat_that_was_never_played_is_not_held_and_others_for_as_long_as_they_were_played() {
    for (played, held) in [
        (None, 0),
        (Some(0), 100),
        (Some(99), 10_000),
        (Some(9_000), 30_000),
    ] {
        let (mut seats, [ann]) = seats(2);
        (0..500).for_each(|_| seats.count_played()); // Without a turn.
        played
            .into_iter()
            .for_each(|it| play(&mut seats, ann.seat, it));
        let now = Instant::now();
        seats.disconnect(ann.seat, 0, now);
        assert!(seats.is_unsettled());
        let held = now + Duration::from_millis(held);
        if let Some(before) = held
            .checked_sub(Duration::from_nanos(1))
            .filter(|it| *it > now)
        {
            assert_eq!(seats.settle(before, TIMES).released, 0, "{played:?}");
        }
        assert_eq!(
            (seats.settle(held, TIMES).released, seats.is_unsettled()),
            (1, false)
        );
        assert_eq!((seats.taken(), seats.held(), seats.spare()), (1, 0, 1));
        assert_eq!(seats.settle(held, TIMES).released, 0, "once");
        assert!(seats.is_spare(&ann.token));
        assert!(
            seats
                .resume(&ann.token, 7, HOME)
                .is_some_and(|back| back.was_away)
        );
        assert_eq!((seats.held(), seats.spare()), (1, 0));
        assert_eq!(
            seats.settle(held + seconds(99), TIMES).released,
            0,
            "it is here"
        );
    }
}

#[test]
fn a_played_seat_is_kept_for_an_hour_and_another_for_the_grace_period() {
    let (mut seats, [ann, bob]) = seats(2);
    play(&mut seats, bob.seat, 0);
    let now = Instant::now();
    seats.disconnect(ann.seat, 0, now);
    seats.disconnect(bob.seat, 1, now);
    assert_eq!(seats.late(now + seconds(30), TIMES.grace), []);
    assert_eq!(seats.late(now + seconds(31), TIMES.grace), [ann.seat]);
    assert_eq!(seats.late(now + seconds(3_600), TIMES.grace), [ann.seat]);
    assert_eq!(
        seats.late(now + seconds(3_601), TIMES.grace),
        [ann.seat, bob.seat]
    );
    assert_eq!(seats.late(now + seconds(3_601), seconds(7_000)), []);
}

#[test]
fn a_restart_excuses_the_players_of_before_and_none_who_join_after_it() {
    let (mut seats, [ann, bob]) = seats(16);
    let now = Instant::now();
    seats.disconnect(ann.seat, 0, now);
    seats.excuse(now + TIMES.grace);
    let eve = seats.take(None, 7, HOME).expect("free");
    seats.disconnect(bob.seat, 1, now);
    seats.disconnect(eve.seat, 7, now);
    for (player, is_released) in [(&ann, false), (&bob, false), (&eve, true)] {
        assert_eq!(seats.release_unplayed(player.seat), is_released);
    }
    assert_eq!(seats.settle(now + seconds(29), TIMES).released, 0);
    assert!(seats.is_unsettled(), "two are excused");
    assert_eq!(seats.settle(now + TIMES.grace, TIMES).released, 2);
    assert!(!seats.is_unsettled());
}

#[test]
fn of_one_network_a_quarter_of_the_room_is_held_the_most_played_first() {
    let network = |n| IpAddr::from([192, 0, 2, n]);
    let mut seats = Seats::new(16);
    let now = Instant::now();
    for n in 0..12 {
        let Seated { seat, .. } = seats.take(None, n, network(1)).expect("free");
        // Two seconds more than the one before; the first two never play.
        if n > 1 {
            play(&mut seats, seat, 20 * n as u32);
        }
        // The ticks of the others do not count: they are away already.
        seats.disconnect(seat, n, now);
    }
    let here = seats.take(None, 20, network(1)).expect("free");
    let other = seats.take(None, 21, network(2)).expect("free");
    play(&mut seats, other.seat, 50);
    seats.disconnect(other.seat, 21, now);
    let settled = seats.settle(now + seconds(1), TIMES);
    assert_eq!(settled.given_up, [Seat(0), Seat(1)], "never played");
    assert_eq!(settled.released, 6, "beyond the quarter");
    let spare = |seats: &Seats| {
        let players = (0..).zip(&seats.players);
        let spare = players.filter(|(_, it)| it.as_ref().is_some_and(|it| it.is_spare));
        spare.map(|(seat, _)| seat).collect::<Vec<u16>>()
    };
    assert_eq!(spare(&seats), [2, 3, 4, 5, 6, 7]);
    settled
        .given_up
        .into_iter()
        .for_each(|seat| assert!(seats.leave(seat).is_some()));
    assert_eq!(seats.free_left(), 2, "they were held until now");
    // Those who have hardly played are kept for three times as long as they have played.
    let later = seats.settle(now + seconds(15), TIMES);
    assert_eq!(
        (later.given_up, later.released),
        (vec![Seat(2)], 1),
        "other's five seconds"
    );
    let later = seats.settle(now + seconds(29), TIMES);
    assert_eq!(
        (later.given_up, later.released),
        (vec![Seat(4), Seat(3), Seat(2)], 4)
    );
    assert!(seats.has(here.seat) && !seats.is_spare(&here.token));
}

#[test]
fn the_spare_seat_that_is_worth_least_is_evicted() {
    let (mut seats, [ann, bob, eve, dan]) = seats(16);
    assert!(seats.evict().is_none());
    let (now, long) = (Instant::now(), seconds(100));
    play(&mut seats, ann.seat, 9);
    play(&mut seats, dan.seat, 0);
    seats.disconnect(ann.seat, 0, now);
    seats.disconnect(bob.seat, 1, now + seconds(2));
    seats.disconnect(eve.seat, 2, now + seconds(1));
    assert!(seats.evict().is_none(), "all are held");
    seats.settle(now + seconds(2), TIMES);
    // Of those who never played, the one who is away longest; then the one who has played.
    assert_eq!(seats.evict(), Some((eve.seat, eve.token)));
    assert!(seats.resume(&eve.token, 7, HOME).is_none());
    assert_eq!((seats.taken(), seats.held(), seats.spare()), (3, 1, 2));
    assert_eq!(
        seats.take(None, 9, HOME).map(|it| it.seat),
        Some(eve.seat),
        "at once"
    );
    seats.leave(bob.seat);
    assert_eq!(
        seats.evict(),
        Some((ann.seat, ann.token)),
        "bob leaves already"
    );
    assert_eq!(
        (seats.free_left(), seats.spare()),
        (0, 0),
        "bob's seat was spare"
    );
    seats.settle(now + long, TIMES);
    assert!(seats.evict().is_none(), "the others are here");
}
