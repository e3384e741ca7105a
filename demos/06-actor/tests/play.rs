//! Step 6, played: every crowd so far, alone and together, and what happens to slow players.

#[path = "play/recovery.rs"]
mod recovery;

use bots::{
    Crowd, Plan, conformance,
    program::{Ended, Program},
};
use snack::Heard;
use socket2::{Domain, Socket, Type};
use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

const SERVER: &str = env!("CARGO_BIN_EXE_06-actor");

/// Without an answer for this long the server is frozen, and not merely on a busy machine.
const FREEZES: Duration = Duration::from_secs(60);

/// How long a run of a few seconds may take to end on a busy machine.
const ENDS: Duration = Duration::from_secs(120);

/// How many seconds a run lasts in which a test has something to do. If the machine stands still
/// and the run is over before that, the next one is longer.
const SECONDS: [&str; 3] = ["8", "40", "200"];

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
    serves_to_the_end(&server.wait(ENDS));
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
    serves_to_the_end(&server.wait(ENDS));
}

#[test]
fn it_survives_slow_rude_and_ordinary_players_together() {
    let plan = Plan {
        players: 8,
        slow: 2,
        rude: 2,
        ..Plan::default()
    };
    let was_long_enough = SECONDS.iter().any(|seconds| {
        let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", seconds]);
        let crowd = Crowd::start(server.address(), &plan);
        // Five seconds of load, in which the slow phones' buffers fill: no other sign says that it
        // was enough.
        for _ in 0..5 {
            let before = crowd.stats().replies;
            std::thread::sleep(Duration::from_secs(1));
            let until = Instant::now() + FREEZES;
            while crowd.stats().replies == before && serves(&server) {
                assert!(Instant::now() < until, "{}", crowd.stats());
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        let seen = crowd.stop(Duration::from_secs(2));
        let is_over = !serves(&server);
        let wrong = (seen.twice, seen.out_of_order, seen.missed, seen.garbage);
        assert!(
            is_over || seen.grabbed > 0 && wrong == (0, 0, 0, 0),
            "{seen}"
        );
        ends_gracefully(&mut server);
        !is_over
    });
    assert!(was_long_enough);
}

/// A phone has a second for each line. If the machine stands still for as long, the server rightly
/// gives up its last line, or the other player too, and the test begins again with two others.
#[test]
fn a_player_who_is_too_slow_is_disconnected_and_told_why() {
    let server = Program::start(SERVER, &["--leave-after", "0", "--seconds", "600"]);
    let until = Instant::now() + FREEZES;
    for number in 1.. {
        let slow = a_phone_with_a_small_buffer(server.address()).expect("a connection");
        // Set before the server disconnects it: macOS sets no option on a socket that has ended.
        slow.set_read_timeout(Some(FREEZES)).expect("a time limit");
        writeln!(&slow, "join pokey-{number}").expect("a request");
        let watcher = TcpStream::connect(server.address()).expect("a connection");
        watcher
            .set_read_timeout(Some(FREEZES))
            .expect("a time limit");
        writeln!(&watcher, "join watcher-{number}").expect("a request");
        let left = format!("pokey-{number} left");
        let mut heard = BufReader::new(&watcher).lines().map_while(Result::ok);
        heard.find(|line| line.contains(&left));
        // Now the phone leaves its tunnel, and reads every line.
        let lines: Vec<String> = BufReader::new(&slow)
            .lines()
            .map_while(Result::ok)
            .collect();
        let numbers: Vec<u64> = lines.iter().filter_map(|line| number_of(line)).collect();
        let gaps = numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1);
        assert_eq!(gaps.count(), 0, "the lines before the last have no gap");
        let last = lines.last().map_or("", String::as_str);
        if last.contains("too slowly") {
            break;
        }
        assert!(Instant::now() < until, "the last word is {last:?}");
    }
}

#[test]
fn players_who_are_still_connected_see_the_shutdown() {
    let has_seen = SECONDS.iter().any(|seconds| {
        let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", seconds]);
        let lines = TcpStream::connect(server.address()).and_then(|ann| {
            ann.set_read_timeout(Some(ENDS))?;
            writeln!(&ann, "join ann")?;
            BufReader::new(&ann).lines().collect::<io::Result<Vec<_>>>()
        });
        ends_gracefully(&mut server);
        // An error: it was over before ann had a seat.
        let lines = lines.unwrap_or_default();
        let says = |words: &str| lines.iter().any(|line| line.contains(words));
        assert!(!says("ann joined") || says("ann left"), "{lines:?}");
        says("ann joined")
    });
    assert!(has_seen);
}

#[test]
fn a_client_who_sends_and_never_reads_does_not_delay_the_shutdown() {
    let has_delayed_nothing = SECONDS.iter().any(|seconds| {
        let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", seconds]);
        let deaf = a_phone_with_a_small_buffer(server.address());
        deaf.is_ok_and(|deaf| {
            deaf.set_write_timeout(Some(Duration::from_millis(200)))
                .expect("a time limit");
            // Until the server reads no more, because it waits for this phone to read, or has hung
            // up.
            let nonsense = b"pizza\n".repeat(1_000);
            while (&deaf).write_all(&nonsense).is_ok() {}
            let is_there = serves(&server);
            ends_gracefully(&mut server);
            is_there
        })
    });
    assert!(has_delayed_nothing);
}

/// Whether the run is not over yet.
fn serves(server: &Program) -> bool {
    TcpStream::connect(server.address()).is_ok()
}

#[track_caller]
fn ends_gracefully(server: &mut Program) {
    let ended = server.wait(ENDS);
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

fn a_phone_with_a_small_buffer(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_recv_buffer_size(4096)?;
    socket.connect(&address.into())?;
    Ok(socket.into())
}
