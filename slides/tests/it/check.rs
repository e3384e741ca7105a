//! `--check` presses what a presenter presses, and says what it saw.
#![cfg(unix)]

use crate::{ports, stage::build};
use limited::{Input, Limits};
use std::{net::TcpListener, process::Command, sync::MutexGuard, time::Duration};

/// Reserves the port of every demo: `--check` looks at each of them, and takes it for a moment.
fn every_port() -> [MutexGuard<'static, ()>; 8] {
    [1, 2, 3, 4, 5, 6, 7, 8].map(ports::reserve)
}

/// The lines of `--check`. It is not the check that builds the demos: here `cargo` does nothing.
fn checked() -> String {
    let mut check = Command::new(env!("CARGO_BIN_EXE_slides"));
    check.arg("--check").env("CARGO", "true");
    let limits = Limits::time(Duration::from_secs(600));
    let ended = limited::run(&mut check, Input::Empty, limits).expect("it starts");
    ended.stdout() + &ended.stderr()
}

#[track_caller]
fn line<'c>(checked: &'c str, what: &str) -> &'c str {
    let found = checked
        .lines()
        .find(|line| line[4..].trim_start().starts_with(what));
    found.unwrap_or_else(|| panic!("no line about {what:?} in\n{checked}"))
}

#[test]
fn it_opens_its_pages_plays_a_vote_and_kills_the_game_once() {
    let _ports = every_port();
    build("08-snack-game");
    let checked = checked();
    let pages = line(&checked, "pages");
    let seen = match browser::find() {
        Some(_) => "without an error",
        None => "open them in your browser",
    };
    assert!(
        pages.starts_with("  ok") && pages.contains(seen),
        "{checked}"
    );
    let vote = line(&checked, "a vote");
    assert!(
        vote.starts_with("  ok") && vote.contains("a phone's vote was counted after"),
        "{checked}"
    );
    let game = line(&checked, "the game");
    let seen = match cfg!(target_os = "linux") {
        true => "the next one served after",
        false => "its page was shown",
    };
    assert!(game.starts_with("  ok") && game.contains(seen), "{checked}");
    // The game has ended.
    ports::wait_until_free(8);
}

#[test]
fn it_names_the_program_that_has_the_games_port() {
    let _ports = every_port();
    let _taken = TcpListener::bind("127.0.0.1:7008").expect("the port is free");
    let checked = checked();
    let game = line(&checked, "the game");
    assert!(
        game.starts_with("  NO") && game.contains("listens on port 7008"),
        "{checked}"
    );
    if cfg!(target_os = "linux") {
        let me = format!("(process {})", std::process::id());
        assert!(game.contains(&me), "{checked}");
        // Another program may have another demo's port, too.
        let ports = line(&checked, "demos' ports");
        assert!(
            ports.starts_with("  NO") && ports.contains("7008"),
            "{checked}"
        );
    }
}
