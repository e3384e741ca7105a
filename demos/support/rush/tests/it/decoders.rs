//! The fuzzer's corpus and changed inputs, without a fuzzer. `BLESS=1` updates the corpus.

#[path = "../../fuzz/check.rs"]
mod check;
#[path = "../../fuzz/corpus.rs"]
mod corpus;

use crate::sample;
use rush::log::Log;
use rush::{Config, Name, Seat, Team, World};

/// Changed inputs for each decoder.
const CHANGED: usize = 20_000;

/// Valid inputs to begin with, and their names.
type Seeds = Vec<(String, Vec<u8>)>;
/// A target of the fuzzer: its name, its check, and its seeds.
type Target = (&'static str, fn(&[u8]), Seeds);

fn targets() -> Vec<Target> {
    let file = |name: &str| name.replace(' ', "-").to_lowercase();
    let server = sample::to_server()
        .into_iter()
        .map(|(name, it)| (file(name), it.encode().to_vec()));
    let client = sample::to_client()
        .into_iter()
        .map(|(name, it)| (file(name), it.encode().to_vec()));
    let round = sample::round();
    let seen = [
        ("round-start", round.snapshot.encode()),
        ("round-end", round.last.encode()),
        ("round-delta", round.deltas[8].encode()),
    ];
    let seen = seen
        .into_iter()
        .map(|(name, it)| (name.to_string(), it.to_vec()));
    let (log, frames) = logs();
    let names = [
        "민수",
        " a\u{301}\u{301}\u{301} ",
        "f u c k",
        "👨👩👧",
        "\u{1112}\u{1161}\u{11ab}",
        "\u{202e}<b>",
    ];
    let names = names
        .into_iter()
        .enumerate()
        .map(|(n, it)| (format!("name-{n}"), it.as_bytes().to_vec()));
    vec![
        ("to_server", check::to_server, server.collect()),
        ("to_client", check::to_client, client.chain(seen).collect()),
        ("world", check::world, worlds()),
        ("log", check::log, vec![("round".to_string(), log)]),
        (
            "log_frames",
            check::log_frames,
            vec![("round".to_string(), frames)],
        ),
        ("name", check::name, names.collect()),
    ]
}

fn worlds() -> Seeds {
    let empty = World::new(
        Config {
            snacks: 4,
            ..sample::config()
        },
        1,
        0,
        [],
    );
    vec![
        ("empty".to_string(), empty.encode().to_vec()),
        (
            "round-end".to_string(),
            sample::round().world.encode().to_vec(),
        ),
    ]
}

/// A short log as a file, and only its bodies, each behind its length.
fn logs() -> (Vec<u8>, Vec<u8>) {
    let mut world = World::new(sample::config(), 5, 1, [(Seat(1), Team::ALL[3])]);
    let mut log = Log::of(&world, |seat| Name::guest(seat.0));
    for tick in 1..=14 {
        let (inputs, _) = sample::inputs(tick);
        world.step(&inputs);
        log.record(&inputs, |seat| Name::guest(seat.0), &world);
    }
    let file = log.write().to_vec();
    let mut frames = Vec::new();
    let mut rest = &file[5..];
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = u32::from_le_bytes(*length);
        let (body, after) = after[4..].split_at(length as usize);
        frames.extend((length as u16).to_le_bytes());
        frames.extend(body);
        rest = &after[8..];
    }
    (file, frames)
}

#[test]
fn the_corpus_contains_its_seeds() {
    for (target, check, seeds) in targets() {
        let told = "BLESS=1 cargo test -p rush decoders";
        corpus::made_of(target, check, &seeds, told);
    }
}

#[test]
fn no_decoder_panics_on_changed_inputs() {
    for (target, check, _) in targets() {
        corpus::changed(target, check, CHANGED);
    }
}
