//! The first inputs of the fuzzer, made by hand.

use crate::{cluster::ServerInfo, room::Snapshot, store::Score};
use rush::{Config, Input, Name, Seat, Team, World, log::Log};

/// Inputs, and their names.
pub(super) type Seeds = Vec<(String, Vec<u8>)>;

fn named<const N: usize>(seeds: [(&str, &[u8]); N]) -> Seeds {
    seeds
        .map(|(name, it)| (name.to_owned(), it.to_vec()))
        .into()
}

/// A frame as a client sends it.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [1, 2, 3, 4];
    let mut out = vec![first];
    match payload.len() {
        short @ 0..126 => out.push(0x80 | short as u8),
        long => {
            out.push(0x80 | 126);
            out.extend((long as u16).to_be_bytes());
        }
    }
    out.extend(MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(b, m)| b ^ m));
    out
}

pub(super) fn decode() -> Seeds {
    let mut all = frame(0x82, b"hello");
    all.extend(frame(0x89, &[7; 125]));
    all.extend(frame(0x02, b"in "));
    all.extend(frame(0x8a, b""));
    all.extend(frame(0x80, b"pieces"));
    all.extend(frame(0x82, &[9; 64]));
    all.extend(frame(0x88, &[0x03, 0xe8]));
    let giant = [
        0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4,
    ];
    named([
        ("all", &all),
        ("giant", &giant),
        ("text", &frame(0x81, b"text")),
        (
            "pieces-too-big",
            &[frame(0x02, &[0; 64]), frame(0x80, &[0])].concat(),
        ),
        ("reason", &frame(0x88, b"\x03\xe8bye \xea\xb0\x80")),
        ("no-reason", &frame(0x88, b"\x03\xe8\xff")),
        ("ping-in-pieces", &frame(0x09, b"")),
        ("ping-too-long", &frame(0x89, &[0; 126])),
        // Found by the fuzzer: a length encoded in eight bytes where one would do, of the
        // longest ping.
        (
            "wordy",
            &[
                &[0x89, 0xff, 0, 0, 0, 0, 0, 0, 0, 125, 1, 2, 3, 4][..],
                &[7; 125],
            ]
            .concat(),
        ),
        ("unmasked", &[0x82, 0x01, 7]),
    ])
}

/// A round that has begun.
fn begun() -> (World, Log) {
    let config = Config {
        seats: 8,
        snacks: 4,
        ..Config::DEFAULT
    };
    let name = |seat: Seat| Name::guest(seat.0);
    let mut world = World::new(config, 5, 1, [(Seat(1), Team::ALL[3])]);
    let mut log = Log::of(&world, name);
    for seat in [0, 2, 5] {
        let inputs = [Input::Join { seat: Seat(seat) }];
        world.step(&inputs);
        log.record(&inputs, name, &world);
    }
    (world, log)
}

