//! PROTOCOL.md shows the encoder's bytes. `BLESS=1` does not help here: the words between the bytes
//! are written by hand.

use std::collections::BTreeSet;

use crate::sample;
use rush::close::Close;
use rush::wire::{LONGEST_TO_SERVER, SUBPROTOCOL, ToServer};
use rush::{Config, Name};

const PAGE: &str = include_str!("../../../../08-snack-game/PROTOCOL.md");

/// The page's examples: the message's name, and its bytes without the words behind `#`.
fn examples() -> Vec<(&'static str, String)> {
    let fences = PAGE.split("```hex ").skip(1);
    let example = |fence: &'static str| {
        let (name, rest) = fence.split_once('\n').expect("a line");
        let (bytes, _) = rest.split_once("```").expect("an end");
        let bytes = bytes
            .lines()
            .map(|line| line.split('#').next().unwrap_or(""));
        (name, bytes.collect::<String>().split_whitespace().collect())
    };
    fences.map(example).collect()
}

fn encoded() -> Vec<(&'static str, String)> {
    let server = sample::to_server()
        .into_iter()
        .map(|(name, it)| (name, it.encode()));
    let client = sample::to_client()
        .into_iter()
        .map(|(name, it)| (name, it.encode()));
    server
        .chain(client)
        .map(|(name, it)| (name, sample::hex(&it)))
        .collect()
}

#[test]
fn every_example_has_the_encoders_bytes() {
    let encoded = encoded();
    for (name, bytes) in examples() {
        let (_, right) = encoded.iter().find(|it| it.0 == name).expect(name);
        assert_eq!(&bytes, right, "{name}");
    }
}

#[test]
fn every_message_has_an_example() {
    let first_byte = |it: &(&str, String)| it.1[..2].to_string();
    let shown: BTreeSet<_> = examples().iter().map(first_byte).collect();
    let spoken: BTreeSet<_> = encoded().iter().map(first_byte).collect();
    assert_eq!(shown, spoken);
}

#[test]
fn every_end_is_in_the_table() {
    let code = |line: &str| line.get(2..6)?.parse::<u16>().ok();
    let rows: Vec<_> = PAGE
        .lines()
        .filter(|line| line.starts_with("| ") && code(line).is_some())
        .collect();
    for close in Close::all() {
        let begins = format!("| {} | `{}` |", close.code(), close.reason());
        let found = rows.iter().filter(|row| row.starts_with(&begins)).count();
        assert_eq!(found, 1, "{begins}");
    }
    assert_eq!(rows.len(), Close::all().len(), "and no other");
}

#[test]
fn the_limits_are_those_of_the_program() {
    let thousands = |n: u16| format!("{},{:03}", n / 1_000, n % 1_000);
    for row in [
        format!("| message to the server | {LONGEST_TO_SERVER} bytes |"),
        format!("| name to the server | {} bytes |", ToServer::LONGEST_NAME),
        format!(
            "| name to the client | {} bytes, {} characters",
            Name::MOST_BYTES,
            Name::LONGEST
        ),
        format!("| arena | {} to 255 cells", Config::NARROWEST),
        format!("| seats in a room | {} |", thousands(Config::MOST_SEATS)),
        format!("| ticks in a round | {},", thousands(Config::LONGEST_ROUND)),
        format!("`{SUBPROTOCOL}`"),
    ] {
        assert!(PAGE.contains(&row), "{row}");
    }
}
