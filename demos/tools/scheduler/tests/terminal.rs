//! The `scheduler` program with a typed input.

use std::{
    io::Write,
    process::{Command, Stdio},
};

fn run(arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_scheduler"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    // A program that refused its arguments has closed its input already.
    let _unless_gone = stdin.write_all(typed.as_bytes());
    drop(stdin);
    let ended = child.wait_with_output().expect("it ends");
    let output = [ended.stdout, ended.stderr].concat();
    (
        ended.status.code(),
        String::from_utf8_lossy(&output).into_owned(),
    )
}

#[test]
fn numbers_play_step_1_into_its_deadlock() {
    let (code, output) = run(&["1"], "1\n2\npizza\n1\n1\n1\n");
    assert_eq!(code, Some(0), "{output}");
    for words in [
        "No: no thread has the name \"pizza\"",
        "DEADLOCK",
        "The cycle: ann -> bob -> ann",
        "As a test:",
    ] {
        assert!(output.contains(words), "{words:?} is missing in\n{output}");
    }
}

#[test]
fn all_plays_every_schedule_of_step_6() {
    let (code, output) = run(&["6", "--all"], "");
    assert_eq!(code, Some(0), "{output}");
    assert!(
        output.contains("schedules end well") && !output.contains("There are more"),
        "{output}"
    );
}

#[test]
fn wrong_arguments_give_a_message_of_one_line() {
    for arguments in [
        &["4"][..],
        &["--pizza"],
        &["1", "--replay", "eve"],
        &["1", "--all=many"],
    ] {
        let (code, output) = run(arguments, "");
        assert_eq!(code, Some(1), "{arguments:?}: {output}");
        assert!(
            output.starts_with("scheduler: ") && output.lines().count() == 1,
            "{arguments:?}: {output}"
        );
    }
}
