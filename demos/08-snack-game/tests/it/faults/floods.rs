//! Valid messages and connections, but too many of them.

use crate::common::{Client, Game, ask_json, wait_until};
use rush::wire::ToServer;
use std::{
    io::Write,
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};
use tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

/// Number of clients that flood at the same time.
const MANY: usize = 40;

/// Lets [`MANY`] clients flood until they are disconnected with 1008. Another player misses no tick
/// in the meantime.
/// `flood` makes each client's messages from their numbers.
fn flooded(flood: impl Fn(usize) -> Message + Sync) {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let all_closed = AtomicBool::new(false);
    thread::scope(|scope| {
        let flooding: Vec<_> = (0..MANY)
            .map(|n| {
                let (game, flood) = (&game, &flood);
                scope.spawn(move || {
                    let mut client = Client::join(game.address, "hall", &format!("flood {n}"));
                    // Writes until the connection accepts no more, then reads all answers.
                    for n in 0..2_000 {
                        if client.socket.write(flood(n)).is_err() {
                            break;
                        }
                    }
                    let _ = client.socket.flush();
                    client.receive_close().0
                })
            })
            .collect();
        let watching = scope.spawn(|| {
            while !all_closed.load(Ordering::Acquire) {
                ann.receive_ticks(1);
            }
            (ann.snapshots, ann)
        });
        let ended: Vec<_> = flooding.into_iter().map(|it| it.join()).collect();
        // Before any assertion, or the other player would wait for ever.
        all_closed.store(true, Ordering::Release);
        let codes: Vec<u16> = ended
            .into_iter()
            .map(|it| it.expect("a flooding client ends with a close frame"))
            .collect();
        assert_eq!(codes, [1008; MANY]);
        let (snapshots, mut ann) = watching.join().expect("ann plays");
        assert_eq!(snapshots, 1, "ann was never behind");
        ann.receive_ticks(3);
    });
}

#[test]
fn a_flood_of_turns_is_disconnected_and_delays_no_other_player() {
    flooded(|_| {
        let (seq, dir) = (rush::wire::Seq(1), rush::Dir::Up);
        Message::Binary(ToServer::Turn { seq, dir }.encode())
    });
}

#[test]
fn a_flood_of_pings_is_disconnected_and_delays_no_other_player() {
    flooded(|_| Message::Ping(vec![7; 125].into()));
}

#[test]
fn a_flood_of_empty_fragments_is_disconnected_and_delays_no_other_player() {
    flooded(|n| {
        let opcode = if n == 0 { Data::Binary } else { Data::Continue };
        Message::Frame(Frame::message(Vec::new(), OpCode::Data(opcode), false))
    });
}

#[test]
fn a_flood_of_connects_blocks_no_player_and_leaves_no_task() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let tasks = || {
        ask_json(game.address, "/api/xray")["tasks"]
            .as_u64()
            .expect("a number")
    };
    let before = tasks();
    let address = game.address;
    thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for n in 0..1_000 {
                    let mut stream = TcpStream::connect(address).expect("the server listens");
                    match (thread + n) % 3 {
                        0 => {} // Closed at once.
                        1 => drop(stream.write_all(b"GET /ws/hall HTTP/1.1\r\nHost:")),
                        _ => drop(
                            stream.write_all(b"GET /api/seat HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                        ),
                    }
                }
            });
        }
        scope.spawn(move || Client::join(address, "hall", "bob").receive_ticks(5));
        ann.receive_ticks(20);
    });
    wait_until("no connection is left", || {
        ask_json(game.address, "/api/xray")["connections"] == 1 && tasks() <= before + 1
    });
}
