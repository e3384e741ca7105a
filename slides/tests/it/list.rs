//! The steps in the terminal, without a terminal.

#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long the program may take to end.
const SOON: Duration = Duration::from_secs(60);

fn list() -> Child {
    Command::new(env!("CARGO_BIN_EXE_slides"))
        .arg("--list")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs")
}

/// Waits until the program ends, and returns its status and what it said to standard error.
fn ended(mut program: Child) -> (Option<i32>, String) {
    let mut stderr = program.stderr.take().expect("a pipe");
    let (sender, end) = mpsc::channel();
    let waits = thread::spawn(move || {
        let mut said = String::new();
        let _utf8 = stderr.read_to_string(&mut said);
        let _unless_late = sender.send(said);
    });
    let said = end.recv_timeout(SOON);
    if said.is_err() {
        program.kill().expect("it runs");
    }
    let status = program.wait().expect("it ends").code();
    waits.join().expect("it only reads");
    (status, said.expect("the program waits for input"))
}

#[cfg(unix)]
#[test]
fn the_list_ends_with_its_reader_although_it_waits_for_an_answer() {
    for lines in [1, 2, 1_000] {
        let mut program = list();
        let keyboard = program.stdin.take().expect("a pipe");
        let mut read = BufReader::new(program.stdout.take().expect("a pipe"));
        let mut text = String::new();
        for _ in 0..lines {
            if text.contains("Prove and test") {
                break; // The prompt follows, and is no whole line.
            }
            read.read_line(&mut text).expect("text");
        }
        assert!(text.starts_with("Snackbar"), "{text}");
        drop(read); // As `head` does.
        assert_eq!(ended(program), (Some(0), String::new()), "{lines} lines");
        drop(keyboard);
    }
}

#[test]
fn answers_that_arrive_at_once_are_read_one_after_the_other() {
    let mut program = list();
    let mut keyboard = program.stdin.take().expect("a pipe");
    keyboard.write_all(b"99\nnothing\nq\n").expect("it reads");
    let mut text = String::new();
    let mut read = program.stdout.take().expect("a pipe");
    read.read_to_string(&mut text).expect("text");
    assert_eq!(ended(program), (Some(0), String::new()));
    for name in ["99", "nothing"] {
        assert!(
            text.contains(&format!("There is no step \"{name}\"")),
            "{text}"
        );
    }
    drop(keyboard);
}
