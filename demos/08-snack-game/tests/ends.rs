//! Every end of a connection has its code, and reaches the phone.

mod common;

use common::{Game, Heard, PATIENCE, Phone, ask, ask_json, wait_until};
use rush::wire::{ToClient, ToServer};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};
use tungstenite::{Message, stream::MaybeTlsStream};

/// Says raw bytes on an open line; the close code and reason that come back, and whether the line was then read to its end.
fn answer_to(game: &Game, bytes: &[u8]) -> (u16, String) {
    let phone = Phone::knock(game.address, "hall");
    let mut stream = phone.socket.into_inner();
    stream.write_all(bytes).expect("it reads");
    let mut heard = Vec::new();
    stream
        .read_to_end(&mut heard)
        .expect("an end, and no reset");
    let payload = goodbye_in(&heard).expect("a close frame");
    let reason = String::from_utf8_lossy(payload.get(2..).unwrap_or_default()).into_owned();
    (
        payload
            .get(..2)
            .map_or(1005, |code| u16::from_be_bytes([code[0], code[1]])),
        reason,
    )
}

/// The payload of the close frame behind all other frames.
fn goodbye_in(mut heard: &[u8]) -> Option<&[u8]> {
    loop {
        let (length, start) = match *heard.get(1)? {
            126 => (usize::from(u16::from_be_bytes([heard[2], heard[3]])), 4),
            short => (usize::from(short), 2),
        };
        let payload = heard.get(start..start + length)?;
        if heard[0] == 0x88 {
            return Some(payload);
        }
        heard = &heard[start + length..];
    }
}

/// A frame as a client writes it, with a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    match payload.len() {
        short @ 0..126 => out.push(0x80 | short as u8),
        middle @ 126..65_536 => {
            out.push(0x80 | 126);
            out.extend((middle as u16).to_be_bytes());
        }
        long => {
            out.push(0x80 | 127);
            out.extend((long as u64).to_be_bytes());
        }
    }
    out.extend([0; 4]);
    out.extend(payload);
    out
}

#[test]
fn whatever_is_wrong_on_the_wire_has_its_code_and_the_line_is_read_to_its_end() {
    let game = Game::start();
    for (what, bytes, code) in [
        ("unmasked", vec![0x82, 0x01, 0x03], 1002),
        ("a reserved bit", frame(0xC2, &[3]), 1002),
        ("a reserved opcode", frame(0x83, &[3]), 1002),
        ("a reserved control opcode", frame(0x8F, &[]), 1002),
        ("a ping in pieces", frame(0x09, &[]), 1002),
        ("a ping of 126 bytes", frame(0x89, &[0; 126]), 1002),
        ("a piece of nothing", frame(0x80, &[3]), 1002),
        (
            "a message within a message",
            [frame(0x02, &[]), frame(0x82, &[3])].concat(),
            1002,
        ),
        ("half a close code", frame(0x88, &[3]), 1002),
        (
            "a close code that nobody may send",
            frame(0x88, &1006_u16.to_be_bytes()),
            1002,
        ),
        ("text", frame(0x81, b"hello"), 1003),
        (
            "a reason that is no UTF-8",
            frame(0x88, &[3, 0xE8, 0xFF]),
            1007,
        ),
        ("65 bytes", frame(0x82, &[0; 65]), 1009),
        (
            "a megabyte, all of it",
            frame(0x82, &vec![0; 1_000_000]),
            1009,
        ),
        (
            "65 bytes in pieces",
            [frame(0x02, &[0; 64]), frame(0x80, &[0])].concat(),
            1009,
        ),
        ("no message at all", frame(0x82, &[]), 4001),
        ("an unknown message", frame(0x82, &[0x7F]), 4001),
        ("a turn before joining", frame(0x82, &[4, 1, 0, 0]), 4001),
        (
            "a join twice",
            [frame(0x82, &[1, 0]), frame(0x82, &[1, 0])].concat(),
            4001,
        ),
        (
            "a token of nobody",
            frame(0x82, &[[2].as_slice(), &[7; 16]].concat()),
            4004,
        ),
        ("a flood", frame(0x8A, &[]).repeat(1_000), 1008),
        ("goodbye", frame(0x88, &1000_u16.to_be_bytes()), 1000),
        ("goodbye without a code", frame(0x88, &[]), 1005),
    ] {
        assert_eq!(answer_to(&game, &bytes).0, code, "{what}");
    }
    wait_until("nobody is left", || {
        ask_json(game.address, "/api/xray")["connections"] == 0
    });
}

