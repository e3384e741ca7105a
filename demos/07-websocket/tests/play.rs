//! Step 7, played: the crowds of steps 1 to 6 walk in through the WebSocket, and what happens to
//! those who are too slow.

mod server;

use bots::{
    Crowd, Plan, conformance,
    program::{Ended, Program, Visitor},
};
use demo_07_websocket::{bridge, limits::Config};
use server::{Server, WITHIN, client::Client};
use snack::Heard;
use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

const SERVER: &str = env!("CARGO_BIN_EXE_07-websocket");

/// Nobody is answered for so long: it is frozen, and this machine not merely busy.
const FREEZES: Duration = Duration::from_secs(20);

/// A server, and the way in for those who speak lines.
fn with_a_bridge() -> (Server, SocketAddr) {
    let server = Server::start(Config::default());
    let way_in = bridge::open(server.address).expect("a bridge");
    (server, way_in)
}

#[test]
fn every_player_sees_every_event() {
    let (_server, way_in) = with_a_bridge();
    conformance::every_player_sees_every_event_at(way_in);
}

#[cfg(unix)]
#[test]
fn it_keeps_serving_after_running_out_of_descriptors() {
    let server = conformance::with_64_descriptors(SERVER);
    let way_in = bridge::open(server.address()).expect("a bridge");
    conformance::it_keeps_serving_after_running_out_of_descriptors_at(&server, way_in);
}

#[test]
fn a_closed_connection_counts_as_leaving() {
    let (_server, way_in) = with_a_bridge();
    conformance::a_closed_connection_counts_as_leaving_at(way_in);
}

#[test]
fn nonsense_is_refused_and_the_session_continues() {
    let (_server, way_in) = with_a_bridge();
    conformance::nonsense_is_refused_and_the_session_continues_at(way_in);
}

#[test]
fn a_name_belongs_to_one_player() {
    let (_server, way_in) = with_a_bridge();
    conformance::a_name_belongs_to_one_player_at(way_in);
}

#[test]
fn a_message_is_a_line_and_a_line_is_a_message() {
    let server = Server::start(Config::default());
    let mut ann = server.client("/ws");
    assert!(ann.hears().starts_with("* snack bar"), "advice comes first");
    ann.says("  ");
    ann.says("JOIN 안나\r\n");
    assert!(
        ann.hears().ends_with("안나 joined"),
        "blank lines are skipped"
    );
    ann.says("grab");
    ann.hears_until("안나 grabbed");
    ann.says(&"x".repeat(65));
    ann.hears_until("longer than 64 bytes");
    ann.says("leave");
    ann.hears_until("안나 left with 1 snack");
    assert_eq!(ann.hears_goodbye(), (1000, "you left".to_owned()));
    server.closes();
}

#[test]
fn it_survives_the_crowd_of_step_1_and_closes_in_order() {
    let mut server = Program::start(SERVER, &["--seconds", "5"]);
    serves_to_the_end(&server.wait(Duration::from_secs(30)));
}

#[test]
fn it_survives_slow_phones_and_closes_in_order() {
    let mut server = Program::start(SERVER, &["--slow", "3", "--seconds", "12"]);
    let ended = server.wait(Duration::from_secs(40));
    serves_to_the_end(&ended);
    // The log is in a pipe: an object a line, whoever reads it.
    let log = ended.stderr.lines().map(serde_json::from_str);
    let log: Vec<serde_json::Value> = log.collect::<Result<_, _>>().expect("an object a line");
    let slow = log.iter().find(|line| line["cause"] == "too-slow");
    let slow = slow.unwrap_or_else(|| panic!("nobody was too slow\n{ended}"));
    let player = slow["span"]["player"].as_str().unwrap_or_default();
    assert!(player.starts_with("slow-"), "{slow}");
    assert_eq!(slow["code"], 4000, "{slow}");
}

#[test]
fn it_survives_slow_rude_and_ordinary_players_together() {
    let (server, way_in) = with_a_bridge();
    let plan = Plan {
        players: 8,
        slow: 2,
        rude: 2,
        ..Plan::default()
    };
    let crowd = Crowd::start(way_in, &plan);
    for _ in 0..6 {
        let before = crowd.stats().replies;
        thread::sleep(Duration::from_secs(1));
        let until = Instant::now() + FREEZES;
        while crowd.stats().replies == before {
            assert!(Instant::now() < until, "{}", crowd.stats());
            thread::sleep(Duration::from_millis(10));
        }
    }
    let seen = crowd.stop(Duration::from_secs(2));
    assert!(seen.grabbed > 0, "{seen}");
    let wrong = (seen.twice, seen.out_of_order, seen.missed, seen.garbage);
    assert_eq!(wrong, (0, 0, 0, 0), "{seen}");
    server.closes();
}

