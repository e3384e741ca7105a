//! Which end is given which verdict, word by word.

use super::*;
use crate::wait_graph::{WaitGraph, samples};
use bots::Stats;

fn freeze(waits: WaitGraph, beat: Option<u64>) -> String {
    let freeze = Freeze {
        quiet: Duration::from_secs(2),
        unanswered: 8,
        read: 8,
        waits,
        beat: beat.map(Duration::from_millis),
    };
    Verdict::of_freeze(&freeze).to_string()
}

#[test]
fn a_cycle_is_a_deadlock_and_a_phone_that_does_not_read_is_none() {
    assert_eq!(
        freeze(samples::two_orders(), None),
        "Verdict: deadlock: ann -> bob -> ann"
    );
    assert_eq!(
        freeze(samples::itself(), None),
        "Verdict: deadlock: ann -> ann"
    );
    assert_eq!(
        freeze(samples::slow_phone(), Some(90)),
        "Verdict: stuck, waits for a phone: slow-1's phone; the heartbeat continues"
    );
    assert_eq!(
        freeze(samples::full_outbox(), None),
        "Verdict: stuck, waits for a phone: slow-1's phone"
    );
    assert!(freeze(samples::full_mailboxes(), None).starts_with("Verdict: deadlock: "));
}

#[test]
fn a_blocked_runtime_is_a_deadlock_without_a_heartbeat() {
    assert_eq!(
        freeze(samples::blocked_runtime(1), Some(2_100)),
        "Verdict: deadlock: bob -> ann -> bob; the heartbeat stopped"
    );
}

#[test]
fn a_freeze_that_no_wait_explains_is_only_frozen() {
    for waits in [
        WaitGraph::default(),
        samples::busy_holder(),
        samples::idle(),
        samples::between_hands(),
    ] {
        assert_eq!(freeze(waits, None), "Verdict: frozen");
    }
}

#[test]
fn a_run_to_its_end_counts_the_promises_that_the_crowd_saw_broken() {
    let verdict = |crowd, unanswered| {
        let summary = Summary {
            on_its_own: false,
            lasted: Duration::from_secs(10),
            replies: 7,
            unanswered,
            crowd,
            deepest: None,
            memory: None,
        };
        Verdict::of_summary(&summary).to_string()
    };
    let seen = |twice, out_of_order| {
        Some(Stats {
            twice,
            out_of_order,
            ..Stats::default()
        })
    };
    assert_eq!(verdict(None, None), "Verdict: served");
    assert_eq!(
        verdict(seen(0, 0), None),
        "Verdict: served, every promise kept"
    );
    assert_eq!(
        verdict(seen(1, 0), None),
        "Verdict: served, 1 promise broken: no snack twice"
    );
    assert_eq!(
        verdict(seen(9, 8), None),
        "Verdict: served, 2 promises broken: no snack twice, one order"
    );
    // A busy machine may be late with the last answers.
    let late = Some((1, Duration::from_millis(900)));
    assert_eq!(
        verdict(seen(0, 0), late),
        "Verdict: served, every promise kept"
    );
    let never = Some((1, Duration::from_secs(9)));
    assert_eq!(
        verdict(seen(0, 0), never),
        "Verdict: served, 1 promise broken: nobody waits for ever"
    );
}
