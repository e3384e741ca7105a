//! Closing time, and a game that nobody keeps any more.

use crate::{
    common::{Client, wait_until},
    game::{Game, ROOM},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{thread, time::Duration};

#[test]
fn a_game_without_its_keeper_goes_on_and_says_so() {
    let mut game = Game::start(&["--drain-seconds", "0"]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    game.keeper.kill().expect("it runs");
    game.keeper.wait().expect("it ends");
    wait_until("a sentence", || game.log_count("the keeper is gone") == 1);
    ann.receive_ticks(10);
    let mut bob = Client::join(game.address, "hall", "bob");
    bob.receive_ticks(3);
    kill_process(worker, Signal::TERM).expect("it runs");
    assert_eq!(ann.receive_close().0, 1012, "as without a keeper");
}

#[test]
fn it_ends_in_order_with_status_0() {
    let mut game = Game::start(&["--drain-seconds", "0"]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    game.crash();
    ann.receive_ticks(3);
    kill_process(Pid::from_child(&game.keeper), Signal::TERM).expect("it runs");
    assert_eq!(ann.receive_close().0, 1012);
    let _ = ann.socket.flush();
    drop(ann);
    assert_eq!(game.ends(), Some(0));
}

#[test]
fn told_twice_to_end_it_ends_at_once_with_status_0() {
    let mut game = Game::start(&["--drain-seconds", "600", "--round-seconds", "600"]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let keeper = Pid::from_child(&game.keeper);
    kill_process(keeper, Signal::TERM).expect("it runs");
    wait_until("closing time", || {
        game.log_count("once more, and it ends at once") == 1
    });
    game.anew();
    wait_until("a no", || {
        game.log_count("shutting down: nothing was changed") == 1
    });
    ann.receive_ticks(3);
    kill_process(keeper, Signal::TERM).expect("it runs");
    assert_eq!(game.ends(), Some(0));
    wait_until("a log line", || {
        game.log_count("second signal: exiting now") == 1
    });
}

#[test]
fn closing_time_in_the_midst_of_a_restart_ends_in_order_too() {
    // Before, while and after the old one stops; the keeper's proof has every other moment.
    for after in [0, 3, 10, 30, 100, 200] {
        let mut game = Game::start(&["--drain-seconds", "0"]);
        let mut ann = Client::join(game.address, ROOM, "ann");
        ann.receive_ticks(3);
        game.anew();
        thread::sleep(Duration::from_millis(after));
        kill_process(Pid::from_child(&game.keeper), Signal::TERM).expect("it runs");
        assert_eq!(ann.receive_close().0, 1012, "after {after} ms");
        drop(ann);
        assert_eq!(game.ends(), Some(0), "after {after} ms");
    }
}
