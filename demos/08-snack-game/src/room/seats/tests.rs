use super::*;

fn name(said: &str) -> Option<Name> {
    rush::name::tidy(said)
}

fn seats<const N: usize>(count: u16) -> (Seats, [Seated; N]) {
    let mut seats = Seats::new(count);
    let seated = std::array::from_fn(|n| seats.take(name("ann"), n as u64).expect("free"));
    (seats, seated)
}

#[test]
fn the_first_free_seat_is_given_and_a_full_room_gives_none() {
    let (mut seats, [ann, bob]) = seats(3);
    assert_eq!((ann.seat, bob.seat), (Seat(0), Seat(1)));
    assert_ne!(ann.token, bob.token);
    let unnamed = seats.take(None, 9).expect("free");
    assert_eq!((unnamed.seat, unnamed.name.as_str()), (Seat(2), "Guest 3"));
    assert!(seats.take(name("eve"), 10).is_none());
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
    assert!(seats.resume(&ann.token, 7).is_none());
    assert_eq!((seats.taken(), seats.has(ann.seat)), (2, true));
    assert!(seats.take(None, 8).is_none(), "the world has not played it");
    assert_eq!(seats.free_left(), 1);
    assert_eq!((seats.taken(), seats.has(ann.seat)), (1, false));
    assert_eq!(seats.free_left(), 0, "once");
    assert_eq!(seats.leave(ann.seat), None);
    assert_eq!(seats.take(None, 8).map(|it| it.seat), Some(ann.seat));
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
    let back = seats.resume(&ann.token, 5).expect("known");
    assert_eq!(
        (back.seat, back.before, back.was_away),
        (ann.seat, Some(0), false)
    );
    assert!(!seats.disconnect(ann.seat, 0, now), "it was taken over");
    assert!(seats.disconnect(ann.seat, 5, now));
    assert!(!seats.disconnect(ann.seat, 5, now), "once");
    assert!(seats.name_and_away(ann.seat).1);
    let back = seats.resume(&ann.token, 6).expect("known");
    assert_eq!((back.before, back.was_away), (None, true));
    assert!(!seats.name_and_away(ann.seat).1);
    assert!(seats.resume(&Token([7; 16]), 8).is_none());
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
    seats.resume(&bob.token, 4);
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
    assert!(seats.take(None, 1).is_some() && seats.take(None, 2).is_some());
    assert!(seats.take(None, 3).is_none(), "as many as before");
}
