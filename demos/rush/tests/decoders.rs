//! The fuzzer's corpus and what becomes of it, without a fuzzer. `BLESS=1` writes the corpus anew.

mod sample;

#[path = "../fuzz/check.rs"]
mod check;

use std::path::{Path, PathBuf};
use std::{env, fs};

use rush::log::Log;
use rush::{Config, Name, Seat, Team, World};

/// Changed inputs for each decoder.
const CHANGED: usize = 20_000;

/// Sound inputs to begin with, and their names.
type Seeds = Vec<(String, Vec<u8>)>;
/// A target of the fuzzer: its name, what must hold, and its seeds.
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

/// A short log as a file, and its bodies alone, each behind its length.
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

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder(target)).expect("the corpus is there");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort(); // The changes must not depend on the file system.
    files
        .iter()
        .map(|file| fs::read(file).expect("a file"))
        .collect()
}

/// SplitMix64, as in the rules.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }

    /// One to four changes such as a broken line, a broken program or a bad person makes.
    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(7) {
                0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                1 if !bytes.is_empty() => bytes[at] = [0, 1, 2, 0x7f, 0x80, 0xff][self.below(6)],
                2 if !bytes.is_empty() => bytes[at] = bytes[at].wrapping_add(1),
                3 => bytes.truncate(at),
                4 => bytes.insert(at, self.below(256) as u8),
                5 if !bytes.is_empty() => {
                    drop(bytes.drain(at..(at + 1 + self.below(4)).min(bytes.len())))
                }
                _ => bytes.extend_from_slice(&other[self.below(other.len())..]),
            }
        }
    }
}

#[test]
fn the_corpus_is_what_it_was_made_of() {
    for (target, check, seeds) in targets() {
        for (name, bytes) in seeds {
            check(&bytes);
            let file = folder(target).join(&name);
            if env::var_os("BLESS").is_some() {
                fs::create_dir_all(folder(target)).expect("a folder");
                fs::write(&file, &bytes).expect("a file");
            }
            let there = fs::read(&file).unwrap_or_default();
            assert!(
                there == bytes,
                "corpus/{target}/{name} is stale: BLESS=1 cargo test -p rush --test decoders"
            );
        }
    }
}

#[test]
fn no_decoder_minds_what_it_is_given() {
    for (target, check, _) in targets() {
        let corpus = corpus(target);
        corpus.iter().for_each(|bytes| check(bytes));
        let mut chance = Chance(2018);
        for _ in 0..CHANGED {
            let mut bytes = corpus[chance.below(corpus.len())].clone();
            let other = &corpus[chance.below(corpus.len())];
            chance.change(&mut bytes, other);
            check(&bytes);
        }
    }
}
