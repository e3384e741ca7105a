//! Every message is decoded as it was encoded.

use super::*;
use crate::{Cell, Config, Dir, Kind, Name, Phase, Player, Seat, Team, name};
use proptest::prelude::*;

fn names() -> impl Strategy<Value = Name> {
    any::<String>().prop_map(|said| name::tidy(&said).unwrap_or(Name::guest(7)))
}

fn seats() -> impl Strategy<Value = Seat> {
    (0..Config::MOST_SEATS).prop_map(Seat)
}

fn dirs() -> impl Strategy<Value = Dir> {
    (0..4_usize).prop_map(|n| Dir::ALL[n])
}

fn players() -> impl Strategy<Value = Player> {
    (any::<[u8; 2]>(), dirs(), 0..4_usize, any::<u16>()).prop_map(|([x, y], dir, team, points)| {
        Player {
            cell: Cell { x, y },
            dir,
            team: Team::ALL[team],
            points,
        }
    })
}

fn snacks() -> impl Strategy<Value = Vec<(Cell, Kind)>> {
    let snack = (any::<[u8; 2]>(), 0..4_usize);
    prop::collection::vec(snack, 0..20).prop_map(|all| {
        let all = all
            .into_iter()
            .map(|([x, y], kind)| (Cell { x, y }, Kind::ALL[kind]));
        all.collect::<std::collections::BTreeMap<_, _>>()
            .into_iter()
            .collect()
    })
}

