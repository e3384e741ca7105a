//! The reader of the output is gone: `game-bench --help | head -1`.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

#[test]
fn a_reader_that_is_gone_is_no_panic() {
    for (words, status) in [(&["--help"][..], 0), (&["--only", "nothing"], 1)] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_game-bench"))
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        // Nothing of it is read: each line that the program writes finds a closed pipe.
        drop(program.stdout.take());
        if status == 1 {
            drop(program.stderr.take());
        }
        let mut said = String::new();
        if let Some(mut stderr) = program.stderr.take() {
            stderr.read_to_string(&mut said).expect("text");
        }
        let ended = program.wait().expect("it ends");
        assert_eq!(
            (ended.code(), said.as_str()),
            (Some(status), ""),
            "{words:?}"
        );
    }
}

#[test]
fn the_help_arrives_as_a_whole() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_game-bench"))
        .arg("--help")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let read = BufReader::new(program.stdout.take().expect("a pipe"));
    let lines: Vec<String> = read.lines().collect::<Result<_, _>>().expect("text");
    assert!(
        lines
            .first()
            .is_some_and(|it| it.starts_with("What Snack Rush costs"))
    );
    assert!(lines.last().is_some_and(|it| it.contains("on Linux only")));
    assert!(program.wait().expect("it ends").success());
}
