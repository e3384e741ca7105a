//! What survives a crash of the worker, and how the next worker continues.

use crate::{
    common::{
        Client, Received, ask, ask_json,
        frames::{BINARY, frame},
        wait_until,
    },
    handover::game::{Game, ROOM, log},
};
use crowd::{Crowd, Plan};
use rush::{
    Dir,
    wire::{Seq, ToClient, ToServer},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{fs, io::Write, os::unix::fs::FileExt};

#[test]
fn scores_of_a_crashed_worker_are_stored_by_the_next_one() {
    let game = Game::start(&["--round-seconds", "5", "--podium-seconds", "60"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let plan = Plan {
        players: 8,
        room: Some(ROOM.to_owned()),
        called: Some("guest".to_owned()),
        ..Plan::default()
    };
    let crowd = runtime.block_on(Crowd::start(game.address, plan));
    let best = || ask_json(game.address, "/api/leaderboard")["ever"].clone();
    wait_until("the end of a round", || best() != serde_json::json!([]));
    let won = best();
    // As if the scores had never reached the disk: no worker starts before the file is gone.
    let (supervisor, worker) = (Pid::from_child(&game.supervisor), game.worker());
    kill_process(supervisor, Signal::STOP).expect("it runs");
    game.kill(worker);
    let scores = game.folder.path().join("scores.redb");
    fs::remove_file(scores).expect("the file exists");
    kill_process(supervisor, Signal::CONT).expect("the supervisor runs");
    wait_until("the next worker", || {
        game.log_count(log::WORKER_SERVES) == 1
    });
    wait_until("the scores", || best() == won);
    let seen = runtime.block_on(crowd.stop());
    assert!(seen.is_honest(), "{seen}");
}

#[test]
fn an_invalid_snapshot_is_logged_and_the_room_starts_empty() {
    let game = Game::start(&[]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    game.stop(worker);
    for memory in game.snapshots() {
        memory.write_all_at(&[0x5a; 64], 0).expect("a memory file");
    }
    game.kill(worker);
    wait_until("the log line", || game.log_count(log::ROOM_LOST) == 1);
    ann.receive_until("the end of the connection", |_, received| {
        matches!(received, Received::Broken(_)).then_some(())
    });
    let mut bob = Client::join(game.address, "hall", "bob");
    bob.receive_ticks(5);
}

#[test]
fn a_frame_that_arrives_half_before_and_half_after_a_crash_is_read() {
    let game = Game::start(&[]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let (seq, dir) = (Seq(1), Dir::Up);
    let said = ToServer::Turn { seq, dir }.encode();
    let frame = frame(BINARY, &said);
    let (one, other) = frame.split_at(frame.len() - 2);
    ann.socket
        .get_mut()
        .write_all(one)
        .expect("the connection is open");
    ann.receive_ticks(2); // The half has been read by then, and is no message yet.
    game.crash();
    ann.socket
        .get_mut()
        .write_all(other)
        .expect("the connection is open");
    let seat = ann.seat();
    let mut acks = 0;
    let mut ticks = 0;
    ann.receive_until("the turn to be applied once", |_, received| {
        if let Received::Message(ToClient::Delta(delta)) = received {
            acks += delta
                .turned
                .iter()
                .filter(|turn| turn.seat == seat && turn.seq == seq)
                .count();
            ticks += usize::from(acks > 0);
        }
        (ticks > 10).then_some(())
    });
    assert_eq!(acks, 1);
}

#[test]
fn a_client_that_does_not_read_during_a_crash_receives_whole_frames_afterwards() {
    // The client is behind until the next worker serves. On a busy machine that takes longer than
    // the five seconds after which a slow client is disconnected.
    let game = Game::start(&["--behind-seconds", "300"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    // A larger crowd would make larger ticks, but on a busy machine fewer: this test needs bytes.
    let plan = Plan {
        players: 40,
        room: Some("hall".to_owned()),
        turns_per_second: 10.0,
        ..Plan::default()
    };
    let crowd = runtime.block_on(Crowd::start(game.address, plan));
    wait_until("the crowd to be seated", || crowd.metrics().seated == 40);
    let mut slow = Client::slow(game.address, ROOM);
    let ticks = || crowd.metrics().deltas / 40;
    let (mut pinged, mut pings) = (ticks(), 40);
    wait_until("the slow client to be behind", || {
        // The client sends nearly as many pings as the rate limit allows, and does not read the
        // pongs. A kernel drops a peer whose receive window is closed for 20 s, so the buffers must
        // be full by then, also on a machine that is too busy to send every tick. They are counted
        // in ticks: those that a server finds after it has stood still would be a flood.
        let now = ticks();
        pings += ((now - pinged) * 3).min(40);
        pinged = now;
        for _ in 0..std::mem::take(&mut pings) {
            let ping = tungstenite::Message::Ping(vec![7; 125].into());
            slow.socket.send(ping).expect("the connection is open");
        }
        let (_, answer) = ask(game.address, "/api/xray", "");
        answer.contains("behind_ticks")
    });
    game.crash();
    let before = slow.snapshots;
    // Every frame is whole, and the ticks are consecutive, up to the snapshot that replaces the
    // missed ones.
    slow.receive_until("a snapshot", |slow, _| {
        (slow.snapshots > before).then_some(())
    });
    slow.receive_ticks(10);
    let seen = runtime.block_on(crowd.stop());
    assert!(seen.is_honest(), "{seen}");
}

#[test]
fn the_supervisor_gives_up_if_workers_crash_at_once() {
    let mut game = Game::start(&[]);
    let mut status = None;
    wait_until("the supervisor to give up", || {
        for worker in game.workers() {
            let _ended_already = kill_process(worker, Signal::KILL);
        }
        status = game.supervisor.try_wait().expect("a child process");
        status.is_some()
    });
    assert_eq!(status.and_then(|status| status.code()), Some(1));
    wait_until("the log line", || game.log_count(log::GIVES_UP) == 1);
}
