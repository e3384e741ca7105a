//! Rooms: a watcher in each.

use crate::common::{Client, Game, ask_json, wait_until};

#[test]
fn watchers_of_one_address_do_not_open_all_rooms() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let watchers: Vec<_> = (0..256)
        .filter_map(|n| {
            let room = format!("watched-{n}");
            Client::try_connect(game.address, &room, |_| {}).ok()
        })
        .collect();
    assert_eq!(watchers.len(), 16);
    let rooms = ask_json(game.address, "/api/rooms");
    assert_eq!(rooms["rooms"].as_array().map(Vec::len), Some(17));
    let missed = ann.snapshots;
    ann.receive_ticks(5);
    assert_eq!(ann.snapshots, missed, "ann was never behind");
    // A room that is open takes watchers and players of every address.
    let _watcher = Client::watch(game.address, "hall");
    let _player = Client::join(game.address, "watched-3", "bob");
    // A room with a player is no watched room.
    wait_until("one more room can be opened", || {
        Client::try_connect(game.address, "one-more", |_| {}).is_ok()
    });
}
