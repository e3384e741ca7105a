//! The mirror compared with the world, through encoded messages.

use super::*;
use crate::wire::{Joined, Seq, ToClient, Turned};
use crate::world::tests::{wishes, worlds};
use crate::{Dir, Happened, Name, World};
use proptest::prelude::*;

fn who(away: &BTreeMap<Seat, bool>) -> impl Fn(Seat) -> (Name, bool) {
    |seat| (Name::guest(seat.0), away.get(&seat) == Some(&true))
}

/// Encodes and decodes the message.
fn heard(message: ToClient) -> ToClient {
    let bytes = message.encode();
    let heard = ToClient::decode(&bytes).expect("what is encoded is decoded");
    assert_eq!(heard, message);
    assert_eq!(heard.encode(), bytes, "there is one way to say it");
    heard
}

fn show(mirror: &mut Mirror, world: &World, away: &BTreeMap<Seat, bool>) {
    match heard(ToClient::Snapshot(Snapshot::of(world, 0, who(away)))) {
        ToClient::Snapshot(snapshot) => mirror.snapshot(&snapshot).expect("a sound snapshot"),
        _ => unreachable!("a snapshot"),
    }
}

/// The delta of a tick in which no player was lost or came back.
fn delta_of(happened: &Happened) -> Delta {
    Delta::of(happened, 0, |seat| Name::guest(seat.0), |_| Seq(1), [])
}

fn tell(mirror: &mut Mirror, delta: Delta) -> Result<Heard, Lost> {
    match heard(ToClient::Delta(delta)) {
        ToClient::Delta(delta) => mirror.delta(&delta),
        _ => unreachable!("a delta"),
    }
}

proptest! {
    #[test]
    fn the_mirror_is_the_world_and_a_lost_tick_is_noticed(
        mut world in worlds(), ticks in wishes(20, 60), lost in prop::collection::vec(prop::bool::weighted(0.1), 60),
        gone in prop::collection::vec((0..20_u16, any::<bool>()), 60),
    ) {
        let mut away = BTreeMap::new();
        let mut mirror = Mirror::new(*world.config());
        show(&mut mirror, &world, &away);
        for ((inputs, lost), gone) in ticks.iter().zip(lost).zip(gone) {
            if world.phase() == Phase::Over {
                world = world.next();
                away.clear();
                show(&mut mirror, &world, &away);
            }
            let happened = world.step(inputs);
            happened.left.iter().for_each(|seat| { away.remove(seat); });
            let gone = (Seat(gone.0), gone.1);
            let news = world.player(gone.0).is_some().then_some(gone);
            away.extend(news);
            let delta = Delta::of(&happened, 0, |seat| who(&away)(seat).0, |_| Seq(1), news);
            if lost {
                continue; // The line was slow in this tick.
            }
            let knows = mirror.now() == Some((happened.round, happened.tick - 1));
            let was_blank = mirror.is_blank();
            match tell(&mut mirror, delta.clone()) {
                Ok(it) => {
                    prop_assert!(knows && it == Heard::Next);
                    prop_assert_eq!(mirror.delta(&delta), Ok(Heard::Old), "said twice, heard once");
                }
                Err(it) => {
                    prop_assert!(!knows);
                    prop_assert_eq!(it == Lost::Blank, was_blank);
                    prop_assert!(mirror.is_blank() && mirror.picture().is_none());
                    if gone.0.0 % 2 == 0 {
                        continue; // The snapshot takes its time.
                    }
                    show(&mut mirror, &world, &away);
                }
            }
            prop_assert_eq!(mirror.picture(), Some(Snapshot::of(&world, 0, who(&away))));
            prop_assert_eq!(mirror.team_points(), world.team_points());
        }
    }

    #[test]
    fn a_changed_delta_never_panics(world in worlds(), at in any::<prop::sample::Index>(), to: u8, inputs in wishes(20, 2)) {
        let away = BTreeMap::new();
        let mut mirror = Mirror::new(*world.config());
        show(&mut mirror, &world, &away);
        let happened = world.clone().step(inputs.first().map_or(&[], Vec::as_slice));
        let delta = delta_of(&happened);
        let mut bytes = delta.encode().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(ToClient::Delta(delta)) = ToClient::decode(&bytes) {
            let told = mirror.delta(&delta);
            prop_assert_eq!(told.is_err(), mirror.is_blank());
        }
    }
}

