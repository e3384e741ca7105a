//! Step 6, played: every crowd so far, alone and together, and what happens to slow players.

#[path = "play/recovery.rs"]
mod recovery;

use bots::{
    Crowd, Plan, conformance,
    program::{Ended, LineClient, Program},
};
use snack::Heard;
use socket2::{Domain, Socket, Type};
use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

const SERVER: &str = env!("CARGO_BIN_EXE_06-actor");

/// Without an answer for this long the server is frozen, and not merely on a busy machine.
const FREEZES: Duration = Duration::from_secs(20);

#[test]
fn every_player_sees_every_event() {
    conformance::every_player_sees_every_event(SERVER);
}

#[test]
fn a_closed_connection_counts_as_leaving() {
    conformance::a_closed_connection_counts_as_leaving(SERVER);
}

#[test]
fn nonsense_is_refused_and_the_session_continues() {
    conformance::nonsense_is_refused_and_the_session_continues(SERVER);
}

#[test]
fn a_name_belongs_to_one_player() {
    conformance::a_name_belongs_to_one_player(SERVER);
}

#[cfg(unix)]
#[test]
fn it_keeps_serving_after_running_out_of_descriptors() {
    conformance::it_keeps_serving_after_running_out_of_descriptors(SERVER);
}

#[test]
fn it_survives_the_crowd_of_step_1_and_shuts_down_gracefully() {
    let mut server = Program::start(SERVER, &["--leave-after", "0", "--seconds", "5"]);
    serves_to_the_end(&server.wait(Duration::from_secs(30)));
}

#[test]
fn it_survives_slow_phones_and_shuts_down_gracefully() {
    let mut server = Program::start(
        SERVER,
        &[
            "--slow",
            "3",
            "--leave-after",
            "0",
            "--slow-after",
            "0",
            "--seconds",
            "8",
        ],
    );
    serves_to_the_end(&server.wait(Duration::from_secs(30)));
}

#[test]
fn it_survives_slow_rude_and_ordinary_players_together() {
    let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", "12"]);
    let plan = Plan {
        players: 8,
        slow: 2,
        rude: 2,
        ..Plan::default()
    };
    let crowd = Crowd::start(server.address(), &plan);
    // Six seconds of load, in which the slow phones' buffers fill: no other sign says that it was
    // enough.
    for _ in 0..6 {
        let before = crowd.stats().replies;
        std::thread::sleep(Duration::from_secs(1));
        let until = Instant::now() + FREEZES;
        while crowd.stats().replies == before {
            assert!(Instant::now() < until, "{}", crowd.stats());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    let seen = crowd.stop(Duration::from_secs(2));
    assert!(seen.grabbed > 0, "{seen}");
    let wrong = (seen.twice, seen.out_of_order, seen.missed, seen.garbage);
    assert_eq!(wrong, (0, 0, 0, 0), "{seen}");
    let ended = server.wait(Duration::from_secs(30));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("Shut down gracefully"), "{ended}");
}

#[test]
fn a_player_who_is_too_slow_is_disconnected_and_told_why() {
    let server = Program::start(SERVER, &["--leave-after", "0", "--seconds", "60"]);
    let slow = a_phone_with_a_small_buffer(server.address());
    // Set before the server disconnects it: macOS sets no option on a socket that has ended.
    slow.set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a time limit");
    (&slow).write_all(b"join pokey\n").expect("a request");
    let mut watcher = LineClient::connect(server.address());
    watcher.says("join watcher");
    let end = Instant::now() + Duration::from_secs(30);
    while !watcher.hears().to_string().contains("pokey left") {
        assert!(
            Instant::now() < end,
            "pokey reads nothing, but is not disconnected"
        );
    }
    // Now the phone leaves its tunnel, and reads every line.
    let lines: Vec<String> = BufReader::new(&slow)
        .lines()
        .map_while(Result::ok)
        .collect();
    let last = lines.last().expect("a last word");
    assert!(last.contains("too slowly"), "the last word is {last}");
    let numbers: Vec<u64> = lines.iter().filter_map(|line| number_of(line)).collect();
    let gaps = numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1);
    assert_eq!(gaps.count(), 0, "the lines before that have no gap");
}

#[test]
fn players_who_are_still_connected_see_the_shutdown() {
    let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", "6"]);
    let mut ann = LineClient::connect(server.address());
    ann.says("join ann");
    ann.hears_until(|heard| heard.to_string().contains("ann joined"));
    ann.hears_until(|heard| heard.to_string().contains("ann left"));
    ann.hears_the_end();
    let ended = server.wait(Duration::from_secs(30));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("Shut down gracefully"), "{ended}");
}

#[test]
fn a_client_who_sends_and_never_reads_does_not_delay_the_shutdown() {
    let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", "4"]);
    let deaf = a_phone_with_a_small_buffer(server.address());
    deaf.set_write_timeout(Some(Duration::from_millis(200)))
        .expect("a time limit");
    // Until the server reads no more, because it waits for this phone to read, or has hung up.
    let nonsense = b"pizza\n".repeat(1_000);
    while (&deaf).write_all(&nonsense).is_ok() {}
    let ended = server.wait(Duration::from_secs(30));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("Shut down gracefully"), "{ended}");
}

#[track_caller]
fn serves_to_the_end(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{ended}");
    for said in [
        "none of them twice",
        "in one order",
        "Shut down gracefully: every client is gone, no task is left.\nVerdict: served, every promise kept\n",
    ] {
        assert!(ended.stdout.contains(said), "{said:?} is missing\n{ended}");
    }
}

fn number_of(line: &str) -> Option<u64> {
    match line.parse() {
        Ok(Heard::Event(event)) => Some(event.number),
        _ => None,
    }
}

fn a_phone_with_a_small_buffer(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    socket.connect(&address.into()).expect("a connection");
    socket.into()
}
