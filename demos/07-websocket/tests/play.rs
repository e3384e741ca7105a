//! Plays step 7: the bots of steps 1 to 6 over the bridge, slow players, and graceful shutdown.
//! In the other files: every cause of an end, frames as bytes, the page, a player's memory.

#[path = "play/ends.rs"]
mod ends;
#[cfg(target_os = "linux")]
#[path = "play/memory.rs"]
mod memory;
#[path = "play/page.rs"]
mod page;
#[path = "play/server/mod.rs"]
mod server;
#[path = "play/wire/mod.rs"]
mod wire;

use crate::server::{
    Rooms, Server, WITHIN,
    client::{CLOSE, Client, TEXT},
    patient,
};
use bots::{
    Crowd, Plan, conformance,
    program::{Ended, LineClient, Program},
};
use demo_07_websocket::bridge;
use snack::Heard;
use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

const SERVER: &str = env!("CARGO_BIN_EXE_07-websocket");

/// After this long without a reply the server is frozen; a busy machine is faster.
const FREEZES: Duration = Duration::from_secs(60);

/// How long a run of a few seconds may take to end on a busy machine.
const ENDS: Duration = Duration::from_secs(120);

/// How long a run lasts that a test ends with a signal; without signals it ends by itself.
const UNTIL_A_SIGNAL: &str = if cfg!(unix) { "600" } else { "12" };

/// A server, and the address of a bridge to it.
fn with_a_bridge() -> (Server, SocketAddr) {
    let server = Server::start(patient());
    let address = bridge::open(server.address).expect("a bridge");
    (server, address)
}

#[test]
fn every_player_sees_every_event() {
    let (_server, address) = with_a_bridge();
    conformance::every_player_sees_every_event_at(address);
}

#[cfg(unix)]
#[test]
fn it_keeps_serving_after_running_out_of_descriptors() {
    let server = conformance::with_64_descriptors(SERVER);
    let address = bridge::open(server.address()).expect("a bridge");
    conformance::it_keeps_serving_after_running_out_of_descriptors_at(&server, address);
}

#[test]
fn a_closed_connection_counts_as_leaving() {
    let (_server, address) = with_a_bridge();
    conformance::a_closed_connection_counts_as_leaving_at(address);
}

#[test]
fn nonsense_is_refused_and_the_session_continues() {
    let (_server, address) = with_a_bridge();
    conformance::nonsense_is_refused_and_the_session_continues_at(address);
}

#[test]
fn a_name_belongs_to_one_player() {
    let (_server, address) = with_a_bridge();
    conformance::a_name_belongs_to_one_player_at(address);
}

#[test]
fn a_message_is_a_line_and_a_line_is_a_message() {
    let server = Server::start(patient());
    let mut ann = server.client("/ws");
    assert!(
        ann.next_text().starts_with("* snack bar"),
        "the help line comes first"
    );
    ann.send_line("  ");
    ann.send_line("JOIN 안나\r\n");
    assert!(
        ann.next_text().ends_with("안나 joined"),
        "blank lines are skipped"
    );
    ann.send_line("grab");
    ann.wait_for_text("안나 grabbed");
    ann.send_line(&"x".repeat(65));
    ann.wait_for_text("longer than 64 bytes");
    ann.send_line("leave");
    ann.wait_for_text("안나 left with 1 snack");
    assert_eq!(ann.wait_for_close(), (1000, "you left".to_owned()));
    server.shut_down();
}

#[test]
fn the_players_of_step_1_are_served_and_it_shuts_down_gracefully() {
    let mut server = Program::start(SERVER, &["--leave-after", "0", "--seconds", "5"]);
    assert_served(&server.wait(ENDS));
}