/// What the mirror says of a message after this change.
type Spoilt<'a, T> = (&'static str, &'a dyn Fn(&mut T));

/// A world with two players, its picture, and its next tick.
struct Told {
    world: World,
    snapshot: Snapshot,
    delta: Delta,
}

fn told() -> Told {
    let seated = (0..2).map(|n| (Seat(n), Team::ALL[usize::from(n)]));
    let world = World::new(Config::DEFAULT, 1, 3, seated);
    let snapshot = Snapshot::of(&world, 0, who(&BTreeMap::new()));
    let happened = world.clone().step(&[]);
    assert_eq!(happened.eaten, [], "the first tick is a quiet one");
    let delta = delta_of(&happened);
    Told {
        world,
        snapshot,
        delta,
    }
}

impl Told {
    /// A mirror that has been shown the picture.
    fn mirror(&self) -> Mirror {
        let mut mirror = Mirror::new(*self.world.config());
        mirror.snapshot(&self.snapshot).expect("a sound snapshot");
        mirror
    }

    /// A cell without a snack.
    fn free_cell(&self) -> Cell {
        let mut cells = (0..54).map(|y| Cell { x: 0, y });
        let free = cells.find(|cell| self.world.snacks().all(|it| it.0 != *cell));
        free.expect("a free cell")
    }

    /// Puts the first player this many cells in front of a snack, and returns the snack.
    fn put_before_a_snack(&mut self, cells: u8) -> (Cell, Kind) {
        let (snack, kind) = self.world.snacks().next().expect("one");
        let player = &mut self.snapshot.players[0].player;
        (player.cell, player.dir) = (snack, Dir::Right);
        for _ in 0..cells {
            player.cell = player.cell.next(Dir::Left, self.world.config());
        }
        (snack, kind)
    }
}

/// Returns what a mirror says of this delta after the snapshot.
fn said(told: &Told, delta: &Delta) -> Result<Heard, Lost> {
    let mut mirror = told.mirror();
    let said = mirror.delta(delta);
    assert_eq!(said.is_err(), mirror.is_blank());
    if said.is_err() {
        assert_eq!(mirror.delta(delta), Err(Lost::Blank));
        assert_eq!(
            (mirror.picture(), mirror.now(), mirror.phase()),
            (None, None, None)
        );
    }
    said
}

#[test]
fn a_contradiction_says_what_is_wrong_and_blanks_the_mirror() {
    let told = told();
    let player = told.world.player(Seat(0)).expect("seated");
    let here = player.cell.next(player.dir, told.world.config());
    let (snack, kind) = told.world.snacks().next().expect("one");
    let nowhere = Cell { x: 200, y: 200 };
    let free = told.free_cell();
    let joined = |seat, cell| Joined {
        seat: Seat(seat),
        cell,
        dir: Dir::Up,
        team: Team::ALL[0],
        name: Name::guest(seat),
    };
    let turned = |seat, dir| Turned {
        seat: Seat(seat),
        dir,
        seq: Seq(1),
    };
    let seats = Config::DEFAULT.seats;
    let contradictions: [Spoilt<'_, Delta>; 16] = [
        ("who left", &|it| it.left.push(Seat(2))),
        ("who is away", &|it| it.away.push((Seat(2), true))),
        ("who is away", &|it| {
            it.left.push(Seat(1));
            it.away.push((Seat(1), true));
        }),
        ("who turned", &|it| it.turned.push(turned(2, Dir::Up))),
        ("who turned", &|it| {
            it.joined.push(joined(2, free));
            it.turned.push(turned(2, Dir::Down));
        }),
        ("what was eaten", &|it| it.eaten.push((here, Seat(0)))),
        ("what was eaten", &|it| it.eaten.push((nowhere, Seat(0)))),
        ("who ate", &|it| it.eaten.push((snack, Seat(0)))),
        ("who ate", &|it| it.eaten.push((snack, Seat(2)))),
        ("a new snack", &|it| it.spawned.push((snack, kind))),
        ("a new snack", &|it| it.spawned.push((nowhere, kind))),
        ("the number of snacks", &|it| it.spawned.push((free, kind))),
        ("the phase", &|it| it.phase = Phase::Podium),
        ("who joined", &|it| it.joined.push(joined(1, free))),
        ("who joined", &|it| it.joined.push(joined(seats, free))),
        ("who joined", &|it| it.joined.push(joined(2, nowhere))),
    ];
    for (n, (what, contradict)) in contradictions.iter().enumerate() {
        let mut delta = told.delta.clone();
        contradict(&mut delta);
        assert_eq!(said(&told, &delta), Err(Lost::Contradiction(what)), "{n}");
    }
    let mut last_seat = told.delta.clone();
    last_seat.joined.push(joined(seats - 1, free));
    assert_eq!(said(&told, &last_seat), Ok(Heard::Next));
}

