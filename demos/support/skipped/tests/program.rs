//! Runs this program again with tests that skip themselves: their message must not be captured.

use skipped::skip;
use std::env;
use std::process::Command;

#[test]
#[ignore = "started by the tests below"]
fn one_that_needs_a_fryer() {
    skip("no fryer here: buy one");
}

#[test]
#[ignore = "started by the tests below"]
fn another_that_needs_a_fryer() {
    skip("no fryer here: buy one");
}

#[test]
#[ignore = "started by the tests below"]
fn one_that_needs_an_oven() {
    skip("no oven here");
}

/// How the ignored tests ended, with what they wrote to standard error.
fn run(ci: &str, may_skip: &str) -> (bool, String) {
    let ended = Command::new(env::current_exe().expect("it runs"))
        .arg("--ignored")
        .env("CI", ci)
        .env("MAY_SKIP", may_skip)
        .env("CARGO_PKG_NAME", "bar")
        .output()
        .expect("it starts");
    let said = [ended.stderr, ended.stdout].concat();
    (
        ended.status.success(),
        String::from_utf8_lossy(&said).replace("\r\n", "\n"),
    )
}

#[test]
fn a_passing_test_says_why_it_did_nothing_once_for_each_reason() {
    let (passed, said) = run("", "");
    assert!(passed, "{said}");
    let mut lines: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("SKIPPED: "))
        .collect();
    lines.sort_unstable();
    let fryer = "SKIPPED: no fryer here: buy one (tests of bar, program)";
    assert_eq!(
        lines,
        [fryer, "SKIPPED: no oven here (tests of bar, program)"],
        "{said}"
    );
}

#[test]
fn under_ci_it_fails_unless_its_reason_is_listed() {
    let (passed, said) = run("true", "no oven here");
    assert!(!passed && said.contains("1 passed; 2 failed"), "{said}");
    assert!(
        said.contains("no fryer here: buy one; under CI=true no test is skipped"),
        "{said}"
    );
    let (passed, said) = run("true", "no oven here\nno fryer here: buy one");
    assert!(passed, "{said}");
}
