//! Graceful shutdown of the supervisor and its worker, and a worker without its supervisor.

use crate::{
    common::{Client, wait_until},
    handover::game::{Game, ROOM, log},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{thread, time::Duration};

#[test]
fn a_worker_without_its_supervisor_continues_and_logs_it() {
    let mut game = Game::start(&["--drain-seconds", "0"]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    game.supervisor.kill().expect("it runs");
    game.supervisor.wait().expect("it exits");
    wait_until("the log line", || game.log_count(log::NO_SUPERVISOR) == 1);
    ann.receive_ticks(10);
    let mut bob = Client::join(game.address, "hall", "bob");
    bob.receive_ticks(3);
    kill_process(worker, Signal::TERM).expect("it runs");
    assert_eq!(
        ann.receive_close().0,
        1012,
        "as for a server that has no supervisor"
    );
}

#[test]
fn sigterm_shuts_down_gracefully_with_status_0() {
    let mut game = Game::start(&["--drain-seconds", "0"]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    game.crash();
    ann.receive_ticks(3);
    kill_process(Pid::from_child(&game.supervisor), Signal::TERM).expect("it runs");
    assert_eq!(ann.receive_close().0, 1012);
    let _ = ann.socket.flush();
    drop(ann);
    assert_eq!(game.wait_for_exit(), Some(0));
}

#[test]
fn a_second_sigterm_exits_at_once_with_a_status_of_its_own() {
    let mut game = Game::start(&["--drain-seconds", "600", "--round-seconds", "600"]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let supervisor = Pid::from_child(&game.supervisor);
    kill_process(supervisor, Signal::TERM).expect("it runs");
    wait_until("the shutdown to begin", || {
        game.log_count(log::SHUTTING_DOWN) == 1
    });
    game.request_replacement();
    wait_until("the replacement to be refused", || {
        game.log_count(log::SHUTTING_DOWN_NOT_REPLACED) == 1
    });
    ann.receive_ticks(3);
    kill_process(supervisor, Signal::TERM).expect("it runs");
    assert_eq!(game.wait_for_exit(), Some(130));
    wait_until("the log line", || game.log_count(log::EXITS_NOW) == 1);
}

#[test]
fn sigterm_during_a_restart_shuts_down_gracefully() {
    // Before, while and after the old worker stops; the supervisor's proof covers every moment.
    for after in [0, 3, 10, 30, 100, 200] {
        let mut game = Game::start(&["--drain-seconds", "0"]);
        let mut ann = Client::join(game.address, ROOM, "ann");
        ann.receive_ticks(3);
        game.request_replacement();
        thread::sleep(Duration::from_millis(after));
        kill_process(Pid::from_child(&game.supervisor), Signal::TERM).expect("it runs");
        assert_eq!(ann.receive_close().0, 1012, "after {after} ms");
        drop(ann);
        assert_eq!(game.wait_for_exit(), Some(0), "after {after} ms");
    }
}
