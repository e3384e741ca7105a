//! Autobahn's cases (1 to 7, 9 and 10), rebuilt for a server that speaks short binary messages: its
//! echo is our `Echo`. Every case is said at once, and again a byte at a time.

mod case;
mod close_frames;
mod fragments;
mod single;
mod sizes;

use crate::common::{
    Client, Game, ask_json,
    frames::{BINARY, CLOSE, PONG, code_in, frame, frames},
    wait_until,
};
use case::{Case, Then, WELL, echo};
use rush::wire::ToClient;
use std::{
    io::{Read, Write},
    net::TcpStream,
};

/// A byte at a time where it is not a matter of megabytes.
const PATIENT: usize = 512;

#[test]
fn every_case_of_autobahn_has_its_answer_at_once_and_a_byte_at_a_time() {
    let game = Game::start();
    let cases = [
        single::single_frames(),
        fragments::pieces(),
        close_frames::goodbyes(),
        sizes::sizes(),
    ];
    let cases: Vec<Case> = cases.into_iter().flatten().collect();
    for case in &cases {
        answers(&game, case, case.says.len());
        if case.says.len() <= PATIENT {
            answers(&game, case, 1);
        }
    }
    println!("{} cases", cases.len());
    wait_until("nobody is left", || {
        ask_json(game.address, "/api/xray")["connections"] == 0
    });
    assert_eq!(game.server().house().seen.falls.get(), 0);
}

/// Says a case on a line of its own, in portions; what comes back has to be what should.
#[track_caller]
fn answers(game: &Game, case: &Case, portion: usize) {
    let number = case.number;
    let mut stream = Client::connect(game.address, "hall").socket.into_inner();
    for portion in case.says.chunks(portion.max(1)) {
        if stream.write_all(portion).is_err() {
            break; // It has received enough; what it says is still there.
        }
    }
    let mut received = Vec::new();
    match &case.then {
        Then::Ends(code) => {
            stream
                .read_to_end(&mut received)
                .unwrap_or_else(|error| panic!("{number}: {error}"));
            let frames = frames(&received);
            let (first, payload) = frames.last().unwrap_or_else(|| panic!("{number}: nothing"));
            let told = (*first, code_in(payload));
            assert_eq!(told, (CLOSE, *code), "{number}, by {portion}");
        }
        Then::Well(pongs) => {
            let well = ToClient::Echo(WELL).encode();
            stream
                .write_all(&frame(BINARY, &echo()))
                .expect("it is open");
            // One for each message of the case, and ours.
            let well = [&[BINARY, well.len() as u8][..], &well].concat();
            let times = if case.echoes { 2 } else { 1 };
            hears(&mut stream, &mut received, &well, times);
            let told = frames(&received).into_iter();
            let told = told.filter_map(|(first, payload)| (first == PONG).then_some(payload));
            assert_eq!(&told.collect::<Vec<_>>(), pongs, "{number}, by {portion}");
        }
    }
}

/// Hears until these bytes came so many times.
fn hears(stream: &mut TcpStream, received: &mut Vec<u8>, last: &[u8], times: usize) {
    let mut some = [0; 4096];
    while received
        .windows(last.len())
        .filter(|it| *it == last)
        .count()
        < times
    {
        let count = stream.read(&mut some).expect("it answers");
        assert_ne!(count, 0, "it ended after {received:?}");
        received.extend(&some[..count]);
    }
}
