//! What was won is won once, and on its day.

use super::{
    super::{Room, state::State},
    stage::{Ends, JUST, PATIENCE, Stage},
};
use rush::Phase;
use std::{sync::Arc, thread, time::Instant};

/// In seconds.
const DAY: i64 = 86_400;

#[test]
fn what_was_won_before_midnight_is_not_won_again_after_it_by_the_next_process() {
    let mut stage = Stage::with(|options| options.round_seconds = 3);
    let players: Vec<Ends> = (0..20).map(|_| stage.joins()).collect();
    let now = players[19].between.1;
    // Twenty who run straight on for three seconds meet a snack; if not, they do in the next round.
    let has_a_winner = |room: &Room| {
        let points = room.world.players().map(|(_, player)| player.points);
        room.world.phase() == Phase::Podium && points.max() > Some(0)
    };
    for _ in 0..10_000 {
        stage.ticks(1, now);
        if has_a_winner(stage.room()) {
            break;
        }
    }
    assert!(has_a_winner(stage.room()), "nobody ate anything");
    let house = Arc::clone(&stage.room().house);
    let (store, day) = (&house.store, stage.room().won.expect("just now"));
    // The process dies before midnight, and after it the next one goes on with the podium.
    store.wall().set_ahead(DAY);
    let left = State::read(&stage.room().encode(now)).expect("a room");
    let (room, _desk) = left.room(&house, None, |_| None);
    assert_eq!(room.won, Some(day));
    let until = Instant::now() + PATIENCE;
    while store.counts().0 < 2 {
        assert!(Instant::now() < until, "it is not stored twice");
        thread::sleep(JUST);
    }
    assert_eq!(store.board(None).today, [], "nobody has played today");
    assert!(!store.board(None).ever.is_empty());
    store.wall().set_ahead(0);
    // Unless midnight has just passed in earnest.
    assert!(!store.board(None).today.is_empty() || store.wall().day() > day);
}
