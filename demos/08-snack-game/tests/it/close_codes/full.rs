//! The room or the server is full.

use crate::common::{Client, Game, ask_json, wait_until};
use rush::wire::ToServer;

#[test]
fn a_full_room_closes_with_1013_and_names_another_server() {
    let other = Game::start();
    let game = Game::with(|options| {
        options.seats = 2;
        options.peers = vec![
            format!("http://{}", other.address),
            "http://127.0.0.1:1".to_owned(),
        ];
    });
    let _ann = Client::join(game.address, "hall", "ann");
    let free = || ask_json(game.address, "/api/seat?room=hall")["free"].clone();
    wait_until("one seat is free", || free() == 1);
    let bob = Client::join(game.address, "hall", "bob");
    let there = format!("http://{}", other.address);
    wait_until("the other server is known", || {
        ask_json(game.address, "/api/seat?room=hall")["elsewhere"] == serde_json::json!([there])
    });
    let seat = ask_json(game.address, "/api/seat?room=hall");
    assert_eq!(seat["full"], true);
    // Two clients may see the same last free seat. The second one is refused after the upgrade.
    // On a busy machine the other server may not have answered in time when it was asked last.
    wait_until("the reason names the other server", || {
        let mut late = Client::connect(game.address, "hall");
        late.send(&ToServer::Join {
            name: "late".to_owned(),
        });
        let (code, reason) = late.receive_close();
        let named = reason == format!("go to {there}");
        assert!(code == 1013 && (named || reason == "try later"), "{reason}");
        named
    });
    // A watcher, and a player who resumes, need no free seat.
    let _watcher = Client::watch(game.address, "hall");
    let before = bob.disconnect();
    // It stays: a seat without a turn is not held for a player who is away.
    let bob = Client::resume(game.address, "hall", &before);
    assert!(bob.welcome().resumed);
    // The room counts its seats after it has answered.
    wait_until("another room has seats", || {
        ask_json(game.address, "/api/seat")["room"] != "hall"
    });
    // A room without place for another connection refuses before the upgrade.
    let mut crowd = Vec::new();
    let refused = loop {
        match Client::try_connect(game.address, "hall", |_| {}) {
            Ok(client) => crowd.push(client),
            Err(error) => break error,
        }
        assert!(
            crowd.len() < 100,
            "the room accepts any number of connections"
        );
    };
    assert!(refused.to_string().contains("503"), "{refused}");
}

#[test]
fn max_players_counts_the_players_of_all_rooms() {
    let game = Game::with(|options| options.max_players = 1);
    let _ann = Client::join(game.address, "a", "ann");
    assert_eq!(ask_json(game.address, "/api/seat?room=b")["full"], true);
    let mut bob = Client::connect(game.address, "b");
    bob.send(&ToServer::Join {
        name: "bob".to_owned(),
    });
    assert_eq!(bob.receive_close(), (1013, "try later".to_owned()));
}
