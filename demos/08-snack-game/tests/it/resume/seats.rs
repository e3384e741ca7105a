//! What a player has after a restart.

use crate::{
    common::{
        Client, Received, ask_json,
        steering::{eat, points},
        wait_until, wait_until_seen,
    },
    resume::server::{Server, refused_resume, resume},
};
use demo_08_snack_game::replay;
use rush::{
    Dir, Phase,
    wire::{Seq, ToClient, ToServer},
};
use rustix::process::Signal;
use std::{fs, thread, time::Duration};

#[test]
fn a_restart_keeps_the_seat_the_points_and_the_round() {
    let mut server = Server::start(&["--round-seconds", "300"]);
    let mut ann = Client::join(server.address(), "hall", "ann");
    let bob = Client::join(server.address(), "hall", "bob");
    let eaten = eat(&mut ann);
    let [ann, bob] = server.shut_down([ann, bob]);
    let before = ann.mirror().now().expect("a snapshot");
    assert!(server.snapshot_path().exists());

    server.restart();
    assert!(
        !server.snapshot_path().exists(),
        "the snapshot is used once"
    );
    server.wait_for_log("rooms restored");
    let players = |server: &Server| {
        let rooms = ask_json(server.address(), "/api/rooms");
        rooms["rooms"][0]["players"].as_u64()
    };
    wait_until_seen("both seats", Some(2), || players(&server));
    let mut back = resume(server.address(), &ann);
    let now = back.mirror().now().expect("a snapshot");
    assert!(
        now.0 == before.0 && now.1 >= before.1,
        "{before:?}, then {now:?}"
    );
    assert!(
        points(&back) >= eaten,
        "{} of {eaten} points",
        points(&back)
    );
    let other = back.mirror().player(bob.seat()).expect("bob has a seat");
    assert!(other.away && other.name.as_str() == "bob");
    back.receive_ticks(3);
    let bob = resume(server.address(), &bob);
    back.receive_until("bob is back", |back, _| {
        let other = back.mirror().player(bob.seat())?;
        (!other.away).then_some(())
    });
    wait_until_seen("both players", Some(2), || players(&server));

    // A crash leaves no snapshot, and the one of the last graceful shutdown is gone.
    server.signal(Signal::KILL);
    server.wait_for_exit();
    server.restart();
    assert_eq!(refused_resume(server.address(), &back), 4004);
}

#[test]
fn a_player_who_resumes_after_the_grace_has_no_seat() {
    let mut server = Server::start(&["--round-seconds", "300", "--grace-seconds", "1"]);
    let ann = Client::join(server.address(), "hall", "ann");
    let [ann] = server.shut_down([ann]);
    // No condition to wait for: this is the time that must pass.
    thread::sleep(Duration::from_millis(1_100));
    server.restart();
    assert_eq!(refused_resume(server.address(), &ann), 4004);
    let late = Client::join(server.address(), "hall", "ann");
    assert_eq!(late.welcome().last_seq, Seq(0));
    wait_until("one player", || {
        ask_json(server.address(), "/api/rooms")["rooms"][0]["players"] == 1
    });
}

