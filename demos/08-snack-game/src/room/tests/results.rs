//! Results are stored once, on the day on which they were won.

use super::{
    super::{Handover, Room, Snapshot},
    fixture::{Client, Fixture, JUST, PATIENCE},
};
use rush::Phase;
use std::{sync::Arc, thread, time::Instant};

/// A day, in seconds.
const DAY: i64 = 86_400;

#[test]
fn a_score_won_before_midnight_and_stored_again_after_it_keeps_its_day() {
    let mut fixture = Fixture::with(|options| options.round_seconds = 3);
    let players: Vec<Client> = (0..20).map(|_| fixture.join()).collect();
    let now = players[19].between.1;
    // Twenty players who run straight on for three seconds meet a snack; if not in this round, then
    // in a later one.
    let has_a_winner = |room: &Room| {
        let world = &room.round.world;
        let points = world.players().map(|(_, player)| player.points);
        world.phase() == Phase::Podium && points.max() > Some(0)
    };
    for _ in 0..10_000 {
        fixture.ticks(1, now);
        if has_a_winner(fixture.room()) {
            break;
        }
    }
    assert!(has_a_winner(fixture.room()), "no player ate a snack");
    let state = Arc::clone(&fixture.room().state);
    let (store, day) = (
        &state.store,
        fixture.room().round.won_on.expect("it was won"),
    );
    // The process dies before midnight, and the next one continues with the podium after it.
    store.wall().set_ahead(DAY);
    let bytes = Snapshot::with_connections(fixture.room(), now);
    let snapshot = Snapshot::read(&bytes).expect("a room");
    let nowhere = Handover {
        snapshots: None,
        find: &mut |_| None,
    };
    let (room, _stats) = snapshot.resume(&state, nowhere);
    assert_eq!(room.round.won_on, Some(day));
    let until = Instant::now() + PATIENCE;
    while store.counts().0 < 2 {
        assert!(Instant::now() < until, "it was not stored twice");
        thread::sleep(JUST);
    }
    assert_eq!(store.board(None).today, [], "no round was won today");
    assert!(!store.board(None).ever.is_empty());
    store.wall().set_ahead(0);
    // Unless a real midnight has just passed.
    assert!(!store.board(None).today.is_empty() || store.wall().day() > day);
}
