//! The remote: the speaker's own phone, paired once by a code that the speaker's page shows.
//!
//! A code is short, so that it can be typed: 40 random bits. It is valid for one phone and for two
//! minutes, and the web server limits how often an address may guess. The phone gets a token of 128
//! random bits for it, which is valid until the presenter unpairs or starts with `--fresh`.

use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use subtle::ConstantTimeEq;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// How long a code is valid.
pub(super) const VALID: Duration = Duration::from_secs(120);

/// Phones that are paired at once, at most. Beyond that, the one that was paired first is unpaired.
const PAIRED: usize = 4;

/// Letters and digits of a code, without those that look alike: five bits each.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What a phone says first.
#[derive(Debug)]
pub(crate) enum Hello {
    /// The code that the speaker's page shows.
    Code(String),
    /// The token that the phone got for a code.
    Token(String),
}

/// A phone that may control the talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    /// The number of the pairing.
    pub(crate) remote: u64,
    pub(crate) token: String,
}

/// What a remote can do, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RemoteCommand {
    Next,
    Back,
    /// Starts the demo of the slide that is shown, or stops it.
    Demo(bool),
    /// Begins the votes of the slide that is shown, or ends them.
    Votes(bool),
}

/// What the connections of remotes read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RemoteState {
    /// The pairings that are valid. A connection of another one is closed.
    pub(crate) paired: Vec<u64>,
    /// As JSON. Only a paired phone may have it: it has the notes.
    pub(crate) shown: Utf8Bytes,
}

/// The pairings of remotes.
#[derive(Debug, Default)]
pub(super) struct Remotes {
    code: Option<Code>,
    /// In the order in which they were paired.
    paired: Vec<Pairing>,
    /// How many connections each pairing has.
    connected: BTreeMap<u64, usize>,
    last_number: u64,
}

/// A code that pairs one phone.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) text: String,
    /// A drawing of a QR code, or empty.
    pub(super) drawing: String,
    until: Instant,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Pairing {
    remote: u64,
    token: String,
}

/// The pairings for the next stage. A code is not kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    paired: Vec<Pairing>,
    last_number: u64,
}

impl Remotes {
    /// Makes a new code, which replaces the one from before. `draw` draws its QR code.
    pub(super) fn begin_pairing(&mut self, now: Instant, draw: impl FnOnce(&str) -> String) {
        self.code = code().map(|text| Code {
            drawing: draw(&text),
            text,
            until: now + VALID,
        });
    }

    /// The code that is valid now, and how long it still is.
    pub(super) fn code(&self, now: Instant) -> Option<(&Code, Duration)> {
        let code = self.code.as_ref().filter(|code| now < code.until)?;
        Some((code, code.until - now))
    }

    /// Lets a phone in that knows the code or has a token. Compares in constant time.
    pub(super) fn admit(&mut self, hello: &Hello, now: Instant) -> Option<Pass> {
        let pairing = match hello {
            Hello::Code(guess) => {
                let is_right = self
                    .code(now)
                    .is_some_and(|(code, _)| is_same(&code.text, &plain(guess)));
                is_right.then(|| self.pair())??
            }
            Hello::Token(token) => {
                let mut paired = self.paired.iter();
                paired.find(|it| is_same(&it.token, token))?.clone()
            }
        };
        *self.connected.entry(pairing.remote).or_default() += 1;
        Some(Pass {
            remote: pairing.remote,
            token: pairing.token,
        })
    }

    /// Pairs a phone. The code is used up.
    fn pair(&mut self) -> Option<Pairing> {
        let token = token()?;
        self.code = None;
        self.last_number += 1;
        let remote = self.last_number;
        if self.paired.len() >= PAIRED {
            self.paired.remove(0);
        }
        let pairing = Pairing { remote, token };
        self.paired.push(pairing.clone());
        Some(pairing)
    }

    /// A connection has closed.
    pub(super) fn disconnect(&mut self, remote: u64) {
        if let Some(count) = self.connected.get_mut(&remote) {
            *count -= 1;
            if *count == 0 {
                self.connected.remove(&remote);
            }
        }
    }

    /// Unpairs every phone, and forgets the code.
    pub(super) fn unpair(&mut self) {
        self.code = None;
        self.paired.clear();
    }

    pub(super) fn is_paired(&self, remote: u64) -> bool {
        self.paired.iter().any(|it| it.remote == remote)
    }

