//! Seats: join, drop, and join again, one connection at a time.

use crate::common::{Client, Game, PATIENCE, ask_json, wait_until};

/// Seats of the server.
const SEATS: u32 = 40;

#[test]
fn a_script_that_joins_and_drops_leaves_the_seats_to_the_players() {
    let game = Game::with(|options| {
        (options.seats, options.max_players) = (16, SEATS);
        options.grace = 10 * PATIENCE; // A seat that is held for so long is held.
    });
    let mut ann = Client::join(game.address, "room-1", "ann");
    for n in 0..SEATS * 5 {
        // Each finds a seat, where the server sends it.
        let seat = ask_json(game.address, "/api/seat");
        assert_eq!(seat["full"], false, "{n}");
        let room = seat["room"].as_str().expect("a room");
        drop(Client::join(game.address, room, "script"));
    }
    ann.receive_ticks(12);
    for room in ["room-1", "room-2", "room-3"] {
        let mut bob = Client::join(game.address, room, "bob");
        bob.receive_ticks(1);
    }
    ann.receive_ticks(12);
    wait_until("the seats of those who are gone are free", || {
        game.server().state().admission.players() == 1
    });
}
