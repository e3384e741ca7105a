//! Rounds, and the ticks between them.

use super::{delta, join, turn, welcome};
use crate::common::{
    Client, Game, Received,
    raw::{Raw, Said},
};
use rush::{
    Dir, Phase,
    wire::{Delta, ToClient},
};

/// The next message about the game, as (round, tick, when it was sent, whether it is a snapshot).
fn next(raw: &mut Raw) -> (u32, u32, u64, bool) {
    raw.receive_until("a tick", |said| match said {
        Said::Message(ToClient::Delta(it)) => Some((it.round, it.tick, it.sent, false)),
        Said::Message(ToClient::Snapshot(it)) => Some((it.round, it.tick, it.sent, true)),
        _ => None,
    })
}

#[test]
fn the_snapshot_of_a_round_takes_the_time_of_a_tick() {
    let game = Game::with(|options| (options.round_seconds, options.podium_seconds) = (1, 1));
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[join()]);
    let welcome = welcome(&mut raw);
    let config = welcome.config;
    let tick = u64::from(config.tick_ms) * 1_000;
    // By the server's clock, a tick apart each. If a busy machine sends one late and the next one
    // in time, the next round is looked at.
    let apart = (0..10).any(|_| {
        let last = delta(&mut raw, "the last tick", |it| {
            (it.phase == Phase::Over).then(|| it.clone())
        });
        assert_eq!(
            last.tick,
            u32::from(config.round_ticks + config.podium_ticks)
        );
        let (snapshot, first) = (next(&mut raw), next(&mut raw));
        let round = last.round + 1;
        assert_eq!((snapshot.0, snapshot.1, snapshot.3), (round, 0, true));
        assert_eq!((first.0, first.1, first.3), (round, 1, false));
        let times = [last.sent, snapshot.2, first.2];
        times.windows(2).all(|it| it[1] - it[0] > tick / 2)
    });
    assert!(apart, "the snapshot of a round is sent with a tick");
}

#[test]
fn a_turn_on_the_podium_is_acknowledged_and_moves_no_player() {
    let game = Game::with(|options| (options.round_seconds, options.podium_seconds) = (1, 600));
    let mut client = Client::join(game.address, "hall", "ann");
    let seat = client.seat();
    client.receive_until("the podium", |client, _| {
        (client.mirror().phase() == Some(Phase::Podium)).then_some(())
    });
    let cell = |client: &Client| client.mirror().player(seat).expect("here").player.cell;
    let (before, seq) = (cell(&client), client.turn(Dir::Up));
    let is_mine = |delta: &Delta| {
        delta
            .turned
            .iter()
            .any(|it| it.seat == seat && it.seq == seq)
    };
    client.receive_until("the turn", |client, received| match received {
        Received::Message(ToClient::Delta(delta)) if is_mine(delta) => {
            assert_ne!(delta.phase, Phase::Playing);
            assert_eq!(cell(client), before);
            Some(())
        }
        _ => None,
    });
}

#[test]
fn a_turn_between_two_rounds_is_applied_in_tick_1() {
    let game = Game::with(|options| (options.round_seconds, options.podium_seconds) = (1, 1));
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[join()]);
    let seat = welcome(&mut raw).seat.expect("a seat");
    // On a busy machine the turn may arrive too late: then the next round is looked at.
    let applied = (1..=8).find(|&seq| {
        delta(&mut raw, "the last tick", |it| {
            (it.phase == Phase::Over).then_some(())
        });
        raw.send(&[turn(seq, Dir::Left)]);
        let at = delta(&mut raw, "the turn", |it| {
            let mine = it
                .turned
                .iter()
                .any(|it| it.seat == seat && it.seq.0 == seq);
            mine.then_some(it.tick)
        });
        at == 1
    });
    assert!(applied.is_some());
}

#[test]
fn a_player_who_joins_watchers_starts_a_new_round_in_the_middle_of_one() {
    let game = Game::start();
    let mut watcher = Client::watch(game.address, "hall");
    watcher.receive_ticks(32);
    let (round, tick) = watcher.mirror().now().expect("a tick");
    assert!(tick > 30);
    let _ann = Client::join(game.address, "hall", "ann");
    let snapshot = watcher.receive_until("a snapshot", |_, received| match received {
        Received::Message(ToClient::Snapshot(it)) => Some((it.round, it.tick, it.phase)),
        _ => None,
    });
    assert_eq!(snapshot, (round + 1, 0, Phase::Playing));
}