#[test]
fn slow_players_are_disconnected_and_it_shuts_down_gracefully() {
    // A signal ends it as soon as a player was too slow.
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
            UNTIL_A_SIGNAL,
        ],
    );
    let until = Instant::now() + WITHIN;
    while cfg!(unix) && !server.stderr().contains("\"too-slow\"") && Instant::now() < until {
        thread::sleep(Duration::from_millis(20));
    }
    #[cfg(unix)]
    send_signal("INT", server.pid());
    let ended = server.wait(ENDS);
    assert_served(&ended);
    // The log goes to a pipe, so it is JSON.
    let log = ended.stderr.lines().map(serde_json::from_str);
    let log: Vec<serde_json::Value> = log.collect::<Result<_, _>>().expect("one object per line");
    let slow = log.iter().find(|line| line["cause"] == "too-slow");
    let slow = slow.unwrap_or_else(|| panic!("no player was too slow\n{ended}"));
    let player = slow["span"]["player"].as_str().unwrap_or_default();
    assert!(player.starts_with("slow-"), "{slow}");
    assert_eq!(slow["code"], 4000, "{slow}");
}

#[test]
fn slow_and_rude_players_do_not_stop_the_others() {
    let (server, address) = with_a_bridge();
    let plan = Plan {
        players: 8,
        slow: 2,
        rude: 2,
        ..Plan::default()
    };
    let crowd = Crowd::start(address, &plan);
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
    server.shut_down();
}

/// A phone has a second for each line. If the machine stands still for as long, the server rightly
/// gives up its last line, or the other player too, and the test begins again with two others.
#[test]
fn a_slow_player_gets_a_last_line_and_a_close_code() {
    let (server, address) = with_a_bridge();
    // Events fill the outbox of pokey, who does not read.
    let _crowd = Crowd::start(address, &Plan::default());
    let until = Instant::now() + WITHIN;
    for number in 1.. {
        let mut slow = Client::with_small_buffer(server.address, "/ws");
        slow.send_line(&format!("join pokey-{number}"));
        let left = format!("pokey-{number} left");
        let mut watcher = server.client("/ws");
        watcher.send_line(&format!("join watcher-{number}"));
        while watcher
            .next()
            .is_ok_and(|frame| !says(&frame.payload, &left))
        {}
        // Now the phone reads everything.
        let mut lines: Vec<String> = Vec::new();
        let code = loop {
            match slow.next() {
                Ok(frame) if frame.opcode == CLOSE => break frame.payload.get(..2).map(Vec::from),
                Ok(frame) if frame.opcode == TEXT => {
                    lines.push(String::from_utf8(frame.payload).expect("text"));
                }
                Ok(_) => {}
                Err(_) => break None,
            }
        };
        let numbers: Vec<u64> = lines.iter().filter_map(|line| number_of(line)).collect();
        let gaps = numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1);
        assert_eq!(gaps.count(), 0, "the lines before have no gap");
        let last = lines.last().map_or("", String::as_str);
        if last.contains("too slowly") && code.is_some() {
            assert_eq!(code, Some(4000_u16.to_be_bytes().into()));
            break;
        }
        assert!(
            Instant::now() < until,
            "the last word is {last:?}, {code:?}"
        );
    }
    server.wait_for_end_with("too-slow");
}

fn says(payload: &[u8], words: &str) -> bool {
    String::from_utf8_lossy(payload).contains(words)
}

#[test]
fn players_get_a_close_frame_at_shutdown() {
    let mut server = Program::start(SERVER, &["--bots", "0", "--seconds", UNTIL_A_SIGNAL]);
    let mut ann = Client::open(server.address(), "/ws");
    ann.send_line("join ann");
    ann.wait_for_text("ann joined");
    #[cfg(unix)]
    send_signal("INT", server.pid());
    ann.wait_for_text("ann left");
    assert_eq!(ann.wait_for_close().0, 1012);
    let ended = server.wait(ENDS);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("Shut down gracefully"), "{ended}");
}

#[test]
fn a_room_that_panics_is_restarted_and_its_players_are_told() {
    let server = Server::with(patient(), Rooms::FirstPanics);
    let (mut ann, mut bob) = (server.join("ann"), server.join("bob"));
    ann.send_line("grab");
    for client in [&mut ann, &mut bob] {
        client.wait_for_text("the room was closed");
        assert_eq!(client.wait_for_close().0, 1011);
    }
    // The server reads each of them to its end.
    drop((ann, bob));
    let mut ann = server.join("ann");
    ann.send_line("grab");
    ann.wait_for_text("ann grabbed");
    server.wait_for_end_with("room-panicked");
    let logged = server.log().iter().any(|line| line["why"] == "on purpose");
    assert!(logged, "{:?}", server.log());
}