#[test]
fn a_message_in_pieces_is_one_and_a_ping_between_them_is_answered() {
    let game = Game::start();
    let phone = Phone::knock(game.address, "hall");
    let mut stream = phone.socket.into_inner();
    let said = [
        frame(0x02, &[6, 1]),
        frame(0x89, b"alive?"),
        frame(0x80, &[2, 3, 4]),
    ]
    .concat();
    for byte in said {
        stream.write_all(&[byte]).expect("it reads");
    }
    let mut heard = [0; 8 + 7];
    stream.read_exact(&mut heard).expect("both answers");
    assert_eq!(&heard[..8], b"\x8A\x06alive?");
    assert_eq!(&heard[8..], b"\x82\x05\x86\x01\x02\x03\x04");
}

#[test]
fn whoever_says_nothing_is_told_and_shown_out() {
    let game = Game::with(|options| options.first_word = Duration::from_millis(200));
    let mut phone = Phone::knock(game.address, "hall");
    assert_eq!(phone.hears_goodbye(), (4005, "nothing said".to_owned()));
}

#[test]
fn whoever_speaks_another_protocol_is_told() {
    let game = Game::start();
    let stream = TcpStream::connect(game.address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let url = format!("ws://{}/ws/hall", game.address);
    let (mut socket, _) =
        tungstenite::client(url, MaybeTlsStream::Plain(stream)).expect("the upgrade");
    match socket.read() {
        Ok(Message::Close(Some(close))) => assert_eq!(u16::from(close.code), 4003),
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_does_not_even_answer_a_ping_is_gone() {
    let game = Game::with(|options| options.silence = Duration::from_secs(6));
    let mut ann = Phone::watch(game.address, "hall"); // Reads, and so answers pings.
    let mute = Phone::join(game.address, "hall", "mute");
    let seat = mute.seat();
    ann.hears_until("mute has come", |ann, _| {
        ann.mirror().player(seat).map(drop)
    });
    ann.hears_until("mute is away", |ann, _| {
        ann.mirror().player(seat)?.away.then_some(())
    });
}

/// A phone whose kernel holds little, and who has stopped reading.
fn slow(game: &Game) -> Phone {
    let socket =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4 * 1024).expect("a small one");
    socket.connect(&game.address.into()).expect("it listens");
    Phone::over(socket.into(), game.address, "hall", |_| {})
        .expect("the upgrade")
        .enters(&ToServer::Join {
            name: "slow".to_owned(),
        })
}

/// Players who turn as fast as they may, so that each tick is large.
fn crowd(game: &Game) -> crowd::Crowd {
    let plan = crowd::Plan {
        players: 150,
        room: Some("hall".to_owned()),
        turns_per_second: 10.0,
        ramp: Duration::from_millis(500),
        ..crowd::Plan::default()
    };
    game.runtime
        .block_on(crowd::Crowd::start(game.address, plan))
}

#[test]
fn whoever_is_behind_gets_the_newest_picture_instead_of_what_it_missed() {
    let game = Game::with(|options| {
        (options.behind, options.kernel_holds) = (Duration::from_secs(600), 4 * 1024)
    });
    let mut slow = slow(&game);
    let crowd = crowd(&game);
    wait_until("somebody is behind", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["slow"][0]["name"] == "slow"
    });
    // It reads again: all that was told before, then a picture, and no gap after that.
    slow.hears_until("a picture", |slow, _| (slow.pictures > 1).then_some(()));
    slow.hears_ticks(3);
    wait_until("it is counted", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["caught_up"].as_u64() >= Some(1)
    });
    let seen = game.runtime.block_on(crowd.stop());
    assert_eq!(seen.gaps, 0, "nobody else missed anything\n{seen}");
}

#[test]
fn whoever_stays_behind_is_shown_out_and_told() {
    let game = Game::with(|options| {
        (options.behind, options.kernel_holds) = (Duration::from_secs(1), 4 * 1024)
    });
    let mut slow = slow(&game);
    let _crowd = crowd(&game);
    wait_until("it is shown out", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["shown_out"].as_u64() >= Some(1)
    });
    assert_eq!(
        slow.hears_goodbye().0,
        4000,
        "what it had not read, and then why that was all"
    );
}