    pub(super) fn paired(&self) -> Vec<u64> {
        self.paired.iter().map(|it| it.remote).collect()
    }

    pub(super) fn connections(&self) -> usize {
        self.connected.values().sum()
    }

    pub(super) fn save(&self) -> Saved {
        Saved {
            paired: self.paired.clone(),
            last_number: self.last_number,
        }
    }

    pub(super) fn restore(&mut self, saved: Saved) {
        self.last_number = saved.last_number;
        // A token from a damaged file must not let anything in.
        self.paired = saved.paired;
        self.paired.retain(|it| it.token.len() == 32);
    }
}

/// A guess as it is compared: without hyphens and spaces, in capital letters.
fn plain(guess: &str) -> String {
    let letters = guess.chars().filter(|it| !matches!(it, '-' | ' '));
    letters.collect::<String>().to_ascii_uppercase()
}

/// Eight letters. `None` if the system gives no random bytes.
fn code() -> Option<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).ok()?;
    let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    Some(letters.iter().collect())
}

/// 32 hexadecimal digits. `None` if the system gives no random bytes.
fn token() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_le_bytes(bytes)))
}

fn is_same(secret: &str, guess: &str) -> bool {
    secret.as_bytes().ct_eq(guess.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_code(now: Instant) -> (Remotes, String) {
        let mut remotes = Remotes::default();
        remotes.begin_pairing(now, |_| String::new());
        let code = remotes.code(now).expect("a code").0.text.clone();
        (remotes, code)
    }

    #[test]
    fn a_code_pairs_one_phone_once_and_in_time_and_its_token_lets_it_in_again() {
        let now = Instant::now();
        let (mut remotes, code) = with_code(now);
        assert_eq!(code.len(), 8);
        for wrong in ["", "AAAAAAAA", &code[1..], &format!("{code}2")] {
            let hello = Hello::Code(wrong.to_owned());
            assert_eq!(remotes.admit(&hello, now), None, "{wrong}");
        }
        let typed = format!("{}-{} ", code[..4].to_lowercase(), &code[4..]);
        let hello = Hello::Code(typed);
        assert_eq!(remotes.admit(&hello, now + VALID), None, "too late");
        let pass = remotes.admit(&hello, now).expect("the right code");
        assert_eq!(remotes.admit(&hello, now), None, "used");
        let again = remotes.admit(&Hello::Token(pass.token.clone()), now);
        assert_eq!(again, Some(pass.clone()));
        assert_eq!(remotes.connections(), 2);
        for wrong in ["", "x", &pass.token[1..], &pass.token.to_uppercase()] {
            let hello = Hello::Token(wrong.to_owned());
            assert!(wrong == pass.token || remotes.admit(&hello, now).is_none());
        }
        // The next stage knows the token, and no code.
        let mut next = Remotes::default();
        next.restore(remotes.save());
        assert!(next.code(now).is_none() && next.is_paired(pass.remote));
        next.unpair();
        assert_eq!(next.admit(&Hello::Token(pass.token), now), None);
    }

    #[test]
    fn the_phone_that_was_paired_first_makes_room_for_the_next_one() {
        let now = Instant::now();
        let mut passes = Vec::new();
        let mut remotes = Remotes::default();
        for _ in 0..=PAIRED {
            remotes.begin_pairing(now, |_| String::new());
            let code = remotes.code(now).expect("a code").0.text.clone();
            passes.push(remotes.admit(&Hello::Code(code), now).expect("paired"));
        }
        assert!(!remotes.is_paired(passes[0].remote));
        assert_eq!(remotes.paired().len(), PAIRED);
        assert_eq!(remotes.connections(), PAIRED + 1);
        for pass in &passes {
            remotes.disconnect(pass.remote);
        }
        assert_eq!(remotes.connections(), 0);
    }

    #[test]
    fn nothing_is_let_in_without_a_code_and_an_empty_token_is_none() {
        let now = Instant::now();
        let mut remotes = Remotes::default();
        remotes.restore(Saved {
            paired: vec![Pairing::default()],
            last_number: 1,
        });
        for hello in [Hello::Token(String::new()), Hello::Code(String::new())] {
            assert_eq!(remotes.admit(&hello, now), None);
        }
        assert!(remotes.paired().is_empty());
    }
}