#[test]
fn a_shutdown_reaches_clients_behind_the_bridge() {
    let (mut server, address) = with_a_bridge();
    let mut ann = LineClient::connect(address);
    ann.says("join ann");
    ann.hears_until(|heard| heard.to_string().contains("ann joined"));
    server.begin_shutdown();
    ann.hears_until(|heard| heard.to_string().contains("ann left"));
    ann.hears_the_end();
    server.shut_down();
}

#[cfg(unix)]
#[test]
fn a_signal_shuts_it_down_gracefully() {
    for signal in ["INT", "TERM"] {
        let mut child = std::process::Command::new(SERVER)
            .args(["--bots", "0", "--listen", "127.0.0.1:0"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it starts");
        let mut said = std::io::BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        // A progress line of the first second, or of a later one on a busy machine: the signal
        // handler is installed by then.
        while !line.starts_with("   ") || line.starts_with("   0 s ") {
            line.clear();
            let read = std::io::BufRead::read_line(&mut said, &mut line).expect("text");
            assert_ne!(read, 0, "{signal}: it ended before");
        }
        send_signal(signal, child.id());
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut said, &mut rest).expect("text");
        assert!(rest.contains("Shut down gracefully"), "{signal}: {rest}");
        assert!(child.wait().expect("it ended").success(), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn a_log_that_is_not_read_or_has_no_reader_stops_nothing() {
    let mut server = bots::program::Unread::start(SERVER, &["--bots", "2"]);
    let address = server.address();
    let visit = || {
        let mut ann = Client::open(address, "/ws");
        ann.send_line("join ann");
        ann.wait_for_text("ann joined");
        ann.send_line("leave");
        ann.wait_for_close();
    };
    // Each of them is a line of the log. The pipe takes none.
    (0..250).for_each(|_| visit());
    server.loses_its_reader();
    let until = Instant::now() + Duration::from_secs(3);
    while Instant::now() < until {
        visit();
    }
    send_signal("TERM", server.pid());
    assert_eq!(server.wait(ENDS), Some(0));
}

#[cfg(unix)]
#[test]
fn with_a_log_in_json_every_line_is_an_object() {
    let args = [
        "--bots",
        "2",
        "--slow",
        "1",
        "--seconds",
        "2",
        "--log",
        "json",
    ];
    let ended = Program::start(SERVER, &args).wait(ENDS);
    assert_eq!(ended.code, Some(0), "{ended}");
    let mut verdict = false;
    for line in ended.stdout.lines().chain(ended.stderr.lines()) {
        let object: serde_json::Value = serde_json::from_str(line).expect(line);
        let message = object["message"].as_str().expect(line);
        verdict |= message.starts_with("Verdict: served");
    }
    assert!(verdict, "{ended}");
}

#[test]
fn a_wrong_option_is_explained_in_a_sentence() {
    for (words, why) in [
        (&["--rate", "often"][..], "--rate needs messages a second"),
        (&["--rate"], "--rate needs messages a second"),
        (
            &["--origin", "example.org"],
            "--origin needs the origin of a page",
        ),
        (&["--log=xml"], "--log needs pretty or json, not \"xml\""),
        (&["--loud"], "--help tells what there is"),
    ] {
        let ended = Program::run(std::process::Command::new(SERVER).args(words), WITHIN);
        assert_eq!(ended.code, Some(1), "{words:?}: {ended}");
        assert!(ended.stderr.contains(why), "{words:?}: {ended}");
    }
}

#[cfg(unix)]
#[track_caller]
fn send_signal(signal: &str, process: u32) {
    let killed = std::process::Command::new("kill")
        .args(["-s", signal, &process.to_string()])
        .status();
    assert!(killed.expect("a shell's kill").success());
}

#[track_caller]
fn assert_served(ended: &Ended) {
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