#[test]
fn a_full_room_says_where_else_there_is_a_seat() {
    let other = Game::start();
    let game = Game::with(|options| {
        options.seats = 2;
        options.peers = vec![
            format!("http://{}", other.address),
            "http://127.0.0.1:1".to_owned(),
        ];
    });
    let _ann = Phone::join(game.address, "hall", "ann");
    let free = || ask_json(game.address, "/api/seat?room=hall")["free"].clone();
    wait_until("one seat is free", || free() == 1);
    let bob = Phone::join(game.address, "hall", "bob");
    let there = format!("http://{}", other.address);
    wait_until("the other one is known", || {
        ask_json(game.address, "/api/seat?room=hall")["elsewhere"] == serde_json::json!([there])
    });
    let seat = ask_json(game.address, "/api/seat?room=hall");
    assert_eq!(seat["full"], true);
    // Too late: two saw the last free seat.
    let mut late = Phone::knock(game.address, "hall");
    late.says(&ToServer::Join {
        name: "late".to_owned(),
    });
    assert_eq!(late.hears_goodbye(), (1013, format!("go to {there}")));
    // Whoever looks on, or comes back, needs no free seat.
    let _watcher = Phone::watch(game.address, "hall");
    let before = bob.drops_out();
    assert!(
        Phone::resume(game.address, "hall", &before)
            .welcome()
            .resumed
    );
    assert_ne!(
        ask_json(game.address, "/api/seat")["room"],
        "hall",
        "another room has seats"
    );
    // Not even standing room: refused before the upgrade.
    let mut crowd = Vec::new();
    let refused = loop {
        match Phone::try_knock(game.address, "hall", |_| {}) {
            Ok(phone) => crowd.push(phone),
            Err(error) => break error,
        }
        assert!(crowd.len() < 100, "there is no end of standing room");
    };
    assert!(refused.to_string().contains("503"), "{refused}");
}

#[test]
fn a_server_has_so_many_players_in_all_its_rooms() {
    let game = Game::with(|options| options.max_players = 1);
    let _ann = Phone::join(game.address, "a", "ann");
    assert_eq!(ask_json(game.address, "/api/seat?room=b")["full"], true);
    let mut bob = Phone::knock(game.address, "b");
    bob.says(&ToServer::Join {
        name: "bob".to_owned(),
    });
    assert_eq!(bob.hears_goodbye(), (1013, "try later".to_owned()));
}

#[test]
fn a_server_that_ends_lets_the_round_end_and_tells_everybody() {
    let mut game = Game::with(|options| {
        (options.round_seconds, options.podium_seconds) = (3, 1);
        options.drain = Duration::from_secs(60);
    });
    let mut ann = Phone::join(game.address, "hall", "ann");
    ann.hears_ticks(2);
    let drained = game.drain();
    ann.hears_until("the notice", |_, heard| {
        matches!(heard, Heard::Message(ToClient::Restarts { .. })).then_some(())
    });
    let seat = ask_json(game.address, "/api/seat");
    assert_eq!(
        (&seat["full"], &seat["draining"]),
        (&true.into(), &true.into())
    );
    assert_eq!(ask(game.address, "/health", "").0, 503);
    let refused = Phone::try_knock(game.address, "hall", |_| {})
        .err()
        .expect("nobody new");
    assert!(refused.to_string().contains("503"), "{refused}");
    let (code, reason) = ann.hears_goodbye();
    assert_eq!(code, 1012);
    assert!(
        reason.starts_with("retry in ") && reason.ends_with(" ms"),
        "{reason}"
    );
    assert_eq!(
        ann.mirror().phase(),
        Some(rush::Phase::Podium),
        "the round was played to its end"
    );
    let _ = ann.socket.flush(); // The answer to the goodbye.
    drop(ann);
    game.runtime.block_on(drained).expect("it ends");
}

#[test]
fn a_page_from_elsewhere_may_not_play_unless_it_was_named() {
    let game = Game::with(|options| options.origins = vec!["https://play.example.org".to_owned()]);
    let from = |origin: &'static str| {
        let origin = tungstenite::http::HeaderValue::from_static(origin);
        Phone::try_knock(game.address, "hall", |headers| {
            drop(headers.insert("origin", origin))
        })
    };
    for no in [
        "https://evil.example.org",
        "null",
        "http://127.0.0.1",
        "https://play.example.org.evil.org",
    ] {
        let refused = from(no).err().expect(no);
        assert!(refused.to_string().contains("403"), "{no}: {refused}");
    }
    assert!(from("https://play.example.org").is_ok());
    let own = format!("http://{}", game.address);
    let own = tungstenite::http::HeaderValue::from_str(&own).expect("a header");
    assert!(
        Phone::try_knock(game.address, "hall", |headers| drop(
            headers.insert("origin", own)
        ))
        .is_ok()
    );
}