#[test]
fn a_snack_that_is_eaten_far_away_or_not_replaced_is_a_contradiction() {
    let mut told = told();
    let (snack, kind) = told.put_before_a_snack(1);
    let other = told.snapshot.players[1].player.cell;
    let eaten = Delta {
        eaten: vec![(snack, Seat(0))],
        spawned: vec![(other, kind)],
        ..told.delta.clone()
    };
    assert_eq!(said(&told, &eaten), Ok(Heard::Next));
    told.put_before_a_snack(2);
    assert_eq!(said(&told, &eaten), Err(Lost::Contradiction("who ate")));
    told.put_before_a_snack(1);
    let by_the_other = Delta {
        eaten: vec![(snack, Seat(1))],
        ..eaten.clone()
    };
    assert_eq!(
        said(&told, &by_the_other),
        Err(Lost::Contradiction("who ate"))
    );
    let one_fewer = Delta {
        spawned: vec![],
        ..eaten
    };
    assert_eq!(
        said(&told, &one_fewer),
        Err(Lost::Contradiction("the number of snacks"))
    );
}

#[test]
fn a_missed_tick_or_round_is_a_gap_and_what_was_known_is_old() {
    let told = told();
    let at = |round, tick| {
        let mut delta = told.delta.clone();
        (delta.round, delta.tick) = (round, tick);
        said(&told, &delta)
    };
    let gap = |heard| {
        Err(Lost::Gap {
            after: (3, 0),
            heard,
        })
    };
    assert_eq!(at(3, 1), Ok(Heard::Next));
    for old in [(3, 0), (2, 1), (2, 600), (0, 0)] {
        assert_eq!(at(old.0, old.1), Ok(Heard::Old), "{old:?}");
    }
    for missed in [(3, 2), (3, 600), (4, 0), (4, 1), (5, 1), (u32::MAX, 1)] {
        assert_eq!(at(missed.0, missed.1), gap(missed), "{missed:?}");
    }
    let sentence = gap((4, 1)).map_err(|it| it.to_string());
    assert_eq!(
        sentence,
        Err::<Heard, _>("round 4 tick 1 came after round 3 tick 0".to_string())
    );
}

#[test]
fn after_the_last_tick_of_a_round_only_a_snapshot_shows_the_next_one() {
    let config = Config {
        round_ticks: 1,
        podium_ticks: 1,
        ..Config::DEFAULT
    };
    let mut world = World::new(config, 1, 3, []);
    let mut mirror = Mirror::new(config);
    show(&mut mirror, &world, &BTreeMap::new());
    for _ in 0..2 {
        let happened = world.step(&[]);
        assert_eq!(tell(&mut mirror, delta_of(&happened)), Ok(Heard::Next));
    }
    assert_eq!(mirror.phase(), Some(Phase::Over));
    let mut next = world.next();
    let delta = delta_of(&next.step(&[]));
    let (after, heard) = ((3, 2), (4, 1));
    assert_eq!(mirror.delta(&delta), Err(Lost::Gap { after, heard }));
}