#[test]
fn who_is_too_slow_is_shown_out_and_told_why_twice() {
    let (server, way_in) = with_a_bridge();
    let mut slow = Client::with_little_room(server.address, "/ws");
    slow.says("join pokey");
    let mut watcher = server.joined("watcher");
    // Somebody has to make the news that pokey does not read.
    let _crowd = Crowd::start(way_in, &Plan::default());
    let end = Instant::now() + WITHIN;
    while !watcher.hears().contains("pokey left") {
        assert!(Instant::now() < end, "pokey reads nothing, and stays");
    }
    // Now the phone comes out of its tunnel, and reads all there is.
    let mut lines = vec![slow.hears()];
    while !lines[lines.len() - 1].contains("too slowly") {
        lines.push(slow.hears());
    }
    assert_eq!(slow.hears_goodbye().0, 4000, "a last word, and a code");
    let numbers: Vec<u64> = lines.iter().filter_map(|line| number_of(line)).collect();
    let gaps = numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1);
    assert_eq!(gaps.count(), 0, "what it was told before has no gap");
    drop(slow);
    server.has_an_end_with("too-slow");
}

#[test]
fn players_who_stay_are_told_when_it_closes() {
    let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", "6"]);
    let mut ann = Client::open(server.address(), "/ws");
    ann.says("join ann");
    ann.hears_until("ann joined");
    ann.hears_until("ann left");
    assert_eq!(ann.hears_goodbye().0, 1012);
    let ended = server.wait(Duration::from_secs(30));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("Shut down gracefully"), "{ended}");
}

#[test]
fn a_room_that_falls_is_opened_again_and_its_players_are_told() {
    let server = Server::with(Config::default(), server::Rooms::FirstOneFalls);
    let (mut ann, mut bob) = (server.joined("ann"), server.joined("bob"));
    ann.says("grab");
    for client in [&mut ann, &mut bob] {
        client.hears_until("the room was closed");
        assert_eq!(client.hears_goodbye().0, 1011);
    }
    let mut ann = server.joined("ann");
    ann.says("grab");
    ann.hears_until("ann grabbed");
    server.has_an_end_with("room-fell");
    let fell = server.log().iter().any(|line| line["why"] == "on purpose");
    assert!(fell, "{:?}", server.log());
}

#[test]
fn visitors_over_the_bridge_hear_the_end() {
    let (mut server, way_in) = with_a_bridge();
    let mut ann = Visitor::connect(way_in);
    ann.says("join ann");
    ann.hears_until(|heard| heard.to_string().contains("ann joined"));
    server.begins_to_close();
    ann.hears_until(|heard| heard.to_string().contains("ann left"));
    ann.hears_the_end();
    server.closes();
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_as_its_time_does() {
    for signal in ["INT", "TERM"] {
        let mut child = std::process::Command::new(SERVER)
            .args(["--bots", "0", "--listen", "127.0.0.1:0"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it starts");
        let mut said = std::io::BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        // A line of how it goes, of the first second or, on a busy machine, of a later one: the
        // signal is listened for by then.
        while !line.starts_with("   ") || line.starts_with("   0 s ") {
            line.clear();
            let read = std::io::BufRead::read_line(&mut said, &mut line).expect("text");
            assert_ne!(read, 0, "{signal}: it ended before");
        }
        let id = child.id().to_string();
        let killed = std::process::Command::new("kill")
            .args(["-s", signal, &id])
            .status();
        assert!(killed.expect("a shell's kill").success());
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut said, &mut rest).expect("text");
        assert!(rest.contains("Shut down gracefully"), "{signal}: {rest}");
        assert!(child.wait().expect("it ended").success(), "{signal}");
    }
}

#[test]
fn what_cannot_be_done_is_told_in_a_sentence() {
    for (words, why) in [
        (&["--rate", "often"][..], "--rate wants messages a second"),
        (&["--rate"], "--rate wants messages a second"),
        (
            &["--origin", "example.org"],
            "--origin wants the origin of a page",
        ),
        (&["--log=xml"], "--log wants pretty or json, not \"xml\""),
        (&["--loud"], "--help tells what there is"),
    ] {
        let ended = std::process::Command::new(SERVER).args(words).output();
        let ended = ended.expect("it starts");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{words:?}: {said}");
        assert!(said.contains(why), "{words:?}: {said}");
    }
}

#[track_caller]
fn serves_to_the_end(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{ended}");
    for said in [
        "none of them twice",
        "in one order",
        "Shut down gracefully: every client is gone, no task is left.",
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
