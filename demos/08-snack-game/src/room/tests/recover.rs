//! A room that panicked.

use super::fixture::Fixture;
use rush::wire::ToServer;

#[test]
fn a_player_who_leaves_in_the_tick_that_panics_is_not_in_the_next_round() {
    let mut fixture = Fixture::with(|_| {});
    let (ann, bob) = (fixture.join(), fixture.join());
    let now = bob.between.1;
    fixture.ticks(2, now);
    fixture.send(&ann, ToServer::Leave);
    fixture.room().recover(now);
    fixture.ticks(1, now);
    let room = fixture.room();
    assert_eq!(room.round.world.players().count(), 1);
    let players = room.state.admission.players();
    assert_eq!((room.seats.taken(), players), (1, 1));
}
