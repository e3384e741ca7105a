//! The program, at a server of this test and at the real step 1.

use demo_01_deadlock::{room::Room, server};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// A time limit for everything that takes a moment on an idle machine.
const WITHIN: Duration = Duration::from_secs(120);

/// What the player says if the server does not close the connection after the end of its input.
const KEEPS_OPEN: &str = "still keeps the connection open";

fn start(words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_player"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo built it")
}

/// Waits for its end. Its input stays open if `child` still has it.
#[track_caller]
fn ends(mut child: Child) -> Output {
    let begun = Instant::now();
    let input = child.stdin.take();
    while child.try_wait().expect("a child").is_none() {
        if begun.elapsed() > WITHIN {
            child.kill().expect("it runs");
            panic!("it does not end: {:?}", child.wait_with_output());
        }
        thread::sleep(Duration::from_millis(5));
    }
    drop(input);
    child.wait_with_output().expect("a child")
}

/// Types `lines`, ends the input, and waits for the program's end.
#[track_caller]
fn pipes(address: SocketAddr, lines: &str) -> Output {
    let mut child = start(&[&address.to_string()]);
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(lines.as_bytes()).expect("it reads");
    drop(input);
    ends(child)
}

/// Does the same, again if the server has not answered within the player's five seconds: the
/// machine stood still.
#[track_caller]
fn plays(address: SocketAddr, lines: &str) -> Output {
    let begun = Instant::now();
    loop {
        let ended = pipes(address, lines);
        if !err(&ended).contains(KEEPS_OPEN) || begun.elapsed() > WITHIN {
            return ended;
        }
    }
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).replace("\r\n", "\n")
}

/// A server of one connection, on a port of its own.
fn serves(serve: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || serve(listener.accept().expect("the player comes").0));
    address
}

#[test]
fn a_piped_game_is_played_at_step_1() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    let address = listener.local_addr().expect("it is bound");
    // The tray is not refilled: beside a player that leaves, a refill can freeze this server.
    let room = Arc::new(Room::open());
    thread::spawn(move || server::accept_forever(&listener, &room));

    let ended = plays(address, "join ann\ngrab\nleave\n");
    let said = out(&ended);
    assert!(ended.status.success(), "{said}{}", err(&ended));
    assert!(said.contains("ann joined\n"), "{said}");
    assert!(said.contains("ann grabbed snack "), "{said}");
    // After `leave` the server closes; the player may see that before the end of its own input.
    let notes = err(&ended);
    assert!(
        ["", "The server closed the connection.\n"].contains(&notes.as_str()),
        "{notes}"
    );

    // A last line without an end counts, and so does an input that ends without `leave`.
    let ended = plays(address, "join bob\r\nhello");
    assert!(ended.status.success(), "{}", err(&ended));
    assert!(out(&ended).contains("bob joined\n"), "{}", out(&ended));
    assert!(out(&ended).contains("hello"), "{}", out(&ended));
}

#[test]
fn what_is_typed_is_answered_before_the_input_ends() {
    let (heard, hears) = mpsc::channel();
    let address = serves(move |stream| {
        let mut lines = BufReader::new(stream.try_clone().expect("a socket"));
        for answer in ["one\r\n", "two\n"] {
            let mut line = String::new();
            lines.read_line(&mut line).expect("it is typed");
            heard.send(line).expect("the test waits");
            (&stream).write_all(answer.as_bytes()).expect("it reads");
        }
    });
    let mut child = start(&[&address.to_string()]);
    let mut input = child.stdin.take().expect("a pipe");
    let mut shown = BufReader::new(child.stdout.take().expect("a pipe"));
    for (typed, answer) in [("grab\n", "one\n"), ("leave\r\n", "two\n")] {
        input.write_all(typed.as_bytes()).expect("it reads");
        let line = hears.recv_timeout(WITHIN).expect("it is sent at once");
        assert_eq!(line, typed.replace('\r', ""));
        let mut line = String::new();
        shown.read_line(&mut line).expect("it is shown at once");
        assert_eq!(line.replace('\r', ""), answer);
    }
    // The server has closed; the input is still open, and a read of it is blocked.
    child.stdin = Some(input);
    let ended = ends(child);
    assert!(ended.status.success());
    assert_eq!(err(&ended), "The server closed the connection.\n");
}

#[test]
fn the_end_of_the_input_is_heard_by_the_server_which_may_still_answer() {
    let address = serves(|mut stream| {
        let mut all = String::new();
        stream.read_to_string(&mut all).expect("it ends");
        writeln!(stream, "you said {all:?}\x1b[2J").expect("it reads");
    });
    let stream = TcpStream::connect(address).expect("it listens");
    let mut screen = Vec::new();
    // With more patience than the program has, for a machine that stands still.
    let ended = player::play(stream, &b"grab\n"[..], &mut screen, WITHIN);
    assert_eq!(ended.expect("two threads"), player::Ended::ByInput);
    let shown = String::from_utf8(screen).expect("text");
    assert_eq!(shown, "you said \"grab\\n\"\\u{1b}[2J\n");
}

#[test]
fn a_server_that_never_closes_is_not_waited_for_without_end() {
    let (over, wait) = mpsc::channel::<()>();
    let address = serves(move |mut stream| {
        // It speaks all the time, as a full room does.
        while wait.try_recv() == Err(mpsc::TryRecvError::Empty) && writeln!(stream, "tick").is_ok()
        {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let begun = Instant::now();
    let ended = pipes(address, "grab\n");
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        begun.elapsed() >= Duration::from_secs(5),
        "it had time to answer"
    );
    assert!(err(&ended).contains(KEEPS_OPEN), "{}", err(&ended));
    drop(over);
}

#[test]
fn a_server_that_reads_nothing_is_not_written_to_without_end() {
    let (over, wait) = mpsc::channel::<()>();
    let address = serves(move |_unread| {
        let _over = wait.recv();
    });
    let mut child = start(&[&address.to_string()]);
    let mut input = child.stdin.take().expect("a pipe");
    // More than any kernel holds for a socket that is not read.
    let types = thread::spawn(move || {
        let line = [b'x'; 4_095];
        while input
            .write_all(&line)
            .and_then(|()| input.write_all(b"\n"))
            .is_ok()
        {}
    });
    let ended = ends(child);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        err(&ended).contains("has read nothing for 5 s"),
        "{}",
        err(&ended)
    );
    types.join().expect("the pipe is closed");
    drop(over);
}

#[test]
fn a_server_that_is_not_there_or_speaks_http_is_a_sentence_and_a_status() {
    let free = bots::ports::free_address();
    let ended = pipes(free, "");
    assert_eq!(ended.status.code(), Some(1));
    assert!(err(&ended).starts_with(&format!("player: no server listens on {free}. ")));

    let address = serves(|mut stream| {
        let mut line = String::new();
        BufReader::new(&stream)
            .read_line(&mut line)
            .expect("it is typed");
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .expect("it reads");
        let _unless_closed = stream.shutdown(Shutdown::Write);
    });
    let ended = pipes(address, "join ann\n");
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        err(&ended).contains(&format!("open http://{address}/ in a browser")),
        "{}",
        err(&ended)
    );

    for (words, why) in [
        (&["bar"][..], "is not an address"),
        (&["--bogus"], "unknown option"),
    ] {
        let ended = ends(start(words));
        assert_eq!(ended.status.code(), Some(1));
        assert!(err(&ended).contains(why), "{}", err(&ended));
    }
    let ended = ends(start(&["--help"]));
    assert!(ended.status.success() && out(&ended).contains("127.0.0.1:7001"));
}
