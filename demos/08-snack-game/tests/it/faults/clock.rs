//! The system clock jumps while players play: the game does not depend on it, and the leaderboard
//! of the day does.

use crate::common::{Client, Game, ask_json, steering::win, wait_until};

const DAY: i64 = 86_400;

/// Returns the names on today's leaderboard.
fn today(game: &Game) -> Vec<String> {
    let board = ask_json(game.address, "/api/leaderboard?room=hall");
    let today = board["today"].as_array().expect("a board").iter();
    today
        .map(|it| it["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// Plays until the end of a round with points.
fn earn_points(game: &Game, name: &str) {
    let mut client = Client::join(game.address, "hall", name);
    win(&mut client);
    client.send(&rush::wire::ToServer::Leave);
    assert_eq!(client.receive_close().0, 1000);
}

#[test]
fn a_clock_that_jumps_changes_the_day_and_nothing_else() {
    let game = Game::with(|options| (options.round_seconds, options.podium_seconds) = (1, 1));
    let wall = game.server().state().store.wall();
    let mut watcher = Client::watch(game.address, "hall");
    earn_points(&game, "ann");
    wait_until("ann is on today's board", || today(&game) == ["ann"]);

    wall.set_ahead(DAY);
    assert!(today(&game).is_empty(), "no round was played tomorrow");
    earn_points(&game, "bob");
    wait_until("bob is on tomorrow's board", || today(&game) == ["bob"]);

    wall.set_ahead(0);
    assert_eq!(today(&game), ["ann"], "the clock is back");
    for ahead in [-2 * DAY, i64::MIN, 300 * 365 * DAY] {
        wall.set_ahead(ahead);
        assert!(today(&game).is_empty());
        watcher.receive_ticks(5); // The mirror checks that the ticks are consecutive.
    }
    assert_eq!(game.server().state().metrics.rooms.panics.get(), 0);
}
