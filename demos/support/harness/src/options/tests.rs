//! Which command lines are accepted, and which are refused.

use super::*;

const STEP: Step = Step {
    name: "01-deadlock",
    command: "cargo run -p demo-01-deadlock",
    port: 7001,
    title: "two locks, taken in two orders",
    cure: "none",
};

fn wish(words: &str) -> Result<Command, String> {
    parse(
        &STEP,
        words.split_whitespace().map(OsString::from).collect(),
    )
}

fn options(words: &str) -> Options {
    match wish(words) {
        Ok(Command::Run(options)) => options,
        other => panic!("{words}: {other:?}"),
    }
}

#[test]
fn the_default_is_eight_bots_for_half_a_minute() {
    let expected = Options {
        listen: "127.0.0.1:7001".parse().unwrap(),
        bots: 8,
        slow: 0,
        slow_after: Duration::from_secs(3),
        leave_after: Duration::from_secs(3),
        lasts: Some(Duration::from_secs(30)),
    };
    assert_eq!(options(""), expected);
}

#[test]
fn every_option_is_accepted_in_both_spellings() {
    let expected = Options {
        listen: "[::1]:80".parse().unwrap(),
        bots: 3,
        slow: 253,
        slow_after: Duration::from_secs(1),
        leave_after: Duration::ZERO,
        lasts: Some(Duration::from_secs(5)),
    };
    let heard =
        options("--listen [::1]:80 --bots=3 --slow 253 --seconds=5 --slow-after 1 --leave-after=0");
    assert_eq!(heard, expected);
    assert_eq!(options("--listen localhost:80").listen.port(), 80);
}

#[test]
fn without_a_crowd_there_is_no_time_limit() {
    assert_eq!(options("--bots 0").lasts, None);
    assert_eq!(
        options("--bots 0 --seconds 1").lasts,
        Some(Duration::from_secs(1))
    );
    assert_eq!(options("--seconds 0").lasts, None);
    assert!(options("--bots 0 --slow 1").lasts.is_some());
}

#[test]
fn an_invalid_option_is_refused_in_one_helpful_sentence() {
    for (words, why) in [
        (
            "--bots x",
            "--bots wants a number of players, such as 8, not \"x\"",
        ),
        ("--bots", "--bots wants a number of players, such as 8"),
        (
            "--slow -1",
            "--slow wants a number of players, such as 1, not \"-1\"",
        ),
        (
            "--bogus",
            "invalid option '--bogus'; --help tells what there is",
        ),
        (
            "extra",
            "unexpected argument \"extra\"; --help tells what there is",
        ),
        (
            "--listen :7001",
            "--listen wants an address and a port, such as 127.0.0.1:7001, not \":7001\"",
        ),
        (
            "--seconds 1.5",
            "--seconds wants whole seconds, such as 30, or 0 for until Ctrl-C, not \"1.5\"",
        ),
        (
            "--slow-after soon",
            "--slow-after wants whole seconds, such as 3, or 0 for at once, not \"soon\"",
        ),
        (
            "--bots 250 --slow 7",
            "--bots 250 and --slow 7 are more players than the 256 seats of a room",
        ),
    ] {
        assert_eq!(wish(words), Err(why.into()), "{words}");
    }
    let most = format!("--slow {}", usize::MAX);
    assert!(wish(&most).is_err() && wish("--listen a.invalid:80").is_err());
}

#[test]
fn help_is_accepted_at_any_position_and_fits_a_terminal() {
    assert_eq!(wish("--bots 3 --help --bogus"), Ok(Command::Help));
    assert_eq!(wish("-h"), Ok(Command::Help));
    let help = help(&STEP, None);
    assert!(help.starts_with("01-deadlock: two locks, taken in two orders\n"));
    assert!(help.contains(&format!(
        "\n  {}\n",
        advice::walk_up(([127, 0, 0, 1], 7001).into())
    )));
    assert!(help.lines().all(|line| line.chars().count() < 80), "{help}");
}
