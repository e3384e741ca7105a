//! The cases of the Autobahn test suite (1 to 7, 9 and 10), rebuilt for a server that takes short
//! binary messages: our `Echo` message replaces its echo. Every case is sent at once, and again one
//! byte at a time.

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
use case::{Case, ECHO_NUMBER, Expected, echo};
use rush::wire::ToClient;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// Longest case that is sent one byte at a time.
const PATIENT: usize = 512;

/// How long the server waits for a client after its Close frame.
pub(crate) const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

#[test]
fn every_autobahn_case_is_answered_whole_and_byte_by_byte() {
    let game = Game::start();
    let cases = [
        single::single_frames(),
        fragments::pieces(),
        close_frames::goodbyes(),
        sizes::sizes(),
    ];
    let cases: Vec<Case> = cases.into_iter().flatten().collect();
    for case in &cases {
        answers(&game, case, case.bytes.len());
        if case.bytes.len() <= PATIENT {
            answers(&game, case, 1);
        }
    }
    println!("{} cases", cases.len());
    wait_until("no connection is left", || {
        ask_json(game.address, "/api/xray")["connections"] == 0
    });
    assert_eq!(game.server().state().metrics.rooms.panics.get(), 0);
}

/// Sends a case on a new connection, in portions, and checks the answer.
#[track_caller]
fn answers(game: &Game, case: &Case, portion: usize) {
    let (number, began) = (case.number, Instant::now());
    let mut stream = Client::connect(game.address, "hall").socket.into_inner();
    for portion in case.bytes.chunks(portion.max(1)) {
        if stream.write_all(portion).is_err() {
            break; // The server has closed; its answer can still be read.
        }
    }
    let mut received = Vec::new();
    match &case.expected {
        Expected::Close(code) => {
            if let Err(error) = stream.read_to_end(&mut received) {
                // So long the server waits for the rest of what is sent.
                assert!(began.elapsed() >= CLOSE_TIMEOUT, "{number}: {error}");
                return answers(game, case, portion);
            }
            let frames = frames(&received);
            let (first, payload) = frames.last().unwrap_or_else(|| panic!("{number}: nothing"));
            let answer = (*first, code_in(payload));
            assert_eq!(answer, (CLOSE, *code), "{number}, by {portion}");
        }
        Expected::Pongs(pongs) => {
            let well = ToClient::Echo(ECHO_NUMBER).encode();
            stream
                .write_all(&frame(BINARY, &echo()))
                .expect("the connection is open");
            // One pong for each ping of the case, and one for ours.
            let well = [&[BINARY, well.len() as u8][..], &well].concat();
            let times = if case.echoes { 2 } else { 1 };
            read_until(&mut stream, &mut received, &well, times);
            let answer = frames(&received).into_iter();
            let answer = answer.filter_map(|(first, payload)| (first == PONG).then_some(payload));
            assert_eq!(&answer.collect::<Vec<_>>(), pongs, "{number}, by {portion}");
        }
    }
}

/// Reads until these bytes have arrived this many times.
fn read_until(stream: &mut TcpStream, received: &mut Vec<u8>, last: &[u8], times: usize) {
    let mut some = [0; 4096];
    while received
        .windows(last.len())
        .filter(|it| *it == last)
        .count()
        < times
    {
        let count = stream.read(&mut some).expect("the server answers");
        assert_ne!(count, 0, "the connection ended after {received:?}");
        received.extend(&some[..count]);
    }
}