/// One item for each of a few seats.
fn by_seat<T: std::fmt::Debug>(
    each: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<(Seat, T)>> {
    prop::collection::btree_map(seats(), each, 0..10).prop_map(|map| map.into_iter().collect())
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let seated = by_seat((players(), any::<bool>(), names()));
    (
        any::<u64>(),
        any::<[u32; 2]>(),
        any::<[u32; 4]>(),
        seated,
        snacks(),
    )
        .prop_map(|(sent, [round, tick], kept, seated, snacks)| {
            let seated = seated
                .into_iter()
                .map(|(seat, (player, away, name))| Seated {
                    seat,
                    player,
                    away,
                    name,
                });
            let players = seated.collect();
            Snapshot {
                sent,
                round,
                tick,
                phase: Phase::Podium,
                kept,
                players,
                snacks,
            }
        })
}

fn deltas() -> impl Strategy<Value = Delta> {
    let turned = by_seat((dirs(), any::<u16>()));
    let joined = by_seat((players(), names()));
    let news = (by_seat(Just(())), turned, joined, by_seat(any::<bool>()));
    (any::<u64>(), any::<[u32; 2]>(), news, snacks(), snacks()).prop_map(
        |(sent, [round, tick], (left, turned, joined, away), eaten, spawned)| {
            let turned = turned.into_iter().map(|(seat, (dir, seq))| Turned {
                seat,
                dir,
                seq: Seq(seq),
            });
            let joined = joined.into_iter().map(|(seat, (it, name))| Joined {
                seat,
                cell: it.cell,
                dir: it.dir,
                team: it.team,
                name,
            });
            Delta {
                sent,
                round,
                tick,
                phase: Phase::Playing,
                left: left.into_iter().map(|it| it.0).collect(),
                turned: turned.collect(),
                eaten: eaten
                    .into_iter()
                    .map(|(cell, kind)| (cell, Seat(kind as u16)))
                    .collect(),
                spawned,
                joined: joined.collect(),
                away,
            }
        },
    )
}

fn to_client() -> impl Strategy<Value = ToClient> {
    let mine = prop::option::of((0..160_u16).prop_map(Seat));
    let welcome = (
        mine,
        any::<[u8; 16]>(),
        any::<u16>(),
        any::<bool>(),
        "[a-z0-9-]{1,24}",
        prop::option::of(names()),
    )
        .prop_map(|(seat, token, last_seq, resumed, room, name)| Welcome {
            seat,
            token: Token(token),
            last_seq: Seq(last_seq),
            resumed,
            config: Config::for_seats(160),
            room,
            name,
        });
    prop_oneof![
        welcome.prop_map(ToClient::Welcome),
        snapshots().prop_map(ToClient::Snapshot),
        deltas().prop_map(ToClient::Delta),
        any::<u16>().prop_map(|seconds| ToClient::Restarts { seconds }),
        any::<u32>().prop_map(ToClient::Echo),
    ]
}

fn to_server() -> impl Strategy<Value = ToServer> {
    let fits = |said: String| said.chars().take(15).collect();
    prop_oneof![
        any::<String>().prop_map(move |said| ToServer::Join { name: fits(said) }),
        any::<[u8; 16]>().prop_map(|token| ToServer::Resume {
            token: Token(token)
        }),
        Just(ToServer::Watch),
        (any::<u16>(), dirs()).prop_map(|(seq, dir)| ToServer::Turn { seq: Seq(seq), dir }),
        Just(ToServer::Leave),
        any::<u32>().prop_map(ToServer::Echo),
    ]
}

proptest! {
    #[test]
    fn a_message_is_decoded_as_it_was_encoded(to_server in to_server(), to_client in to_client()) {
        let bytes = to_server.encode();
        prop_assert!(bytes.len() <= LONGEST_TO_SERVER);
        prop_assert_eq!(ToServer::decode(&bytes), Ok(to_server));
        prop_assert_eq!(ToClient::decode(&to_client.encode()), Ok(to_client));
    }

    #[test]
    fn a_byte_too_few_or_too_many_is_refused(to_server in to_server(), to_client in to_client(), more: u8) {
        let (server, client) = (to_server.encode().to_vec(), to_client.encode().to_vec());
        for end in 0..server.len() {
            prop_assert!(ToServer::decode(&server[..end]).is_err());
        }
        for end in 0..client.len() {
            prop_assert_eq!(ToClient::decode(&client[..end]), Err(Malformed::Short));
        }
        prop_assert_eq!(ToServer::decode(&[server, vec![more]].concat()), Err(Malformed::Long));
        prop_assert_eq!(ToClient::decode(&[client, vec![more]].concat()), Err(Malformed::Long));
    }

    #[test]
    fn any_bytes_are_one_message_or_malformed(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(message) = ToServer::decode(&bytes) {
            prop_assert_eq!(&message.encode()[..], &bytes[..]);
        }
        if let Ok(message) = ToClient::decode(&bytes) {
            prop_assert_eq!(&message.encode()[..], &bytes[..]);
        }
    }

    #[test]
    fn the_send_time_can_be_written_last(to_client in to_client(), sent: u64) {
        let mut bytes = to_client.encode().to_vec();
        if matches!(to_client, ToClient::Snapshot(_) | ToClient::Delta(_)) {
            bytes[SENT_AT..SENT_AT + 8].copy_from_slice(&sent.to_le_bytes());
            let told = match ToClient::decode(&bytes) {
                Ok(ToClient::Snapshot(it)) => Some(it.sent),
                Ok(ToClient::Delta(it)) => Some(it.sent),
                _ => None,
            };
            prop_assert_eq!(told, Some(sent));
        }
    }
}

#[test]
fn a_serial_number_wraps() {
    assert!(Seq(0).is_newer_than(Seq(65_535)));
    assert!(Seq(32_767).is_newer_than(Seq(0)));
    assert!(!Seq(32_768).is_newer_than(Seq(0)), "neither is newer");
    assert!(!Seq(0).is_newer_than(Seq(32_768)), "neither is newer");
    assert!(!Seq(7).is_newer_than(Seq(7)), "itself is not newer");
    assert_eq!(Seq(65_535).next(), Seq(0));
}

#[test]
fn a_token_does_not_end_in_a_log() {
    assert_eq!(format!("{:?}", Token([7; 16])), "Token(…)");
}

#[test]
fn a_room_has_a_plain_name() {
    for name in ["main", "room-17", "a", "-", &"z".repeat(24)] {
        assert!(is_room(name), "{name}");
    }
    for name in ["", "Main", "a b", "방", "a/b", "..", &"z".repeat(25)] {
        assert!(!is_room(name), "{name}");
    }
}

#[test]
fn of_several_words_about_a_seat_the_last_one_holds() {
    let words = [
        (7, true),
        (2, false),
        (7, false),
        (2, true),
        (9, true),
        (7, true),
    ];
    let words = words.map(|(seat, away)| (Seat(seat), away));
    let happened = crate::Happened::default();
    let delta = Delta::of(&happened, 0, |_| Name::guest(1), |_| Seq(1), words);
    let expected = [(2, true), (7, true), (9, true)];
    assert_eq!(delta.away, expected.map(|(seat, away)| (Seat(seat), away)));
    let delta = Delta::of(
        &happened,
        0,
        |_| Name::guest(1),
        |_| Seq(1),
        [words[0], words[2]],
    );
    assert_eq!(
        delta.away,
        [(Seat(7), false)],
        "lost and back within a tick"
    );
}

#[test]
fn a_list_that_is_longer_than_its_count_can_say_is_cut() {
    let left = (0..=u16::MAX).map(Seat).collect::<Vec<_>>();
    let delta = Delta {
        left: left.clone(),
        ..Delta::default()
    };
    let cut = Delta {
        left: left[..usize::from(u16::MAX)].to_vec(),
        ..Delta::default()
    };
    assert_eq!(ToClient::decode(&delta.encode()), Ok(ToClient::Delta(cut)));
}

#[test]
fn the_longest_message_to_the_server_is_read_and_a_longer_one_is_not() {
    let name = "n".repeat(ToServer::LONGEST_NAME);
    let longest = ToServer::Join { name }.encode();
    assert_eq!(longest.len(), LONGEST_TO_SERVER);
    assert!(ToServer::decode(&longest).is_ok());
    let longer = [&[1, 63][..], &[b'n'; 63]].concat();
    assert_eq!(ToServer::decode(&longer), Err(Malformed::Long));
}

#[test]
fn a_welcome_to_a_seat_or_a_room_that_cannot_be_is_refused() {
    let told = |seat: u16, room: &str| {
        let welcome = Welcome {
            seat: Some(Seat(seat)),
            room: room.to_string(),
            ..welcome()
        };
        ToClient::decode(&welcome.encode()).map(drop)
    };
    let seats = Config::DEFAULT.seats;
    assert_eq!(told(seats - 1, "main"), Ok(()));
    assert_eq!(told(seats, "main"), Err(Malformed::Value("seat")));
    assert_eq!(told(0, "Main"), Err(Malformed::Value("room")));
    assert_eq!(told(0, ""), Err(Malformed::Value("room")));
}

fn welcome() -> Welcome {
    Welcome {
        seat: None,
        token: Token([0; 16]),
        last_seq: Seq(0),
        resumed: false,
        config: Config::DEFAULT,
        room: "main".to_string(),
        name: None,
    }
}

#[test]
fn a_message_of_another_version_is_refused() {
    let mut welcome = welcome().encode().to_vec();
    assert!(ToClient::decode(&welcome).is_ok());
    welcome[1] = VERSION + 1;
    assert_eq!(ToClient::decode(&welcome), Err(Malformed::Value("version")));
}