#[test]
fn a_snapshot_that_contradicts_the_room_is_refused_and_the_old_picture_is_gone() {
    let told = told();
    let seats = Config::DEFAULT.seats;
    let nowhere = Cell { x: 96, y: 0 };
    let free = told.free_cell();
    let spoil: [Spoilt<'_, Snapshot>; 7] = [
        ("a player", &|it| it.players[1].seat = Seat(seats)),
        ("a player", &|it| it.players[1].player.cell = nowhere),
        ("a snack", &|it| it.snacks.truncate(128)),
        ("a snack", &|it| it.snacks.push((nowhere, Kind::Golden))),
        ("a snack", &|it| it.snacks[128].0 = nowhere),
        ("a snack", &|it| it.snacks.push((free, Kind::Golden))),
        ("the phase", &|it| it.phase = Phase::Podium),
    ];
    for (n, (what, spoil)) in spoil.iter().enumerate() {
        let mut mirror = told.mirror();
        let mut spoilt = told.snapshot.clone();
        spoil(&mut spoilt);
        assert_eq!(
            mirror.snapshot(&spoilt),
            Err(Lost::Contradiction(what)),
            "{n}"
        );
        assert!(
            mirror.is_blank() && mirror.players().next().is_none(),
            "{n}"
        );
    }
    let mut last_seat = told.snapshot.clone();
    last_seat.players[1].seat = Seat(seats - 1);
    assert_eq!(Mirror::new(Config::DEFAULT).snapshot(&last_seat), Ok(()));
}

/// The server's sums fit; a mirror adds up what any bytes say.
#[test]
fn points_at_the_limit_of_their_type_stay_there() {
    let mut told = told();
    let (snack, kind) = told.put_before_a_snack(1);
    told.snapshot.players[0].player.points = u16::MAX;
    told.snapshot.kept = [u32::MAX; 4];
    let other = told.snapshot.players[1].player.cell;
    let mut mirror = told.mirror();
    assert_eq!(mirror.team_points(), [u32::MAX; 4]);
    let ate = Delta {
        eaten: vec![(snack, Seat(0))],
        spawned: vec![(other, kind)],
        ..told.delta.clone()
    };
    assert_eq!(mirror.delta(&ate), Ok(Heard::Next));
    assert_eq!(
        mirror.player(Seat(0)).map(|it| it.player.points),
        Some(u16::MAX)
    );
    let left = Delta {
        tick: 2,
        left: vec![Seat(0)],
        ..told.delta.clone()
    };
    assert_eq!(mirror.delta(&left), Ok(Heard::Next));
    assert_eq!(mirror.team_points(), [u32::MAX; 4]);
    let mut last = told.snapshot.clone();
    (last.tick, last.phase) = (u32::MAX, Phase::Over);
    mirror.snapshot(&last).expect("a sound snapshot");
    assert_eq!(mirror.delta(&ate), Ok(Heard::Old));
    let heard = (4, 0);
    let next = Delta {
        round: 4,
        tick: 0,
        ..told.delta
    };
    let after = (3, u32::MAX);
    assert_eq!(mirror.delta(&next), Err(Lost::Gap { after, heard }));
}

#[test]
fn who_leaves_returns_and_joins_in_one_tick_is_applied_in_this_order() {
    let told = told();
    let cell = Cell { x: 0, y: 0 };
    let name = Name::guest(77);
    let changed = Delta {
        left: vec![Seat(1)],
        turned: vec![Turned {
            seat: Seat(1),
            dir: Dir::Left,
            seq: Seq(1),
        }],
        joined: vec![Joined {
            seat: Seat(1),
            cell,
            dir: Dir::Left,
            team: Team::ALL[3],
            name: name.clone(),
        }],
        away: vec![(Seat(1), true)],
        ..told.delta.clone()
    };
    let mut mirror = told.mirror();
    assert_eq!(mirror.delta(&changed), Ok(Heard::Next));
    let seated = mirror.player(Seat(1)).expect("the new one");
    assert_eq!((seated.player.cell, seated.away), (cell, true));
    assert_eq!((&seated.name, seated.player.team), (&name, Team::ALL[3]));
}
