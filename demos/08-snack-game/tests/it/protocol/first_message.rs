//! The subprotocol, and what may be sent before and after the first message.

use super::{delta, join, turn, welcome};
use crate::common::{
    Game,
    frames::{BEGIN, LAST, MORE, PING, PONG, frame},
    raw::{Raw, Said},
};
use rush::{
    Dir,
    wire::{ToClient, ToServer},
};
use std::{
    io::Write,
    time::{Duration, Instant},
};

#[test]
fn without_the_subprotocol_a_client_is_upgraded_and_closed_with_4003_and_never_welcomed() {
    let game = Game::start();
    for offers in [None, Some("chat"), Some("snack-rush.v2, chat")] {
        let mut raw = Raw::open(game.address, "hall", offers);
        assert!(raw.head.starts_with("http/1.1 101"), "{}", raw.head);
        assert!(!raw.head.contains("sec-websocket-protocol"), "{}", raw.head);
        raw.send(&[join(), ToServer::Echo(7)]);
        let said = raw.receive();
        assert!(matches!(said, Said::Close(4003)), "{offers:?}: {said:?}");
    }
    let mut raw = Raw::open(game.address, "hall", Some("chat, snack-rush.v1"));
    assert!(raw.head.contains("sec-websocket-protocol: snack-rush.v1"));
    raw.send(&[join()]);
    welcome(&mut raw);
}

#[test]
fn no_extension_is_negotiated_and_a_message_may_come_in_several_frames() {
    let game = Game::start();
    let offers = "snack-rush.v1\r\nSec-WebSocket-Extensions: permessage-deflate";
    let mut raw = Raw::open(game.address, "hall", Some(offers));
    assert!(!raw.head.contains("extensions"), "{}", raw.head);
    let message = join().encode();
    let (begin, end) = message.split_at(2);
    let frames = [frame(BEGIN, begin), frame(MORE, &[]), frame(LAST, end)];
    raw.stream.write_all(&frames.concat()).expect("it reads");
    // `Raw` reads no frame but a whole binary one as a message.
    assert_eq!(welcome(&mut raw).name.expect("a name").as_str(), "ann");
}

#[test]
fn echo_and_leave_are_allowed_before_the_first_message_and_nothing_else() {
    let game = Game::start();
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[ToServer::Echo(0xdead_beef)]);
    let said = raw.receive();
    let is_echo = matches!(said, Said::Message(ToClient::Echo(0xdead_beef)));
    assert!(is_echo, "{said:?}");
    raw.send(&[ToServer::Leave]);
    assert_eq!(raw.closed(), 1000);
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[turn(1, Dir::Up)]);
    assert_eq!(raw.closed(), 4001, "a turn without a seat");
}

#[test]
fn what_is_not_allowed_after_the_first_message_is_out_of_turn() {
    let game = Game::start();
    let token = rush::wire::Token([0; 16]);
    for (first, then, code) in [
        (join(), join(), 4001),
        (join(), ToServer::Watch, 4001),
        (join(), ToServer::Resume { token }, 4001),
        (join(), ToServer::Leave, 1000),
        (ToServer::Watch, join(), 4001),
        (ToServer::Watch, turn(1, Dir::Up), 4001),
        (ToServer::Watch, ToServer::Leave, 1000),
        (ToServer::Resume { token }, ToServer::Echo(1), 4004),
    ] {
        let mut raw = Raw::connect(game.address, "hall");
        raw.send(&[first.clone(), then.clone()]);
        assert_eq!(raw.closed(), code, "{first:?}, {then:?}");
    }
}

#[test]
fn echo_does_not_extend_the_time_for_the_first_message() {
    let game = Game::with(|options| options.first_message = Duration::from_millis(500));
    let began = Instant::now();
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[ToServer::Echo(0)]);
    let code = loop {
        match raw.receive() {
            Said::Message(ToClient::Echo(number)) => {
                std::thread::sleep(Duration::from_millis(20));
                raw.send(&[ToServer::Echo(number + 1)]);
            }
            Said::Close(code) => break code,
            said => panic!("{said:?}"),
        }
    };
    assert_eq!(code, 4005);
    assert!(began.elapsed() >= Duration::from_millis(500));
}

#[test]
fn what_is_sent_behind_the_first_message_is_handled_behind_it() {
    let game = Game::start();
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[join(), ToServer::Echo(5), turn(1, Dir::Left)]);
    let (mut messages, mut seat) = (Vec::new(), None);
    while messages.len() < 3 {
        let Said::Message(message) = raw.receive() else {
            panic!("a message");
        };
        if let ToClient::Welcome(welcome) = &message {
            seat = welcome.seat;
        }
        messages.push(message);
    }
    assert!(matches!(messages[0], ToClient::Welcome(_)), "{messages:?}");
    assert!(matches!(messages[1], ToClient::Snapshot(_)), "{messages:?}");
    assert!(matches!(messages[2], ToClient::Echo(5)), "{messages:?}");
    let seat = seat.expect("a seat");
    delta(&mut raw, "the turn", |delta| {
        let mut turned = delta.turned.iter();
        turned
            .any(|it| it.seat == seat && it.seq.0 == 1)
            .then_some(())
    });
}

#[test]
fn the_81st_frame_at_once_is_one_too_many_whatever_it_is() {
    let game = Game::start();
    // Echoes are answered; a ping, too. Forty more are allowed in each second that passes.
    let mut raw = Raw::connect(game.address, "hall");
    raw.send(&[join()]);
    welcome(&mut raw);
    // So many that it takes a minute until all of them are allowed.
    let echoes: Vec<_> = (0..2_500).map(ToServer::Echo).collect();
    raw.send(&echoes);
    assert_eq!(raw.closed(), 1008);
    let mut raw = Raw::connect(game.address, "hall");
    let ping = frame(PING, b"hello");
    raw.stream.write_all(&ping).expect("it reads");
    let said = raw.receive();
    let is_pong =
        matches!(&said, Said::Control(first, payload) if *first == PONG && payload == b"hello");
    assert!(is_pong, "{said:?}");
    let _unless_closed = raw.stream.write_all(&ping.repeat(2_500));
    assert_eq!(raw.closed(), 1008);
}
