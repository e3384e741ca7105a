//! A new program replaces the old one, or fails to.

use crate::{
    common::{Client, Folder, program::PROGRAM, wait_until},
    handover::game::{Game, ROOM, log},
};
use rustix::process::{Signal, kill_process};
use std::{fs, os::unix::fs::PermissionsExt};
use supervisor::snapshot::SnapshotFile;

#[test]
fn a_new_program_that_cannot_start_changes_nothing() {
    let place = Folder::with_token();
    let program = place.path().join("snack");
    fs::copy(PROGRAM, &program).expect("a copy");
    let game = Game::start_program(&program, &[]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    let broken = place.path().join("broken");
    // One exits at once, the other one never answers.
    let broken_ones = [
        (1, "exit 7", "a worker ended (exit status: 7)"),
        (2, "exec sleep 60", "the new worker does not answer"),
    ];
    for (verdicts, script, why) in broken_ones {
        fs::write(&broken, format!("#!/bin/sh\n{script}\n")).expect("a file");
        fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).expect("a program");
        fs::rename(&broken, &program).expect("the program is replaced");
        game.request_replacement();
        wait_until("the supervisor to reject it", || {
            // The log is JSON, because standard error is a pipe.
            game.log_count("nothing was changed\",\"target\":\"supervisor\"}") == verdicts
        });
        assert_eq!(game.log_count(why), 1);
        assert_eq!(game.workers(), [worker], "the old worker serves");
        ann.receive_ticks(10);
    }
    let whole = place.path().join("whole");
    fs::copy(PROGRAM, &whole).expect("a copy");
    fs::rename(&whole, &program).expect("the program is replaced");
    game.replace();
    assert_ne!(game.worker(), worker, "a new worker serves");
    ann.receive_ticks(10);
}

#[test]
fn if_a_new_program_crashes_the_previous_one_is_started_again() {
    let place = Folder::with_token();
    let program = place.path().join("snack");
    fs::copy(PROGRAM, &program).expect("a copy");
    let game = Game::start_program(&program, &[]);
    let mut ann = Client::join(game.address, ROOM, "ann");
    wait_until("the program to count as working", || {
        game.open_files()
            .iter()
            .any(|(_, target)| *target == program)
    });
    // The check succeeds, and then the program finds no folder for its scores.
    let broken = place.path().join("broken");
    let script = format!("#!/bin/sh\nunset HOME XDG_DATA_HOME\nexec '{PROGRAM}' \"$1\" --keep\n");
    fs::write(&broken, script).expect("a file");
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).expect("a program");
    fs::rename(&broken, &program).expect("the program is replaced");
    game.request_replacement();
    wait_until("the previous program to serve", || {
        game.log_count(log::WORKER_SERVES) == 1
    });
    assert_eq!(game.log_count(log::PREVIOUS_PROGRAM), 1);
    assert_eq!(game.log_count(log::NOT_REPLACED), 0);
    ann.receive_ticks(10);
    wait_until("the other workers to exit", || game.workers().len() == 1);
    game.crash(); // The next worker runs the previous program, not the one on the disk.
    ann.receive_ticks(10);
}

#[test]
fn a_snapshot_of_another_version_is_rejected_and_nothing_changes() {
    let game = Game::start(&[]);
    let mut ann = Client::join(game.address, ROOM, "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    game.stop(worker);
    for memory in game.snapshots() {
        let mut memory = SnapshotFile::from_fd(memory.into());
        let mut state = memory.read().expect("what the room wrote");
        state[4] += 1; // The version, after the magic number.
        memory.write(&state).expect("a memory file");
    }
    game.request_replacement();
    wait_until("the supervisor to reject it", || {
        game.log_count(log::NOT_REPLACED) == 1
    });
    assert_eq!(
        game.log_count("the room hall: it has version 2, this program reads version 1"),
        1
    );
    kill_process(worker, Signal::CONT).expect("the worker exists");
    assert_eq!(game.worker(), worker, "the old worker serves");
    ann.receive_ticks(10);
    game.replace(); // By now the worker has written a valid snapshot again.
    ann.receive_ticks(10);
}
