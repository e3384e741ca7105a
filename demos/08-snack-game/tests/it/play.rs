//! Playing: clients join, turn, lose their connection, resume, and agree about the game.

use crate::common::{Client, Game, Received, ask_json, wait_until};
use rush::{
    Dir, Phase,
    wire::{Seq, ToClient, ToServer},
};
use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

#[test]
fn a_turn_is_acknowledged_and_all_clients_see_the_same() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let mut bob = Client::join(game.address, "hall", "bob");
    assert_eq!(
        ann.welcome().name.as_ref().map(|name| name.as_str()),
        Some("ann")
    );
    assert_ne!(ann.seat(), bob.seat());
    assert_ne!(ann.welcome().token, bob.welcome().token);
    ann.receive_ticks(2);
    bob.receive_ticks(2);
    let shown = (ann.snapshots, bob.snapshots);
    for dir in [Dir::Up, Dir::Left, Dir::Down] {
        let (seq, seat) = (ann.turn(dir), ann.seat());
        ann.receive_until("the acknowledgement", |_, received| match received {
            Received::Message(ToClient::Delta(delta)) => {
                let mine = delta
                    .turned
                    .iter()
                    .find(|turned| turned.seat == seat && turned.seq == seq)?;
                assert_eq!(mine.dir, dir);
                Some(())
            }
            _ => None,
        });
    }
    // At the same tick both mirrors are equal, although they began with different snapshots.
    while ann.mirror().now() != bob.mirror().now() {
        let behind = if ann.mirror().now() < bob.mirror().now() {
            &mut ann
        } else {
            &mut bob
        };
        behind.receive_ticks(1);
    }
    assert_eq!(ann.mirror().picture(), bob.mirror().picture());
    assert_eq!(ann.mirror().players().count(), 2);
    assert_eq!(
        (ann.snapshots, bob.snapshots),
        shown,
        "a client that keeps up needs no second snapshot"
    );
}

#[test]
fn a_round_ends_on_a_podium_and_the_next_begins_with_a_snapshot() {
    let game = Game::with(|options| (options.round_seconds, options.podium_seconds) = (2, 1));
    let mut watcher = Client::watch(game.address, "hall");
    let mut ann = Client::join(game.address, "hall", "ann");
    assert_eq!(watcher.welcome().seat, None);
    for client in [&mut ann, &mut watcher] {
        client.receive_until("the podium", |client, _| {
            (client.mirror().phase() == Some(Phase::Podium)).then_some(())
        });
        let before = client.mirror().now().expect("a snapshot").0;
        client.receive_until("the next round", |client, received| {
            let begins = matches!(received, Received::Message(ToClient::Snapshot(_)));
            begins.then(|| assert_eq!(client.mirror().now(), Some((before + 1, 0))))
        });
        assert!(client.mirror().players().all(|it| it.player.points == 0));
    }
}

#[test]
fn a_resumed_player_keeps_seat_and_points_and_no_turn_counts_twice() {
    let game = Game::start();
    let mut bob = Client::join(game.address, "hall", "bob");
    let mut ann = Client::join(game.address, "hall", "ann");
    let seat = ann.seat();
    let (first, _) = (ann.turn(Dir::Up), ann.turn(Dir::Left));
    assert_eq!(first, Seq(1));
    ann.receive_until("both turns", |ann, _| {
        (ann.mirror().player(seat)?.player.dir == Dir::Left).then_some(())
    });
    let before = ann.disconnect();
    bob.receive_until("ann is away", |bob, _| {
        bob.mirror().player(seat)?.away.then_some(())
    });
    let points = bob
        .mirror()
        .player(seat)
        .expect("ann's seat is kept")
        .player
        .points;

    let mut ann = Client::resume(game.address, "hall", &before);
    assert_eq!(
        (ann.seat(), ann.welcome().resumed, ann.welcome().last_seq),
        (seat, true, Seq(2))
    );
    assert_eq!(ann.welcome().token, before.token);
    bob.receive_until("ann is back", |bob, _| {
        (!bob.mirror().player(seat)?.away).then_some(())
    });
    assert!(bob.mirror().player(seat).expect("seated").player.points >= points);
    // Turns that were not acknowledged before the connection was lost are sent again.
    ann.send(&ToServer::Turn {
        seq: Seq(1),
        dir: Dir::Up,
    });
    ann.send(&ToServer::Turn {
        seq: Seq(2),
        dir: Dir::Right,
    });
    ann.send(&ToServer::Turn {
        seq: Seq(3),
        dir: Dir::Down,
    });
    ann.receive_until("the new turn", |_, received| match received {
        Received::Message(ToClient::Delta(delta)) => {
            let turned: Vec<_> = delta.turned.iter().filter(|it| it.seat == seat).collect();
            let only = *turned.first()?;
            let newest = (Seq(3), Dir::Down);
            assert_eq!(
                (only.seq, only.dir),
                newest,
                "an old turn was applied again"
            );
            Some(())
        }
        _ => None,
    });
}

