//! The mirror compared with the world, through encoded messages.

use super::*;
use crate::wire::{Seq, ToClient};
use crate::world::tests::{wishes, worlds};
use crate::{Name, World};
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
        let delta = Delta::of(&happened, 0, |seat| Name::guest(seat.0), |_| Seq(1), []);
        let mut bytes = delta.encode().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(ToClient::Delta(delta)) = ToClient::decode(&bytes) {
            let told = mirror.delta(&delta);
            prop_assert_eq!(told.is_err(), mirror.is_blank());
        }
    }
}

#[test]
fn a_contradiction_blanks_the_mirror() {
    let config = Config::DEFAULT;
    let world = World::new(config, 1, 0, [(Seat(0), Team::ALL[0])]);
    let happened = world.clone().step(&[]);
    let fine = Delta::of(&happened, 0, |seat| Name::guest(seat.0), |_| Seq(1), []);
    let (snack, kind) = world.snacks().next().expect("one");
    let nowhere = Cell { x: 200, y: 200 };
    let contradictions: [fn(&mut Delta, Cell, Kind, Cell); 8] = [
        |it, _, _, _| it.left.push(Seat(1)),
        |it, _, _, _| it.away.push((Seat(1), true)),
        |it, _, _, _| {
            it.turned.push(crate::wire::Turned {
                seat: Seat(1),
                dir: crate::Dir::Up,
                seq: Seq(1),
            })
        },
        |it, snack, _, _| it.eaten.push((snack, Seat(0))),
        |it, _, _, nowhere| it.eaten.push((nowhere, Seat(0))),
        |it, snack, kind, _| it.spawned.push((snack, kind)),
        |it, _, kind, nowhere| it.spawned.push((nowhere, kind)),
        |it, _, _, _| it.phase = Phase::Podium,
    ];
    for (n, contradict) in contradictions.iter().enumerate() {
        let mut mirror = Mirror::new(config);
        show(&mut mirror, &world, &BTreeMap::new());
        let mut delta = fine.clone();
        contradict(&mut delta, snack, kind, nowhere);
        assert!(
            matches!(mirror.delta(&delta), Err(Lost::Contradiction(_))),
            "{n}"
        );
        assert!(mirror.is_blank(), "{n}");
    }
}