#[cfg(target_os = "linux")]
pub(super) fn snapshot() -> Seeds {
    let (world, log) = begun();
    let empty = r#"{"name":"hall","at":0,"beats":0,"anew":false,"closed":false,"fell":null,"inputs":[],"away":[],
        "seats":[],"leaving":[],"guests":[],"world":0,"log":0,"frames":[]}"#;
    let seat = |seat: u8, line: &str, away: &str| {
        let token = vec![seat.to_string(); 16].join(",");
        format!(
            r#"{{"seat":{seat},"name":"p{seat}","token":[{token}],"last":{seat},"line":{line},"away":{away}}}"#
        )
    };
    let seats = [
        seat(1, "7", "null"),
        seat(0, "8", "null"),
        seat(2, "null", "3"),
        seat(5, "null", "null"),
    ]
    .join(",");
    let connection = |id: u64, who: &str, left: &str| {
        format!(
            r#"{{"id":{id},"who":{who},"stranger":false,"ended":[4000,"too slow"],"age":70,"silent":5,"written":900,
            "begun":true,"behind":-3,"closed":null,"left":{left},"heard":100,"early":[130,1],"deaf":true}}"#
        )
    };
    let connections = [
        connection(7, "1", "[[0,3],[1,9]]"),
        connection(8, "0", "[[1,9]]"),
        connection(9, "65535", "[]"),
    ]
    .join(",");
    let full = empty.replace(r#""seats":[]"#, &format!(r#""seats":[{seats}]"#));
    let full = full.replace(r#""guests":[]"#, &format!(r#""guests":[{connections}]"#));
    let full = full.replace(r#""leaving":[]"#, r#""leaving":[5]"#);
    let full = full.replace(r#""inputs":[]"#, r#""inputs":[[1,5],[2,1],[5,0],[0,3]]"#);
    let full = full.replace(r#""anew""#, r#""won":17737,"anew""#);
    let twice = full.replace("[5]", "[5,5,7]");
    let woke = full.replace(r#""anew""#, r#""awake":-5,"anew""#);
    let woke = woke.replace(r#""away":3}"#, r#""away":3,"excused":30000000000}"#);
    let of = |head: &str, frames: &[&[u8]]| Snapshot::made_of(&world, &log, head, frames);
    named([
        ("empty", &of(empty, &[])),
        ("full", &of(&full, &[b"frame 0", b"frame one"])),
        ("leaves-twice", &of(&twice, &[b"frame 0", b"frame one"])),
        ("after-a-freeze", &of(&woke, &[b"frame 0", b"frame one"])),
        ("frame-missing", &of(&full, &[b"frame 0"])),
        ("no-room", b"KEEP"),
    ])
}

pub(super) fn snapshot_file() -> Seeds {
    let file = |rooms: &[&[u8]]| {
        let mut bytes = b"SHUT\x01".to_vec();
        bytes.extend(1_532_509_200_123_u64.to_le_bytes());
        for room in rooms {
            bytes.extend((room.len() as u32).to_le_bytes());
            bytes.extend_from_slice(room);
        }
        bytes
    };
    let two = file(&[b"one", b""]);
    let sum = rush::fnv::fnv1a(&two).to_le_bytes();
    named([
        ("none", &file(&[])),
        ("two", &two),
        ("summed", &[&two[..], &sum].concat()),
        ("short", &two[..two.len() - 1]),
    ])
}

pub(super) fn snapshot_v1() -> Seeds {
    let (world, log) = begun();
    let seat = |seat: u8, away: u64| {
        let token = vec![seat.to_string(); 16].join(",");
        format!(
            r#"{{"seat":{seat},"name":"p{seat}","token":[{token}],"last":{seat},"away":{away}}}"#
        )
    };
    let seats = [seat(1, 0), seat(0, u64::MAX), seat(2, 29_999), seat(5, 1)].join(",");
    let head = format!(
        r#"{{"name":"hall","anew":false,"inputs":[[1,5],[2,1],[0,3]],"seats":[{seats}],"leaving":[5],"world":WORLD}}"#
    );
    let of = |since: u64, head: &str| {
        let room = Snapshot::made_of_version_1(&world, &log, head);
        [&since.to_le_bytes()[..], &room].concat()
    };
    named([
        ("soon", &of(1_000, &head)),
        ("never", &of(u64::MAX, &head)),
        ("leaves-twice", &of(0, &head.replace("[5]", "[5,7,5]"))),
        ("no-name", &of(0, &head.replace("hall", "Hall"))),
    ])
}

pub(super) fn board() -> Seeds {
    let score = |name: &str, team, points| Score {
        name: name.to_owned(),
        team,
        points,
    };
    let board = [
        score("민수", 3, 900),
        score("ann", 0, 7),
        score("bob", 1, 7),
    ];
    let of = |board: &[Score]| serde_json::to_vec(board).expect("numbers and texts");
    let many: Vec<Score> = (0..20).map(|n| score(&format!("bot {n}"), 1, n)).collect();
    named([
        ("board", &of(&board)),
        (
            "twice",
            &of(&[
                board[0].clone(),
                board[2].clone(),
                board[0].clone(),
                board[1].clone(),
            ]),
        ),
        ("too-many", &of(&many)),
        (
            "no-team",
            &of(&[
                score("ann", 4, 7),
                score("\u{202e}nna", 0, 7),
                score("", 0, 7),
            ]),
        ),
    ])
}

pub(super) fn round() -> Seeds {
    named([
        ("kept", b"1795493154378-room-1-1.rush"),
        ("last", b"18446744073709551615-hall-1.rush"),
        (
            "later",
            b"340282366920938463463374607431768211455-hall-1.rush",
        ),
        ("no-time", b"-hall-1.rush"),
    ])
}

pub(super) fn card() -> Seeds {
    let of = |card: ServerInfo| serde_json::to_vec(&card).expect("numbers and texts");
    let full = ServerInfo {
        players: u32::MAX,
        draining: true,
        ..ServerInfo::new("https://play.example.org", u32::MAX)
    };
    named([
        (
            "card",
            &of(ServerInfo::new("http://192.168.0.8:7008", 5_000)),
        ),
        ("full", &of(full)),
        ("six", &of(ServerInfo::new("http://[::1]:7008", u32::MAX))),
        ("colons", &of(ServerInfo::new("http://:::", 9))),
        ("script", &of(ServerInfo::new("http://a; script-src *", 9))),
    ])
}

pub(super) fn reply() -> Seeds {
    named([
        ("two", b"*2\r\n*2\r\n$6\r\n\xeb\xaf\xbc\xec\x88\x98\r\n$4\r\n3603\r\n*2\r\n$3\r\nann\r\n$2\r\n28\r\n"),
        ("flat", b"*4\r\n$3\r\nann\r\n$2\r\n29\r\n$3\r\nbob\r\n$2\r\n28\r\n"),
        ("third", b"%2\r\n$3\r\nann\r\n,28.5\r\n$3\r\nbob\r\n,-inf\r\n"),
        ("strange", b"*6\r\n$1\r\n\xff\r\n$2\r\n28\r\n$3\r\nann\r\n$5\r\n1e300\r\n$3\r\nbob\r\n$3\r\nnan\r\n"),
        ("empty", b"*0\r\n"),
    ])
}

pub(super) fn query() -> Seeds {
    named([
        ("room", b"room=room-1"),
        ("none", b""),
        ("coded", b"room=%68all&token=s%65cret&token=other"),
        ("strange", b"room=..%2f..&xtoken=1&token="),
    ])
}

pub(super) fn token() -> Seeds {
    named([
        ("token", b"000102030405060708090a0b0c0d0eFf"),
        ("short", b"000102030405060708090a0b0c0d0e"),
        ("wide", "000102030405060708090a0b0c0d０".as_bytes()),
    ])
}

pub(super) fn free() -> Seeds {
    named([
        ("free", b"{\"full\":false,\"room\":\"hall\"}"),
        ("full", b"{\"full\":true}"),
        ("list", b"[false]"),
        ("no-json", b"\"full\":false"),
    ])
}

pub(super) fn head() -> Seeds {
    let head = "host: 192.168.0.7:7008\norigin: http://192.168.0.7:7008\nconnection: keep-alive, Upgrade\nupgrade: websocket\n\
        sec-websocket-version: 13\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\nsec-websocket-protocol: chat, snack-rush.v1";
    let other = |from: &str, to: &str| head.replace(from, to).into_bytes();
    named([
        ("head", head.as_bytes()),
        (
            "lists",
            &other("keep-alive, Upgrade", "keep-alive\nconnection:upgrade"),
        ),
        ("older", &other("13", "8")),
        ("here", &other("192.168.0.7", "localhost")),
        ("six", &other("192.168.0.7", "[::1]")),
        ("script", &other("192.168.0.7", "a; script-src *")),
        ("short-key", &other("dGhl", "")),
    ])
}
