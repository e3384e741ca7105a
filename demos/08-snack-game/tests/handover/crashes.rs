//! What a death leaves behind, and who goes on from there.

use crate::{
    common::{
        Client, Received, ask, ask_json,
        frames::{BINARY, frame},
        wait_until,
    },
    game::{Game, ROOM},
};
use crowd::{Crowd, Plan};
use rush::{
    Dir,
    wire::{Seq, ToClient, ToServer},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    io::Write,
    os::unix::fs::FileExt,
    time::{Duration, Instant},
};

#[test]
fn what_was_won_reaches_the_disk_although_the_server_died_on_the_way() {
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
    wait_until("a round to end", || best() != serde_json::json!([]));
    let won = best();
    // As if the disk had never had it: nobody follows the dead one until its scores are gone.
    let (keeper, worker) = (Pid::from_child(&game.keeper), game.worker());
    kill_process(keeper, Signal::STOP).expect("it runs");
    game.kill(worker);
    let scores = game.folder.path().join("scores.redb");
    fs::remove_file(scores).expect("the scores");
    kill_process(keeper, Signal::CONT).expect("it is there");
    wait_until("the next worker", || game.log_count("\"goes on\"") == 1);
    wait_until("what was won", || best() == won);
    let seen = runtime.block_on(crowd.stop());
    assert!(seen.is_honest(), "{seen}");
}

#[test]
fn a_memory_that_makes_no_sense_is_refused_aloud_and_the_room_begins_anew() {
    let game = Game::start(&[]);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let worker = game.worker();
    kill_process(worker, Signal::STOP).expect("it runs");
    for memory in game.memories() {
        memory
            .write_all_at(&[0x5a; 64], 0)
            .expect("it takes anything");
    }
    game.kill(worker);
    wait_until("a sentence", || game.log_count("a room is lost") == 1);
    ann.receive_until("the end of the line", |_, heard| {
        matches!(heard, Received::Broken(_)).then_some(())
    });
    let mut bob = Client::join(game.address, "hall", "bob");
    bob.receive_ticks(5);
}

#[test]
fn a_frame_that_comes_in_two_halves_around_a_crash_is_one_frame() {
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
        .expect("the line is open");
    ann.receive_ticks(2); // It was looked at, and is no message.
    game.crash();
    ann.socket
        .get_mut()
        .write_all(other)
        .expect("the line is open");
    let seat = ann.seat();
    let mut acks = 0;
    let mut ticks = 0;
    ann.receive_until("its turn, once", |_, heard| {
        if let Received::Message(ToClient::Delta(delta)) = heard {
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
fn a_phone_that_reads_nothing_while_its_server_dies_finds_whole_frames_behind_it() {
    // It is behind from before the death until the next worker serves, and on a busy machine that
    // is longer than the five seconds after which it would be shown out.
    let game = Game::start(&["--behind-seconds", "300"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    // More of them would make large ticks, and on a busy machine few: this test waits for bytes.
    let plan = Plan {
        players: 40,
        room: Some("hall".to_owned()),
        turns_per_second: 10.0,
        ..Plan::default()
    };
    let crowd = runtime.block_on(Crowd::start(game.address, plan));
    wait_until("a crowd", || crowd.metrics().seated == 40);
    let mut slow = Client::slow(game.address, ROOM);
    let (mut asked, mut pings) = (Instant::now(), 40);
    wait_until("it is behind", || {
        // It asks, nearly as much as it may, and does not read the answers either. A kernel gives
        // up whoever has no room for twenty seconds: by then all that it holds for this phone is to
        // be full, also on a machine that is too busy to play each tick.
        let due = (asked.elapsed().as_millis() / 30) as u32;
        asked += Duration::from_millis(30) * due;
        pings += due.min(40);
        for _ in 0..std::mem::take(&mut pings) {
            let ping = tungstenite::Message::Ping(vec![7; 125].into());
            slow.socket.send(ping).expect("the line is open");
        }
        let (_, answer) = ask(game.address, "/api/xray", "");
        answer.contains("behind_ticks")
    });
    game.crash();
    let before = slow.snapshots;
    // Each frame is whole, and each tick follows the one before it, up to the picture that makes up
    // for those it missed.
    slow.receive_until("the picture", |slow, _| {
        (slow.snapshots > before).then_some(())
    });
    slow.receive_ticks(10);
    let seen = runtime.block_on(crowd.stop());
    assert!(seen.is_honest(), "{seen}");
}

#[test]
fn workers_that_die_as_soon_as_they_are_there_are_not_started_for_ever() {
    let mut game = Game::start(&[]);
    let mut status = None;
    wait_until("the keeper to give up", || {
        for worker in game.workers() {
            let _ended_already = kill_process(worker, Signal::KILL);
        }
        status = game.keeper.try_wait().expect("a child");
        status.is_some()
    });
    assert_eq!(status.and_then(|status| status.code()), Some(1));
    wait_until("a sentence", || game.log_count("giving up") == 1);
}
