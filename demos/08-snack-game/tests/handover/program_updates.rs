//! A new program takes the old one's place, or cannot.

use crate::{
    common::{Client, Folder, wait_until},
    game::{Game, PROGRAM, ROOM},
};
use rustix::process::{Signal, kill_process};
use std::{fs, os::unix::fs::PermissionsExt};
use supervisor::snapshot::SnapshotFile;

#[test]
fn a_new_program_that_cannot_go_on_changes_nothing() {
    let place = Folder::new();
    let program = place.path().join("snack");
    fs::copy(PROGRAM, &program).expect("a copy");
    let game = Game::of(&program, &[]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    let broken = place.path().join("broken");
    // One ends at once, the other one says nothing at all.
    let broken_ones = [
        (1, "exit 7", "a worker ended (exit status: 7)"),
        (2, "exec sleep 60", "the new worker does not answer"),
    ];
    for (verdicts, script, why) in broken_ones {
        fs::write(&broken, format!("#!/bin/sh\n{script}\n")).expect("a file");
        fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).expect("a program");
        fs::rename(&broken, &program).expect("the place of the old one");
        game.anew();
        wait_until("the verdict", || {
            // An object a line, for this is a pipe.
            game.log_count("nothing was changed\",\"target\":\"keeper\"}") == verdicts
        });
        assert_eq!(game.log_count(why), 1);
        assert_eq!(game.workers(), [worker], "the old one serves");
        ann.receive_ticks(10);
    }
    let whole = place.path().join("whole");
    fs::copy(PROGRAM, &whole).expect("a copy");
    fs::rename(&whole, &program).expect("and back");
    game.replace();
    wait_until("the old one to end", || game.workers().len() == 1);
    assert_ne!(game.worker(), worker, "and now another one does");
    ann.receive_ticks(10);
}

#[test]
fn a_new_program_that_dies_as_soon_as_it_serves_is_followed_by_the_one_before_it() {
    let place = Folder::new();
    let program = place.path().join("snack");
    fs::copy(PROGRAM, &program).expect("a copy");
    let game = Game::of(&program, &[]);
    let mut ann = Client::join(game.address, ROOM, "ann");
    wait_until("its program to be trusted", || {
        game.holds().iter().any(|(_, lies)| *lies == program)
    });
    // The check goes well, and then it finds no folder to keep scores in.
    let broken = place.path().join("broken");
    let script = format!("#!/bin/sh\nunset HOME XDG_DATA_HOME\nexec '{PROGRAM}' \"$1\" --keep\n");
    fs::write(&broken, script).expect("a file");
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).expect("a program");
    fs::rename(&broken, &program).expect("the place of the old one");
    game.anew();
    wait_until("the one before it", || game.log_count("\"goes on\"") == 1);
    assert_eq!(game.log_count("starting the previous program again"), 1);
    assert_eq!(game.log_count("nothing was changed"), 0);
    ann.receive_ticks(10);
    wait_until("the others to end", || game.workers().len() == 1);
    game.crash(); // And after that it is not asked what is on the disk.
    ann.receive_ticks(10);
}

#[test]
fn a_memory_of_another_version_is_refused_and_named_and_nothing_is_changed() {
    let game = Game::start(&[]);
    let mut ann = Client::join(game.address, ROOM, "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    kill_process(worker, Signal::STOP).expect("it runs");
    for memory in game.memories() {
        let mut memory = SnapshotFile::from_fd(memory.into());
        let mut state = memory.read().expect("what the room wrote");
        state[4] += 1; // Behind the word that every memory begins with.
        memory.write(&state).expect("it takes anything");
    }
    game.anew();
    wait_until("the verdict", || game.log_count("nothing was changed") == 1);
    assert_eq!(
        game.log_count("the room hall: it has version 2, this program reads version 1"),
        1
    );
    kill_process(worker, Signal::CONT).expect("it is there");
    assert_eq!(game.workers(), [worker], "the old one serves");
    ann.receive_ticks(10);
    game.replace(); // It has written its own again.
    ann.receive_ticks(10);
}