#[test]
fn the_same_token_takes_the_seat_over_and_the_old_connection_gets_4002() {
    let game = Game::start();
    let mut old = Client::join(game.address, "hall", "ann");
    let mut new = Client::resume(game.address, "hall", &old.welcome().clone());
    assert_eq!(old.receive_close().0, 4002);
    new.receive_ticks(12);
    let seat = new.seat();
    assert_eq!(
        new.mirror().player(seat).map(|it| it.away),
        Some(false),
        "the end of the old connection does not free the seat"
    );
    assert_eq!(ask_json(game.address, "/api/seat?room=hall")["free"], 159);
}

#[test]
fn after_the_grace_the_seat_is_free_and_the_token_is_unknown() {
    let game = Game::with(|options| options.grace = Duration::from_millis(300));
    let mut bob = Client::join(game.address, "hall", "bob");
    let mut ann = Client::join(game.address, "hall", "ann");
    // Ann is in the game. Otherwise one late tick could report her joining and leaving at once.
    ann.receive_ticks(1);
    let (seat, before) = (ann.seat(), ann.disconnect());
    bob.receive_until("ann has joined", |bob, _| {
        bob.mirror().player(seat).map(drop)
    });
    bob.receive_until("ann has left", |bob, _| {
        bob.mirror().player(seat).is_none().then_some(())
    });
    let mut late = Client::connect(game.address, "hall");
    late.send(&ToServer::Resume {
        token: before.token,
    });
    assert_eq!(late.receive_close().0, 4004);
    assert_eq!(ask_json(game.address, "/api/seat?room=hall")["free"], 159);
}

#[test]
fn a_player_who_leaves_is_gone_at_once() {
    let game = Game::start();
    let mut bob = Client::join(game.address, "hall", "bob");
    let mut ann = Client::join(game.address, "hall", "ann");
    let (seat, before) = (ann.seat(), ann.welcome().clone());
    bob.receive_until("ann has joined", |bob, _| {
        bob.mirror().player(seat).map(drop)
    });
    ann.send(&ToServer::Leave);
    assert_eq!(ann.receive_close().0, 1000);
    bob.receive_until("ann has left", |_, received| match received {
        Received::Message(ToClient::Delta(delta)) => delta.left.contains(&seat).then_some(()),
        _ => None,
    });
    let mut back = Client::connect(game.address, "hall");
    back.send(&ToServer::Resume {
        token: before.token,
    });
    assert_eq!(back.receive_close().0, 4004);
}

#[test]
fn a_room_that_panics_closes_with_1011_and_no_other_room_notices() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "falls", "ann");
    let mut bob = Client::join(game.address, "stands", "bob");
    bob.receive_ticks(2);
    let shown = bob.snapshots;
    ann.receive_ticks(2);
    game.runtime
        .block_on(game.server().make_room_panic("falls"));
    assert_eq!(ann.receive_close().0, 1011);
    bob.receive_ticks(10); // The mirror checks that the ticks are consecutive.
    assert_eq!(bob.snapshots, shown, "the other room did not panic");
    let (seat, before) = (ann.seat(), ann.disconnect());
    let mut ann = Client::resume(game.address, "falls", &before);
    assert_eq!(
        (ann.seat(), ann.welcome().resumed),
        (seat, true),
        "ann's seat is kept"
    );
    ann.receive_ticks(3);
    assert!(ann.mirror().player(seat).is_some());
    wait_until("the panic is counted", || {
        ask_json(game.address, "/api/xray")["falls"] == 1
    });
}

#[test]
fn names_are_cleaned_and_an_empty_name_becomes_guest() {
    let game = Game::start();
    let ann = Client::join(game.address, "hall", "  ann\u{202e} \u{7}  b ");
    assert_eq!(
        ann.welcome().name.as_ref().map(|name| name.as_str()),
        Some("ann b")
    );
    let guest = Client::join(game.address, "hall", " ");
    assert_eq!(
        guest.welcome().name.as_ref().map(|name| name.as_str()),
        Some("Guest 2")
    );
}

#[test]
fn simultaneous_arrivals_are_spread_over_rooms_before_they_join() {
    let game = Game::with(|options| options.seats = 4);
    let moment = Duration::from_secs(1);
    // A player who has not joined a moment later is no longer expected. On a busy machine the test
    // asks again.
    for _ in 0..20 {
        thread::sleep(moment);
        let begun = Instant::now();
        let mut sent = BTreeMap::new();
        for _ in 0..12 {
            let answer = ask_json(game.address, "/api/seat");
            let room = answer["room"].as_str().expect("a room").to_owned();
            *sent.entry(room).or_insert(0) += 1;
        }
        if begun.elapsed() < moment {
            let sent: Vec<_> = sent.into_values().collect();
            return assert_eq!(sent, [4, 4, 4]);
        }
    }
    panic!("this machine does not answer twelve requests in a second");
}

#[test]
fn expected_players_do_not_make_a_room_full() {
    let game = Game::with(|options| options.seats = 1);
    for asked in 0..300 {
        let answer = ask_json(game.address, "/api/seat");
        assert_eq!(answer["full"], false, "{asked}: {answer}");
    }
    let mut ann = Client::join(game.address, "room-1", "ann");
    ann.receive_ticks(2);
}
