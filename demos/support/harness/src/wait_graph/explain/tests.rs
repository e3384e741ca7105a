//! The explanations of the samples, word by word.

use super::super::samples;
use super::*;

/// The explanation, without files and line numbers.
fn told(graph: &WaitGraph) -> Vec<String> {
    let story = graph.to_string();
    let strip = |line: &str| {
        let mut parts = line.split(" (demos/support/harness/src/wait_graph/samples.rs:");
        let mut line = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            line += part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ')');
        }
        line
    };
    story.lines().map(strip).collect()
}

#[test]
fn a_cycle_is_explained_link_by_link() {
    let expected = [
        "The cycle: ann -> bob -> ann",
        "  ann holds room",
        "    and waits for player bob, held by bob",
        "  bob holds player bob",
        "    and waits for room, held by ann",
        "  2 more wait for room: carl, dora",
    ];
    assert_eq!(told(&samples::two_orders()), expected);
    let expected = [
        "The cycle: ann -> ann",
        "  ann holds room",
        "    and waits for room, which it holds itself",
    ];
    assert_eq!(told(&samples::itself()), expected);
}

#[test]
fn a_chain_is_explained_from_its_end() {
    let expected = [
        "The chain: ann -> slow-1 -> slow-1's phone",
        "  slow-1 holds player slow-1",
        "    and waits for slow-1's phone to read",
        "  ann holds room",
        "    and waits for player slow-1, held by slow-1",
        "  2 wait for room: bob, carl",
    ];
    assert_eq!(told(&samples::slow_phone()), expected);
    let expected = [
        "The chain: zoe",
        "  zoe holds diary",
        "    and waits for nothing known here: it computes, sleeps or waits elsewhere",
        "  1 waits for diary: yan",
    ];
    assert_eq!(told(&samples::busy_holder()), expected);
}

#[test]
fn a_blocked_runtime_is_named() {
    let expected = [
        "The cycle: bob -> ann -> bob",
        "  bob blocks the runtime's only thread",
        "    while it waits for room, held by ann",
        "  ann holds room",
        "    and cannot move: it is a task of the thread that bob blocks",
    ];
    assert_eq!(told(&samples::blocked_runtime(1)), expected);
}

#[test]
fn mailboxes_are_emptied_not_held() {
    let expected = [
        "The cycle: room -> ann -> room",
        "  room empties the room's mailbox",
        "    and waits for a place in ann's outbox, which ann empties",
        "  ann empties ann's outbox",
        "    and waits for a place in the room's mailbox, which room empties",
        "  1 more waits for a place in the room's mailbox: bob",
    ];
    assert_eq!(told(&samples::full_mailboxes()), expected);
    let expected = [
        "The chain: room -> slow-1's writer -> slow-1's phone",
        "  slow-1's writer empties slow-1's outbox",
        "    and waits for slow-1's phone to read",
        "  room empties the room's mailbox",
        "    and waits for a place in slow-1's outbox, which slow-1's writer empties",
        "  1 waits for a place in the room's mailbox: bob",
    ];
    assert_eq!(told(&samples::full_outbox()), expected);
}

#[test]
fn an_empty_graph_says_so_and_long_lists_are_cut() {
    let calm = ["No thread or task waits for a lock, a phone or a mailbox."];
    assert_eq!(told(&samples::idle()), calm);
    let mut graph = samples::slow_phone();
    let room = &mut graph.resources[0].waiters;
    let bob = room[0].clone();
    room.resize(31, bob);
    assert!(graph.to_string().ends_with(&format!(
        "31 wait for room: {}carl, bob, bob, bob, bob, bob, bob, …\n",
        "bob, "
    )));
}

#[test]
fn many_lists_are_cut_too() {
    let mut graph = samples::slow_phone();
    let diary = samples::busy_holder().resources;
    graph.resources.extend(diary.into_iter().cycle().take(20));
    let story = told(&graph);
    let crowds = story
        .iter()
        .filter(|line| line.contains(" waits for diary: "));
    let others = story.iter().filter(|line| line.contains(" for room: "));
    assert_eq!((crowds.count(), others.count()), (5, 1), "{story:?}");
    assert_eq!(story.last().unwrap(), "  and so on");
}

#[test]
fn a_renamed_holder_has_its_current_name() {
    let mut graph = samples::slow_phone();
    let holder = graph.resources[0].holder.as_mut().unwrap();
    holder.who.name = "thread 7".into();
    assert_eq!(
        told(&graph)[0],
        "The chain: ann -> slow-1 -> slow-1's phone"
    );
    assert!(told(&graph).contains(&"  ann holds room".into()));
}

#[test]
fn a_windows_path_is_written_with_slashes() {
    assert_eq!(with_slashes(r"demos\a\src\room.rs"), "demos/a/src/room.rs");
    assert_eq!(with_slashes("demos/a/src/room.rs"), "demos/a/src/room.rs");
}
