//! `vectors.json`: messages with their bytes and their meaning, for clients in any language.
//! `BLESS=1 cargo test -p rush` updates it.

use std::{env, fs};

use rush::close::{Advice, Close};
use rush::mirror::{Heard, Mirror};
use rush::wire::{Delta, Snapshot, ToClient, ToServer, VERSION, WATCHING, Welcome};
use rush::{Cell, Config, Kind};
use serde_json::{Value, json};

use crate::sample::{self, hex};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors.json");

fn config(it: &Config) -> Value {
    json!({ "width": it.width, "height": it.height, "snacks": it.snacks, "round_ticks": it.round_ticks,
        "podium_ticks": it.podium_ticks, "tick_ms": it.tick_ms, "seats": it.seats })
}

fn snack(&(cell, kind): &(Cell, Kind)) -> Value {
    json!({ "x": cell.x, "y": cell.y, "kind": kind as u8 })
}

fn welcome(it: &Welcome) -> Value {
    json!({ "version": VERSION, "seat": it.seat.map_or(WATCHING, |seat| seat.0), "token": hex(&it.token.0), "last_seq": it.last_seq.0,
        "resumed": it.resumed, "config": config(&it.config), "room": it.room, "name": it.name.as_ref().map_or("", |name| name.as_str()) })
}

fn snapshot(it: &Snapshot) -> Value {
    let player = |it: &rush::wire::Seated| {
        json!({ "seat": it.seat.0, "x": it.player.cell.x, "y": it.player.cell.y, "dir": it.player.dir as u8,
            "team": it.player.team.number(), "points": it.player.points, "away": it.away, "name": it.name.as_str() })
    };
    json!({ "sent": it.sent, "round": it.round, "tick": it.tick, "phase": it.phase as u8, "kept": it.kept,
        "players": it.players.iter().map(player).collect::<Vec<_>>(), "snacks": it.snacks.iter().map(snack).collect::<Vec<_>>() })
}

fn delta(it: &Delta) -> Value {
    let turned = it
        .turned
        .iter()
        .map(|it| json!({ "seat": it.seat.0, "dir": it.dir as u8, "seq": it.seq.0 }));
    let eaten = it
        .eaten
        .iter()
        .map(|(cell, seat)| json!({ "x": cell.x, "y": cell.y, "seat": seat.0 }));
    let joined = it.joined.iter().map(|it| {
        json!({ "seat": it.seat.0, "x": it.cell.x, "y": it.cell.y, "dir": it.dir as u8, "team": it.team.number(), "name": it.name.as_str() })
    });
    let away = it
        .away
        .iter()
        .map(|(seat, away)| json!({ "seat": seat.0, "away": away }));
    json!({ "sent": it.sent, "round": it.round, "tick": it.tick, "phase": it.phase as u8,
        "left": it.left.iter().map(|seat| seat.0).collect::<Vec<_>>(), "turned": turned.collect::<Vec<_>>(), "eaten": eaten.collect::<Vec<_>>(),
        "spawned": it.spawned.iter().map(snack).collect::<Vec<_>>(), "joined": joined.collect::<Vec<_>>(), "away": away.collect::<Vec<_>>() })
}

fn to_server(it: &ToServer) -> Value {
    match it {
        ToServer::Join { name } => json!({ "name": name }),
        ToServer::Resume { token } => json!({ "token": hex(&token.0) }),
        ToServer::Turn { seq, dir } => json!({ "seq": seq.0, "dir": *dir as u8 }),
        ToServer::Echo(number) => json!({ "number": number }),
        ToServer::Watch | ToServer::Leave => json!({}),
    }
}

fn to_client(it: &ToClient) -> Value {
    match it {
        ToClient::Welcome(it) => welcome(it),
        ToClient::Snapshot(it) => snapshot(it),
        ToClient::Delta(it) => delta(it),
        ToClient::Restarts { seconds } => json!({ "kind": 1, "seconds": seconds }),
        ToClient::Echo(number) => json!({ "number": number }),
    }
}

fn closes() -> Vec<Value> {
    let close = |close: Close| {
        let (advice, after_ms, url) = match close.advice() {
            Advice::Stop => ("stop", None, None),
            Advice::Resume { after_ms } => ("resume", Some(after_ms), None),
            Advice::JoinAnew => ("join anew", None, None),
            Advice::TryLater => ("try later", None, None),
            Advice::GoTo(url) => ("go to", None, Some(url)),
            Advice::Reload => ("reload", None, None),
        };
        json!({ "code": close.code(), "reason": close.reason(), "advice": advice, "after_ms": after_ms, "url": url })
    };
    Close::all().into_iter().map(close).collect()
}

