//! A fuzzer's corpus and changed inputs, without a fuzzer: for readers without a nightly compiler.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder of a target's inputs, in the crate that includes this file.
fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target)
}

/// All inputs of a folder.
fn inputs(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort(); // The changes must not depend on the file system.
    files
        .iter()
        .map(|file| fs::read(file).expect("a file"))
        .collect()
}

/// Checks that the corpus contains the named seeds, beside inputs that a fuzzer found. `told` says
/// how to update it.
pub(crate) fn made_of(target: &str, check: fn(&[u8]), seeds: &[(String, Vec<u8>)], told: &str) {
    let folder = folder(target);
    for (name, bytes) in seeds {
        let file = folder.join(name);
        if env::var_os("BLESS").is_some() {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&file, bytes).expect("a file");
        }
        check(bytes);
        let there = fs::read(&file).unwrap_or_default();
        assert!(there == *bytes, "{} is stale: {told}", file.display());
    }
}

/// Checks the corpus, and `count` inputs that are made from it.
pub(crate) fn changed(target: &str, check: fn(&[u8]), count: usize) {
    let corpus = inputs(&folder(target));
    corpus.iter().for_each(|bytes| check(bytes));
    let mut chance = Chance(2018);
    for _ in 0..count {
        let mut bytes = corpus[chance.below(corpus.len())].clone();
        let other = &corpus[chance.below(corpus.len())];
        chance.change(&mut bytes, other);
        check(&bytes);
    }
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

    /// Makes one to four changes that a broken network, a broken program or an attacker could make.
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
