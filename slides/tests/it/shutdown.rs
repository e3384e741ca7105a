//! When a stage ends, by Ctrl-C or killed, its demos end, too; and a game closes its connections.
#![cfg(unix)]

use crate::{
    game,
    kit::Folder,
    ports::{self, is_taken},
    stage::{
        DECK, LASTING, Stage, build, lasting_deck,
        patience::{CLOSE_TIMEOUT, unless_too_slow},
        phones::{TEXT, frame, next_state, read, socket, socket_that_says, upgraded},
        presenter::Presenter,
    },
};
use bots::program::Unread;
use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket};

const SOON: Duration = Duration::from_secs(60);

/// How long the stage waits for a demo that was asked to end, before it kills it; twice that for
/// the reaper. `src/demo/reaper.rs` has it.
const GRACE: Duration = Duration::from_secs(5);

/// The first byte of a Close frame.
const CLOSE: u8 = 0x88;

fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + SOON;
    while !is() {
        assert!(Instant::now() < end, "not after {SOON:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A stage on which step 1 listens until it is stopped, and its deck.
fn with_step_1() -> (Stage, Folder) {
    build("01-deadlock");
    let deck = lasting_deck();
    let stage = Stage::with_deck(&deck, &[]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["go",1,0]"#);
    presenter.send(&format!(r#"["start","{LASTING}"]"#));
    presenter.wait_for("step 1 listens", |state| {
        let lines = state["demos"][LASTING]["lines"].to_string();
        lines.contains("listening on 127.0.0.1:7001")
    });
    assert!(is_taken(7001), "the demo listens");
    (stage, deck)
}

#[test]
fn ctrl_c_ends_the_stage_and_its_demo() {
    let _port = ports::reserve(1);
    let (stage, _deck) = with_step_1();
    let last = stage.end("-INT");
    assert!(last.contains("Every demo has ended"), "{last}");
    wait_until("the demo's port is free", || !is_taken(7001));
}

#[test]
fn the_demo_of_a_stage_that_is_killed_ends() {
    let _port = ports::reserve(1);
    let (stage, _deck) = with_step_1();
    drop(stage);
    wait_until("the demo's port is free", || !is_taken(7001));
}

/// Reads until the Close frame, and returns its code and its reason.
fn goodbye(socket: &mut WebSocket<TcpStream>) -> (u16, String) {
    loop {
        match read(socket) {
            Ok(Message::Close(Some(frame))) => {
                return (frame.code.into(), frame.reason.to_string());
            }
            Ok(Message::Close(None)) => panic!("a Close frame without a code"),
            Ok(_) => {}
            Err(error) => panic!("no Close frame: {error}"),
        }
    }
}

/// A phone in a tunnel does not read. It does not delay the goodbye of the others.
#[test]
fn every_page_and_phone_gets_a_goodbye_with_words() {
    for (signal, slide, code, words) in [
        ("-INT", 1, 1012, "the stage ends"),
        ("-TERM", 3, 1012, "the stage ends"),
        ("-HUP", 4, 1001, "the talk is over"),
        ("-INT", 5, 1001, "the talk is over"),
    ] {
        let stage = Stage::small(&["--phones", "0"]);
        let mut presenter = Presenter::connect(&stage);
        presenter.send(&format!(r#"["go",{slide},0]"#));
        presenter.wait_for("the slide", |state| state["slide"] == slide);
        let mut phones: Vec<_> = (0..3).map(|_| socket(stage.phones(), "/live")).collect();
        let mut page = socket_that_says(stage.address(), "/control", &stage.token());
        next_state(&mut page);
        let in_a_tunnel = socket(stage.phones(), "/live");
        for phone in &mut phones {
            next_state(phone);
        }
        let ending = thread::spawn(move || stage.end(signal));
        for socket in phones.iter_mut().chain([&mut page]) {
            let (got, reason) = goodbye(socket);
            assert_eq!(got, code, "{signal} on slide {slide}: {reason}");
            assert!(reason.contains(words), "{reason}");
        }
        let last = ending.join().expect("it ended with status 0");
        assert!(last.contains("Every demo has ended"), "{last}");
        // Until here it has read nothing, and the stage has ended all the same.
        drop(in_a_tunnel);
    }
}

/// What a phone sends before its answer to the goodbye is read, so that the goodbye arrives. A
/// stage that ended before would answer with a reset.
#[test]
fn the_stage_reads_what_a_phone_sends_until_it_answers_the_goodbye() {
    unless_too_slow(CLOSE_TIMEOUT, late_answer);
}

fn late_answer() -> Result<(), String> {
    let stage = Stage::small(&["--phones", "0"]);
    let mut phone = upgraded(stage.phones(), "/live", b"");
    let mut received = Vec::new();
    let mut read_until = |phone: &mut TcpStream, words: &str| {
        while !String::from_utf8_lossy(&received).contains(words) {
            let mut byte = [0];
            phone.read_exact(&mut byte).expect("a frame");
            received.extend(byte);
        }
    };
    read_until(&mut phone, "\"slide\":");
    let ending = thread::spawn(move || stage.end("-INT"));
    read_until(&mut phone, "the stage ends; try again in a moment");
    let mut answers = || {
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(10));
            phone.write_all(&frame(TEXT, br#"["vote",1,1]"#))?;
        }
        phone.write_all(&frame(CLOSE, &1012_u16.to_be_bytes()))?;
        phone.read_to_end(&mut Vec::new())
    };
    let answered = answers();
    ending.join().expect("it ended with status 0");
    match answered {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the goodbye may be lost: {error}")),
    }
}

/// A terminal that was stopped with Ctrl-S, and one that was closed.
#[test]
fn a_stage_whose_output_is_not_read_or_has_no_reader_goes_on_and_ends_in_order() {
    for is_gone in [false, true] {
        let args = [&DECK[..], &["--no-kit"]].concat();
        let mut stage = Unread::start(env!("CARGO_BIN_EXE_slides"), &args);
        if is_gone {
            stage.loses_its_reader();
        }
        let mut page = TcpStream::connect(stage.address()).expect("it listens");
        let request = format!("GET /read HTTP/1.0\r\nHost: {}\r\n\r\n", stage.address());
        page.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        page.read_to_string(&mut answer).expect("it answers");
        assert!(
            answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"),
            "{answer}"
        );
        let pid = stage.pid().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(asked.expect("kill starts").success());
        assert_eq!(stage.wait(SOON), Some(0));
    }
}

/// While the first Ctrl-C still waits for a demo, a second one ends the stage.
#[test]
fn a_second_ctrl_c_ends_the_stage_at_once_and_its_demo_ends_too() {
    let _port = ports::reserve(1);
    // The stage kills a reaper that stands for longer, and has waited then.
    unless_too_slow(2 * GRACE, second_ctrl_c);
}

/// The code says that the stage did not wait, as a stage that has waited ends with 0. The demo's
/// port would not say it: when the stage ends, the kernel wakes its stopped reaper with a SIGHUP,
/// because the reaper's process group has lost its parent. So the demo may be gone at once.
fn second_ctrl_c() -> Result<(), String> {
    let (mut stage, _deck) = with_step_1();
    let mut page = socket_that_says(stage.address(), "/control", &stage.token());
    let pid = stage.program.pid().to_string();
    let signal = |signal: &str| {
        let asked = Command::new("kill").args([signal, pid.as_str()]).status();
        assert!(asked.expect("kill starts").success());
    };
    // The demo's reaper stands, so the demo does not end.
    let reaper = Stopped::new(child_of(&pid));
    signal("-INT");
    let (code, reason) = goodbye(&mut page);
    assert!([1001, 1012].contains(&code), "{code}: {reason}");
    let is_running = is_taken(7001);
    signal("-INT");
    let ended = stage.program.wait(SOON);
    // The kernel wakes a process that has stopped, and not one that is about to.
    drop(reaper);
    wait_until("the demo's port is free", || !is_taken(7001));
    let is_at_once = ended.to_string().contains("at once; its demos end now");
    match (is_running, ended.code, is_at_once) {
        (true, Some(130), true) => Ok(()),
        (true, ..) => Err(format!("it has waited: {ended}")),
        (false, ..) => Err(format!("the demo has ended already: {ended}")),
    }
}

/// The stage waits for it for some seconds.
#[test]
fn a_reaper_that_stands_is_killed_and_its_demo_with_it() {
    let _port = ports::reserve(1);
    let (stage, _deck) = with_step_1();
    let _reaper = Stopped::new(child_of(&stage.program.pid().to_string()));
    let last = stage.end("-INT");
    assert!(last.contains("Every demo has ended"), "{last}");
    wait_until("the demo's port is free", || !is_taken(7001));
}

/// A process that was stopped. It continues when this is dropped, unless it has ended.
struct Stopped(String);

impl Stopped {
    fn new(process: String) -> Stopped {
        let stop = Command::new("kill").args(["-STOP", &process]).status();
        assert!(stop.expect("kill starts").success());
        Stopped(process)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _unless_it_ended = Command::new("kill").args(["-CONT", &self.0]).output();
    }
}

/// The process whose parent is this one.
fn child_of(pid: &str) -> String {
    let all = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let all = String::from_utf8(all.expect("ps starts").stdout).expect("numbers");
    let child = all.lines().find_map(|line| {
        let (child, parent) = line.trim().split_once(' ')?;
        (parent.trim() == pid).then(|| child.to_owned())
    });
    child.expect("the reaper of the demo")
}

#[test]
fn a_game_that_is_stopped_closes_its_connections_with_1012() {
    let _port = ports::reserve(8);
    build("08-snack-game");
    unless_too_slow(GRACE, || {
        let stopped = stopped_game();
        wait_until("the game's port is free", || !is_taken(7008));
        stopped
    });
}

fn stopped_game() -> Result<(), String> {
    let stage = Stage::open(&[]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["start","08-snack-game"]"#);
    presenter.wait_for("the game runs", |state| {
        state["demos"]["08-snack-game"]["status"] == "running"
    });
    let mut player = None;
    wait_until("the game listens", || {
        player = game::watch();
        player.is_some()
    });
    let mut player = player.expect("connected");
    wait_until("the phone receives the game", || {
        read(&mut player).is_ok_and(|it| it.is_binary())
    });
    presenter.send(r#"["stop","08-snack-game"]"#);
    let mut code = None;
    wait_until("a Close frame", || match read(&mut player) {
        Ok(Message::Close(close)) => {
            code = Some(close.map(|it| u16::from(it.code)));
            true
        }
        Ok(_) => false,
        Err(error) => {
            println!("no Close frame: {error}");
            true
        }
    });
    match code {
        Some(Some(1012)) => Ok(()),
        other => Err(format!("closed with {other:?}")),
    }
}
