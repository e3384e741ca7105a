//! Runs the fuzzer's checks on its corpus, without a fuzzer. `BLESS=1` writes the inputs that were
//! made by hand.

#[path = "../../support/rush/fuzz/corpus.rs"]
mod corpus;
#[path = "../fuzz/seeds.rs"]
pub(crate) mod seeds;

use crate::check;
use std::{fs, path::Path};

/// Changed inputs for each decoder; a tenth for those that are split at each position.
const CHANGED: usize = 20_000;

/// A target of the fuzzer: its name, its check, and its seeds.
type Target = (&'static str, fn(&[u8]), seeds::Seeds);

fn targets() -> Vec<Target> {
    vec![
        ("decode", check::decode, seeds::decode()),
        #[cfg(target_os = "linux")]
        ("snapshot", check::snapshot, seeds::snapshot()),
        (
            "snapshot_file",
            check::snapshot_file,
            seeds::snapshot_file(),
        ),
        ("snapshot_v1", check::snapshot_v1, seeds::snapshot_v1()),
        ("board", check::board, seeds::board()),
        ("round", check::round, seeds::round()),
        ("card", check::card, seeds::card()),
        ("reply", check::reply, seeds::reply()),
        ("query", check::query, seeds::query()),
        ("token", check::token, seeds::token()),
        ("free", check::free, seeds::free()),
        ("head", check::head, seeds::head()),
    ]
}

#[test]
fn the_corpus_contains_the_seeds() {
    for (target, check, seeds) in targets() {
        let command = "BLESS=1 cargo test -p demo-08-snack-game --lib decoders";
        corpus::made_of(target, check, &seeds, command);
    }
}

#[test]
fn every_decoder_accepts_or_refuses_changed_inputs() {
    for (target, check, _) in targets() {
        let count = match target {
            "decode" | "snapshot" | "snapshot_v1" => CHANGED / 10,
            _ => CHANGED,
        };
        corpus::changed(target, check, count);
    }
}

#[test]
fn every_decoder_has_a_target_and_a_corpus() {
    let names = |folder: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let names = fs::read_dir(folder).expect("a folder").map(|entry| {
            let name = entry.expect("an entry").file_name().into_string();
            let name = name.expect("text");
            name.strip_suffix(".rs").map_or(name.clone(), str::to_owned)
        });
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    assert_eq!(names("fuzz/fuzz_targets"), names("fuzz/corpus"));
    let targets = targets();
    let names = names("fuzz/corpus");
    let unplayed = names
        .iter()
        .filter(|name| targets.iter().all(|it| it.0 != **name));
    let elsewhere: &[&str] = if cfg!(target_os = "linux") {
        &[]
    } else {
        &["snapshot"]
    };
    assert_eq!(unplayed.collect::<Vec<_>>(), elsewhere);
}