fn malformed() -> Vec<Value> {
    let client = [
        ("nothing at all", ""),
        ("an unknown tag", "7f"),
        ("ends too early", "86010203"),
        ("has bytes after its end", "860102030405"),
        ("a notice of no known kind", "84021e00"),
        (
            "more players than bytes",
            "8200000000000000000000000000000000000000000000000000000000000000000000ffff",
        ),
        (
            "one seat left twice",
            "83000000000000000000000000010000000002000300030000000000000000000000",
        ),
    ];
    client
        .into_iter()
        .map(|(why, hex)| json!({ "why": why, "hex": hex }))
        .collect()
}

fn document() -> Value {
    let round = sample::round();
    let encoded = |it: &ToClient| hex(&it.encode());
    let server = sample::to_server().into_iter().map(|(name, it)| {
        json!({ "name": name, "to": "server", "hex": hex(&it.encode()), "fields": to_server(&it) })
    });
    let client = sample::to_client().into_iter().map(|(name, it)| {
        json!({ "name": name, "to": "client", "hex": encoded(&it), "fields": to_client(&it) })
    });
    let mut mirror = Mirror::new(sample::config());
    mirror.snapshot(&round.snapshot).expect("a sound snapshot");
    let deltas = round.deltas.iter().map(|it| {
        assert_eq!(mirror.delta(it), Ok(Heard::Next));
        json!({ "hex": hex(&it.encode()), "team_points": mirror.team_points() })
    });
    json!({
        "version": VERSION,
        "subprotocol": rush::wire::SUBPROTOCOL,
        "messages": server.chain(client).collect::<Vec<_>>(),
        "malformed": malformed(),
        "closes": closes(),
        "round": {
            "config": config(&sample::config()),
            "snapshot": hex(&round.snapshot.encode()),
            "deltas": deltas.collect::<Vec<_>>(),
            "after": snapshot(&round.last),
            "team_points": round.world.team_points(),
            "ranking": round.world.ranking().iter().map(|seat| seat.0).collect::<Vec<_>>(),
            "places": round.world.places().iter().map(|(place, _)| *place).collect::<Vec<_>>(),
            "picture": hex(&round.last.encode()),
            "world_hash": format!("{:016x}", round.world.hash()),
        },
    })
}

#[test]
fn the_file_has_the_encoders_bytes() {
    let written = serde_json::to_string_pretty(&document()).expect("JSON") + "\n";
    if env::var_os("BLESS").is_some() {
        fs::write(FILE, &written).expect("vectors.json can be written");
    }
    let file = fs::read_to_string(FILE).expect("vectors.json is there");
    assert!(
        file == written,
        "vectors.json is stale: BLESS=1 cargo test -p rush vectors"
    );
}

#[test]
fn every_message_is_decoded_to_its_meaning() {
    for (name, message) in sample::to_server() {
        assert_eq!(ToServer::decode(&message.encode()), Ok(message), "{name}");
    }
    for (name, message) in sample::to_client() {
        assert_eq!(ToClient::decode(&message.encode()), Ok(message), "{name}");
    }
    for case in malformed() {
        let hex = case["hex"].as_str().expect("text");
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
        let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        assert!(ToClient::decode(&bytes).is_err(), "{case}");
    }
}

#[test]
fn a_mirror_of_the_short_round_ends_as_its_world_does() {
    let round = sample::round();
    let mut mirror = Mirror::new(sample::config());
    mirror.snapshot(&round.snapshot).expect("a sound snapshot");
    for delta in &round.deltas {
        assert_eq!(mirror.delta(delta), Ok(Heard::Next));
    }
    assert_eq!(mirror.picture(), Some(round.last));
    assert_eq!(mirror.team_points(), round.world.team_points());
    let all = |count: fn(&Delta) -> usize| round.deltas.iter().map(count).sum::<usize>();
    assert_eq!(all(|it| it.joined.len()), 3, "the round has newcomers");
    assert_eq!(all(|it| it.left.len()), 2, "and leavers");
    let eaten = all(|it| it.eaten.len());
    assert!(eaten > 12, "and something to eat: {eaten}");
}