#[test]
fn a_turn_during_a_restart_is_applied_once() {
    let mut server = Server::start(&["--round-seconds", "300"]);
    let mut ann = Client::join(server.address(), "hall", "ann");
    eat(&mut ann);
    let seat = ann.seat();
    let turned = |received: &Received| match received {
        Received::Message(ToClient::Delta(delta)) => {
            let mine = delta.turned.iter().find(|turn| turn.seat == seat);
            mine.map(|turn| (turn.seq, turn.dir))
        }
        _ => None,
    };
    let known = ann.turn(Dir::Up);
    ann.receive_until("an acknowledgement", |_, received| {
        turned(received).filter(|turn| turn.0 == known)
    });
    // This turn is in flight while the server closes. It may arrive or not.
    server.signal(Signal::TERM);
    let between = ann.turn(Dir::Left);
    let mut acks = 0;
    let code = ann.receive_until("the Close frame", |_, received| {
        acks += u32::from(turned(received).is_some_and(|turn| turn.0 == between));
        match received {
            Received::Closed(code, _) => Some(*code),
            _ => None,
        }
    });
    assert_eq!(code, 1012);
    let _ = ann.socket.flush();
    let _ = ann.socket.get_mut().shutdown(std::net::Shutdown::Both);
    server.wait_for_exit();

    server.restart();
    let mut back = resume(server.address(), &ann);
    let last = back.welcome().last_seq;
    assert!(last == known || last == between, "{last:?} after {known:?}");
    // The client sends again what was not acknowledged and, by mistake, everything else, twice.
    let after = between.next();
    for (seq, dir) in [
        (known, Dir::Up),
        (between, Dir::Left),
        (after, Dir::Down),
        (between, Dir::Left),
    ] {
        back.send(&ToServer::Turn { seq, dir });
    }
    acks += u32::from(last == between && acks == 0); // It was applied, as Welcome says.
    let mut later = 0;
    let mut ticks = 0;
    back.receive_until("the turns", |_, received| {
        match turned(received) {
            // Turns of one tick are acknowledged together, by the last of them.
            Some((seq, dir)) if seq == after => {
                assert_eq!(dir, Dir::Down);
                acks += u32::from(acks == 0);
                later += 1;
            }
            Some((seq, _)) if seq == between => acks += 1,
            Some(other) => panic!("{other:?} was applied again"),
            None => {}
        }
        // Ticks from before the server has read the turns may wait in the socket.
        let is_tick = matches!(received, Received::Message(ToClient::Delta(_)));
        ticks += u32::from(is_tick && later > 0);
        (ticks >= 15).then_some(())
    });
    assert_eq!((acks, later), (1, 1));
}

#[test]
fn a_round_that_continues_after_a_restart_is_stored_and_counted_once() {
    let mut server = Server::start(&["--round-seconds", "12", "--podium-seconds", "1"]);
    let mut ann = Client::join(server.address(), "hall", "ann");
    let first = ann.mirror().now().expect("a snapshot").0;
    ann.receive_until("a new round", |ann, _| {
        let (round, tick) = ann.mirror().now()?;
        (round > first && tick == 1).then_some(())
    });
    // A round without a turn is not stored.
    let turn = ann.turn(Dir::Up);
    ann.receive_until("an acknowledgement", |ann, received| match received {
        Received::Message(ToClient::Delta(delta)) => {
            let mut mine = delta.turned.iter().filter(|it| it.seat == ann.seat());
            mine.any(|it| it.seq == turn).then_some(())
        }
        _ => None,
    });
    eat(&mut ann);
    let [ann] = server.shut_down([ann]);
    let round = ann.mirror().now().expect("a snapshot").0;
    assert_eq!(kept(&server, round).len(), 1, "up to the restart");

    server.restart();
    let mut back = resume(server.address(), &ann);
    let won = back.receive_until("the podium", |back, _| {
        (back.mirror().phase() == Some(Phase::Podium)).then(|| points(back))
    });
    assert_eq!(back.mirror().now().expect("a snapshot").0, round);
    back.receive_until("the next round", |back, _| {
        (back.mirror().now()?.0 > round).then_some(())
    });
    wait_until("the whole round is stored", || {
        let kept = kept(&server, round);
        kept.len() == 1 && replay::play(&kept[0]).is_ok_and(|report| report.contains("130 ticks"))
    });
    let report = replay::play(&kept(&server, round)[0]).expect("a round");
    assert!(report.contains("the replay matches"), "{report}");
    assert!(
        report.contains(&format!("ann  {won}")),
        "{won} points in {report}"
    );
    let board = ask_json(server.address(), "/api/leaderboard?room=hall");
    let ever = board["ever"].as_array().expect("a board");
    assert_eq!(
        ever.iter().filter(|it| it["name"] == "ann").count(),
        1,
        "{board}"
    );
    assert!(ever[0]["points"].as_u64() >= Some(won.into()), "{board}");
}

/// The files of this round.
fn kept(server: &Server, round: u32) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(server.folder.path().join("rounds")).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let is_it = |path: &std::path::PathBuf| {
        path.to_string_lossy()
            .ends_with(&format!("-hall-{round}.rush"))
    };
    files.filter(is_it).collect()
}
