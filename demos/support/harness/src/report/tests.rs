//! The texts at the end of a run, word by word.

use super::*;

const STEP: Step = Step {
    name: "01-deadlock",
    command: "cargo run -p demo-01-deadlock",
    port: 7001,
    title: "two locks",
    cure: "Step 2 takes them in one order: cargo run -p demo-02-lock-order",
};

fn freeze() -> Freeze {
    Freeze {
        quiet: Duration::from_millis(2_010),
        unanswered: 8,
        read: 8,
        waits: WaitGraph::default(),
        beat: None,
    }
}

fn summary() -> Summary {
    Summary {
        on_its_own: false,
        lasted: Duration::from_secs(10),
        replies: 151_654,
        unanswered: None,
        crowd: None,
        deepest: None,
        memory: None,
    }
}

#[test]
fn a_freeze_has_a_headline() {
    let expected = "FROZEN: no reply to anyone for 2.0 s; 8 requests are waiting";
    assert_eq!(freeze().banner(), expected);
    let lonely = Freeze {
        unanswered: 1,
        ..freeze()
    };
    assert!(lonely.banner().ends_with("; 1 request is waiting"));
}

#[test]
fn a_freeze_without_a_recorded_wait_says_where_to_look() {
    let text = freeze().explanation(&STEP);
    assert!(
        text.contains("and computes, sleeps or waits elsewhere.\n"),
        "{text}"
    );
    assert!(text.ends_with(&format!("\n\n{}", STEP.cure)), "{text}");
    let unread = Freeze {
        read: 0,
        ..freeze()
    };
    assert!(
        unread
            .explanation(&STEP)
            .contains("\nThe server has not even read")
    );
}

#[test]
fn the_heartbeat_tells_a_blocked_runtime_from_a_waiting_room() {
    let at = |millis| Freeze {
        beat: Some(Duration::from_millis(millis)),
        ..freeze()
    };
    assert!(
        at(2_000)
            .explanation(&STEP)
            .contains("The heartbeat stopped, too, 2.0 s ago")
    );
    assert!(
        at(90)
            .explanation(&STEP)
            .contains("The heartbeat continues")
    );
    assert!(!freeze().explanation(&STEP).contains("heartbeat"));
}

#[test]
fn the_summary_of_a_good_run_shows_its_promises() {
    let seen = Stats {
        grabbed: 11_683,
        ..Stats::default()
    };
    let summary = Summary {
        crowd: Some(seen),
        memory: Some((3_200_000, 17_100_000)),
        ..summary()
    };
    let expected = "\nServed to the end: 151654 replies in 10.0 s, 15165 a second.
  11683 snacks given out, none of them twice
  every player saw the events in one order
  memory: 3.2 MB at the start, 17.1 MB at the end

Next: cargo run -p demo-02-lock-order";
    assert_eq!(summary.text(&STEP), expected);
}

#[test]
fn the_summary_of_a_bad_run_shows_every_broken_promise() {
    let seen = Stats {
        grabbed: 35_229,
        twice: 52,
        unjudged: 3,
        out_of_order: 8,
        first_disorder: Some(("bot-5".parse().unwrap(), 18, 17)),
        ..Stats::default()
    };
    let summary = Summary {
        on_its_own: true,
        replies: 1,
        unanswered: Some((2, Duration::from_millis(900))),
        crowd: Some(seen),
        deepest: Some(Behind {
            name: "slow-1".into(),
            lines: 135_944,
        }),
        ..summary()
    };
    let expected = "\nThe server ended on its own: 1 reply in 10.0 s, 0 a second.
  2 requests unanswered at the end, the oldest for 0.9 s
  35229 snacks given out, but no more than 35177 were baked for them: 52 given twice (3 too late to tell)
  8 players saw events out of order: bot-5 read #18 and then #17
  deepest outbox: 135944 lines (slow-1's)

Next: cargo run -p demo-02-lock-order";
    assert_eq!(summary.text(&STEP), expected);
}

#[test]
fn the_next_command_is_the_one_in_the_cure() {
    let next = [
        "Step 2: cargo run -p demo-02-lock-order",
        "Run `cargo run -p demo-02 -- --slow 1`, and see",
        "The same (cargo run -p demo-02; or later)",
        "The same (as `cargo run -p demo-02` or cargo run -p demo-03).",
        "It is over (cargo run -p demo-02).",
        "Nothing to run",
    ];
    let expected = [
        Some("cargo run -p demo-02-lock-order"),
        Some("cargo run -p demo-02 -- --slow 1"),
        Some("cargo run -p demo-02"),
        Some("cargo run -p demo-02"),
        Some("cargo run -p demo-02"),
        None,
    ];
    assert_eq!(next.map(next_step), expected);
}
