//! Runs this program again with tests that skip themselves: their message must not be captured.

use lock::lock;
use skipped::skip;
use std::env;
use std::process::Command;
use std::sync::Mutex;

/// The tests below start programs of one run, whose skipped tests are counted together.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

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

#[test]
#[ignore = "started by the tests below"]
fn the_last_program_prints_the_summary() {
    println!("[{}]", skipped::summary());
}

/// How the ignored tests that skip themselves ended, with what they wrote to standard error.
fn run(ci: &str, may_skip: &str) -> (bool, String) {
    start(&["that_needs"], ci, may_skip)
}

/// How the ignored tests with this filter ended, with what they printed.
fn start(filter: &[&str], ci: &str, may_skip: &str) -> (bool, String) {
    let ended = Command::new(env::current_exe().expect("it runs"))
        .arg("--ignored")
        .args(filter)
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

/// Asserts that the summary of the programs that this one has started is this one.
#[cfg(unix)]
#[track_caller]
fn summary_is(expected: &str) {
    let (passed, said) = start(&["prints_the_summary", "--nocapture"], "", "");
    assert!(
        passed && said.contains(&format!("[{expected}]")),
        "no {expected:?} in:\n{said}"
    );
}

/// Not on Windows: there, all runs share one file, also with the run of this test.
#[cfg(unix)]
#[test]
fn the_last_program_counts_what_the_programs_of_its_run_have_skipped() {
    let _alone = lock(&ONE_AT_A_TIME);
    // Whatever the other tests have left.
    assert!(start(&["prints_the_summary"], "", "").0);
    run("", "");
    // Of this run alone: another `cargo test` may be running in the same folder.
    let program = env::current_exe().expect("it runs");
    let noted = format!("skipped/{}.txt", std::process::id());
    let noted = std::fs::read_to_string(program.with_file_name(noted));
    assert_eq!(noted.expect("it is there").lines().count(), 3);
    run("", "");
    summary_is("6 tests were skipped:\n  4  no fryer here: buy one\n  2  no oven here");
    summary_is("no test was skipped");
    run("true", "no oven here");
    summary_is("1 test was skipped:\n  1  no oven here");
}

#[test]
fn a_passing_test_says_why_it_did_nothing_once_for_each_reason() {
    let _alone = lock(&ONE_AT_A_TIME);
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
    let _alone = lock(&ONE_AT_A_TIME);
    let (passed, said) = run("true", "no oven here");
    assert!(!passed && said.contains("1 passed; 2 failed"), "{said}");
    assert!(
        said.contains("no fryer here: buy one; under CI=true no test is skipped"),
        "{said}"
    );
    let (passed, said) = run("true", "no oven here\nno fryer here: buy one");
    assert!(passed, "{said}");
}
