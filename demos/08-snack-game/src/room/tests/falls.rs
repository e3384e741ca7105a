//! A room that panicked, and goes on.

use super::stage::Stage;
use rush::wire::ToServer;

#[test]
fn whoever_leaves_in_the_tick_that_falls_leaves_no_ghost() {
    let mut stage = Stage::with(|_| {});
    let (ann, bob) = (stage.joins(), stage.joins());
    let now = bob.between.1;
    stage.ticks(2, now);
    stage.says(&ann, ToServer::Leave);
    stage.room().fell(now);
    stage.ticks(1, now);
    let room = stage.room();
    assert_eq!(room.world.players().count(), 1, "a ghost");
    assert_eq!((room.seats.taken(), room.house.players()), (1, 1));
}
