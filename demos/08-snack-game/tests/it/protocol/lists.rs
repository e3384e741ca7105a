//! One seat in several lists of a delta.

use super::{delta, join, turn, welcome};
use crate::common::{Client, Game, raw::Raw};
use rush::{
    Config, Dir, Input, Name, Phase, Seat, World,
    mirror::Mirror,
    wire::{Delta, Seq, Snapshot},
};

/// A world that plays inputs, and a client's picture of it, which must stay equal.
struct Played {
    world: World,
    mirror: Mirror,
}

impl Played {
    fn new() -> Self {
        let config = Config {
            round_ticks: 3,
            podium_ticks: 9,
            ..Config::default()
        };
        let world = World::new(config, 7, 0, []);
        let mut mirror = Mirror::new(*world.config());
        let drawn = Snapshot::of(&world, 0, |_| (Name::guest(1), false));
        mirror.snapshot(&drawn).expect("a snapshot");
        Self { world, mirror }
    }

    fn step(&mut self, inputs: &[Input], away: &[(Seat, bool)]) -> Delta {
        let happened = self.world.step(inputs);
        let away = away.iter().copied();
        let delta = Delta::of(&happened, 0, |_| Name::guest(1), |_| Seq(1), away);
        self.mirror.delta(&delta).expect("it agrees");
        let players = self.world.players().map(|(seat, it)| (seat, *it));
        let seen = self.mirror.players().map(|it| (it.seat, it.player));
        assert!(players.eq(seen));
        delta
    }
}

#[test]
fn a_seat_that_changes_hands_is_in_left_and_joined_and_the_rest_is_about_the_new_player() {
    let mut played = Played::new();
    let (seat, dir) = (Seat(0), Dir::Up);
    let joined = played.step(&[Input::Join { seat }, Input::Turn { seat, dir }], &[]);
    assert_eq!((joined.joined[0].seat, joined.joined[0].dir), (seat, dir));
    assert_eq!(joined.turned.len(), 1, "the new player's turn");
    let dir = Dir::Left;
    let changed = [
        Input::Turn {
            seat,
            dir: Dir::Down,
        },
        Input::Leave { seat },
        Input::Join { seat },
        Input::Turn { seat, dir },
    ];
    let delta = played.step(&changed, &[(seat, true)]);
    assert_eq!((&delta.left[..], delta.joined.len()), (&[seat][..], 1));
    assert_eq!(delta.turned.len(), 1);
    assert_eq!(delta.turned[0].dir, dir, "not that of the player who left");
    assert_eq!(delta.away, [(seat, true)]);
    // In and out between two ticks leaves no trace; and once more on the podium.
    let seat = Seat(1);
    for phase in [Phase::Playing, Phase::Podium] {
        let delta = played.step(&[Input::Join { seat }, Input::Leave { seat }], &[]);
        assert_eq!(delta.phase, phase);
        assert!(delta.left.is_empty() && delta.joined.is_empty());
    }
    let delta = played.step(
        &[Input::Join { seat }, Input::Turn { seat: Seat(0), dir }],
        &[(Seat(0), false)],
    );
    assert_eq!(delta.phase, Phase::Podium);
    assert_eq!(
        (delta.joined.len(), delta.turned.len(), delta.away.len()),
        (1, 1, 1)
    );
    assert!(delta.eaten.is_empty() && delta.spawned.is_empty());
}

/// Two messages in one write may be read in two ticks: then it is tried again.
#[test]
fn the_server_sends_a_new_player_in_joined_and_turned_and_in_joined_and_away() {
    let game = Game::start();
    let mut watcher = Client::watch(game.address, "hall");
    let mut watched = |seat: Seat, is_there: &dyn Fn(&Delta) -> bool| {
        use crate::common::Received;
        use rush::wire::ToClient;
        watcher.receive_until("who joined", |_, received| match received {
            Received::Message(ToClient::Delta(delta)) => {
                let mut joined = delta.joined.iter();
                joined.any(|it| it.seat == seat).then(|| is_there(delta))
            }
            _ => None,
        })
    };
    let turned = (0..20).any(|_| {
        let mut raw = Raw::connect(game.address, "hall");
        raw.send(&[join(), turn(1, Dir::Down)]);
        let seat = welcome(&mut raw).seat.expect("a seat");
        delta(&mut raw, "it is there", |it| {
            it.joined.iter().any(|it| it.seat == seat).then_some(())
        });
        watched(seat, &|delta| {
            let mine = delta.joined.iter().find(|it| it.seat == seat);
            delta.turned.iter().any(|it| it.seat == seat)
                && mine.is_some_and(|it| it.dir == Dir::Down)
        })
    });
    assert!(turned);
    let away = (0..20).any(|_| {
        let mut raw = Raw::connect(game.address, "hall");
        raw.send(&[join()]);
        let seat = welcome(&mut raw).seat.expect("a seat");
        drop(raw);
        watched(seat, &|delta| delta.away.contains(&(seat, true)))
    });
    assert!(away);
}
