//! The fuzzer's corpus and what becomes of it, without a fuzzer. `BLESS=1` writes the inputs anew
//! that somebody thought of.

#[path = "../../support/rush/fuzz/corpus.rs"]
mod corpus;
#[path = "../fuzz/seeds.rs"]
pub(crate) mod seeds;

use crate::check;
use std::{fs, path::Path};

/// Changed inputs for each decoder; of what is cut at each of its places, a tenth.
const CHANGED: usize = 20_000;

/// A target of the fuzzer: its name, what must hold, and its seeds.
type Target = (&'static str, fn(&[u8]), seeds::Seeds);

fn targets() -> Vec<Target> {
    vec![
        ("inbound", check::decoder, seeds::inbound()),
        #[cfg(target_os = "linux")]
        ("state", check::state, seeds::state()),
        ("closing", check::closing, seeds::closing()),
        ("closed", check::closed, seeds::closed()),
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
fn the_corpus_is_what_it_was_made_of() {
    for (target, check, seeds) in targets() {
        let told = "BLESS=1 cargo test -p demo-08-snack-game --lib decoders";
        corpus::made_of(target, check, &seeds, told);
    }
}

#[test]
fn no_decoder_minds_what_it_is_given() {
    for (target, check, _) in targets() {
        let count = match target {
            "inbound" | "state" | "closed" => CHANGED / 10,
            _ => CHANGED,
        };
        corpus::changed(target, check, count);
    }
}

#[test]
fn every_decoder_has_its_target_and_its_corpus() {
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
        &["state"]
    };
    assert_eq!(unplayed.collect::<Vec<_>>(), elsewhere);
}
