//! A message of each kind, and a short round: for the vectors, PROTOCOL.md and the corpus.

#![allow(dead_code, reason = "each test needs some of it")]

use rush::wire::{
    Delta, Joined, Seated, Seq, Snapshot, ToClient, ToServer, Token, Turned, Welcome,
};
use rush::{
    Cell, Config, Dir, Happened, Input, Kind, Name, Phase, Player, Seat, Team, World, name,
};

/// 2026-01-01T00:00:00Z, in microseconds.
pub(crate) const SENT: u64 = 1_767_225_600_000_000;

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn named(said: &str) -> Name {
    name::tidy(said).expect("a fine name")
}

pub(crate) fn token() -> Token {
    Token(std::array::from_fn(|i| 0xa0 + i as u8))
}

pub(crate) fn to_server() -> Vec<(&'static str, ToServer)> {
    let join = |name: &str| ToServer::Join {
        name: name.to_string(),
    };
    let turn = |seq, dir| ToServer::Turn { seq: Seq(seq), dir };
    vec![
        ("Join", join("민수")),
        ("Join without a name", join("")),
        ("Join with the longest name", join(&"a".repeat(62))),
        ("Resume", ToServer::Resume { token: token() }),
        ("Watch", ToServer::Watch),
        ("Turn", turn(1, Dir::Right)),
        ("Turn before the wrap", turn(65_535, Dir::Left)),
        ("Leave", ToServer::Leave),
        ("Echo", ToServer::Echo(0xdead_beef)),
    ]
}

pub(crate) fn to_client() -> Vec<(&'static str, ToClient)> {
    let cell = |x, y| Cell { x, y };
    let team = |number| Team::new(number).expect("a team");
    let welcome = Welcome {
        seat: Some(Seat(3)),
        token: token(),
        last_seq: Seq(0),
        resumed: false,
        config: Config::for_seats(160),
        room: "main".to_string(),
        name: Some(named("민수")),
    };
    let watching = Welcome {
        seat: None,
        token: Token([0; 16]),
        name: None,
        ..welcome.clone()
    };
    let back = Welcome {
        last_seq: Seq(41),
        resumed: true,
        ..welcome.clone()
    };
    let ann = Seated {
        seat: Seat(0),
        player: Player {
            cell: cell(10, 20),
            dir: Dir::Down,
            team: team(0),
            points: 300,
        },
        away: true,
        name: named("ann"),
    };
    let snapshot = Snapshot {
        sent: SENT,
        round: 2,
        tick: 40,
        phase: Phase::Playing,
        kept: [0, 7, 0, 0],
        players: vec![ann],
        snacks: vec![(cell(95, 0), Kind::Golden), (cell(0, 53), Kind::Gimbap)],
    };
    let delta = Delta {
        sent: SENT + 100_000,
        round: 2,
        tick: 41,
        phase: Phase::Playing,
        left: vec![Seat(9)],
        turned: vec![Turned {
            seat: Seat(0),
            dir: Dir::Right,
            seq: Seq(258),
        }],
        eaten: vec![(cell(11, 20), Seat(0))],
        spawned: vec![(cell(4, 5), Kind::Hotteok)],
        joined: vec![Joined {
            seat: Seat(3),
            cell: cell(48, 27),
            dir: Dir::Up,
            team: team(1),
            name: named("민수"),
        }],
        away: vec![(Seat(0), false)],
    };
    let quiet = Delta {
        sent: SENT + 200_000,
        round: 2,
        tick: 700,
        phase: Phase::Over,
        ..Delta::default()
    };
    vec![
        ("Welcome", ToClient::Welcome(welcome)),
        ("Welcome to watch", ToClient::Welcome(watching)),
        ("Welcome back", ToClient::Welcome(back)),
        ("Snapshot", ToClient::Snapshot(snapshot)),
        ("Delta", ToClient::Delta(delta)),
        ("Delta of a quiet tick", ToClient::Delta(quiet)),
        ("Notice", ToClient::Restarts { seconds: 30 }),
        ("Echo back", ToClient::Echo(0xdead_beef)),
    ]
}

/// A room of 6 seats and a crowded arena, and 30 ticks in which players join, turn, leave and are
/// away.
pub(crate) struct Round {
    pub(crate) snapshot: Snapshot,
    pub(crate) deltas: Vec<Delta>,
    pub(crate) world: World,
    pub(crate) last: Snapshot,
}

pub(crate) fn config() -> Config {
    Config {
        width: 12,
        height: 8,
        snacks: 24,
        round_ticks: 25,
        podium_ticks: 5,
        tick_ms: 100,
        seats: 6,
    }
}

pub(crate) fn round() -> Round {
    let seated = (0..4).map(|n| (Seat(n), Team::ALL[usize::from(n)]));
    let mut world = World::new(config(), 2018, 7, seated);
    let called = ["ann", "민수", "Žofie", "<b>", "李雷", "🍪"];
    let who = |seat: Seat| (named(called[seat.index()]), false);
    let snapshot = Snapshot::of(&world, SENT, who);
    let mut deltas = Vec::new();
    for tick in 1..=30_u16 {
        let (inputs, away) = inputs(tick);
        let happened: Happened = world.step(&inputs);
        let sent = SENT + u64::from(tick) * 100_000;
        let delta = Delta::of(
            &happened,
            sent,
            |seat| who(seat).0,
            |_| Seq(65_520_u16.wrapping_add(tick)),
            away,
        );
        deltas.push(delta);
    }
    let last = Snapshot::of(&world, 0, |seat| (who(seat).0, seat == Seat(0)));
    Round {
        snapshot,
        deltas,
        world,
        last,
    }
}

pub(crate) fn inputs(tick: u16) -> (Vec<Input>, Vec<(Seat, bool)>) {
    let turn = |seat, dir: u16| Input::Turn {
        seat: Seat(seat),
        dir: Dir::ALL[usize::from(dir % 4)],
    };
    let mut inputs = vec![turn(tick % 4, tick / 3)];
    match tick {
        5 => inputs.push(Input::Join { seat: Seat(5) }),
        9 => inputs.extend([Input::Join { seat: Seat(4) }, turn(4, 2)]),
        14 => inputs.push(Input::Leave { seat: Seat(1) }),
        18 => inputs.extend([
            Input::Leave { seat: Seat(2) },
            Input::Join { seat: Seat(2) },
        ]),
        _ => {}
    }
    let away = match tick {
        3 => vec![(Seat(0), true), (Seat(3), true)],
        11 => vec![(Seat(3), false)],
        _ => Vec::new(),
    };
    (inputs, away)
}
