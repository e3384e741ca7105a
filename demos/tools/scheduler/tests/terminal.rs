//! The program in a terminal.

use std::{
    io::Write,
    process::{Command, Stdio},
};

fn says(arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_scheduler"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    // It may have refused its arguments and closed its input.
    let _unless_gone = stdin.write_all(typed.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn a_deadlock_is_played_by_numbers() {
    let (code, said) = says(&["1"], "1\n2\npizza\n1\n1\n1\n");
    assert_eq!(code, Some(0), "{said}");
    for words in [
        "No: no thread has the name \"pizza\"",
        "DEADLOCK",
        "The cycle: ann -> bob -> ann",
        "As a test:",
    ] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
}

#[test]
fn every_schedule_of_step_6_is_played() {
    let (code, said) = says(&["6", "--all"], "");
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("schedules end well") && !said.contains("There are more"),
        "{said}"
    );
}

#[test]
fn wrong_arguments_are_refused_in_a_sentence() {
    for arguments in [
        &["4"][..],
        &["--pizza"],
        &["1", "--replay", "eve"],
        &["1", "--all=many"],
    ] {
        let (code, said) = says(arguments, "");
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        assert!(
            said.starts_with("scheduler: ") && said.lines().count() == 1,
            "{arguments:?}: {said}"
        );
    }
}
