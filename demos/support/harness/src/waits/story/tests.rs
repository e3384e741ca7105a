//! The stories of the samples, word by word.

use super::super::samples;
use super::*;

/// The story, its places without file and number.
fn told(picture: &Picture) -> Vec<String> {
    let story = picture.to_string();
    let strip = |line: &str| {
        let mut parts = line.split(" (demos/support/harness/src/waits/samples.rs:");
        let mut line = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            line += part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ')');
        }
        line
    };
    story.lines().map(strip).collect()
}

#[test]
fn a_cycle_is_told_from_one_to_the_next() {
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
fn a_chain_is_told_from_its_end() {
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
fn a_blocked_runtime_is_told_as_such() {
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
        "    and waits for ann's outbox to have room, which ann empties",
        "  ann empties ann's outbox",
        "    and waits for the room's mailbox to have room, which room empties",
        "  1 more waits for the room's mailbox to have room: bob",
    ];
    assert_eq!(told(&samples::full_mailboxes()), expected);
    let expected = [
        "The chain: room -> slow-1's writer -> slow-1's phone",
        "  slow-1's writer empties slow-1's outbox",
        "    and waits for slow-1's phone to read",
        "  room empties the room's mailbox",
        "    and waits for slow-1's outbox to have room, which slow-1's writer empties",
        "  1 waits for the room's mailbox to have room: bob",
    ];
    assert_eq!(told(&samples::full_outbox()), expected);
}

#[test]
fn nobody_is_told_as_nobody_and_a_crowd_is_cut_short() {
    let calm = ["Nobody waits for a lock, a phone or a mailbox."];
    assert_eq!(told(&samples::idle()), calm);
    let mut picture = samples::slow_phone();
    let room = &mut picture.resources[0].waiters;
    let bob = room[0].clone();
    room.resize(31, bob);
    assert!(picture.to_string().ends_with(&format!(
        "31 wait for room: {}carl, bob, bob, bob, bob, bob, bob, …\n",
        "bob, "
    )));
}

#[test]
fn many_small_crowds_are_cut_short_too() {
    let mut picture = samples::slow_phone();
    let diary = samples::busy_holder().resources;
    picture.resources.extend(diary.into_iter().cycle().take(20));
    let story = told(&picture);
    let crowds = story
        .iter()
        .filter(|line| line.contains(" waits for diary: "));
    let others = story.iter().filter(|line| line.contains(" for room: "));
    assert_eq!((crowds.count(), others.count()), (5, 1), "{story:?}");
    assert_eq!(story.last().unwrap(), "  and so on");
}

#[test]
fn whoever_was_renamed_goes_by_its_name_of_today() {
    let mut picture = samples::slow_phone();
    let holder = picture.resources[0].holder.as_mut().unwrap();
    holder.who.name = "thread 7".into();
    assert_eq!(
        told(&picture)[0],
        "The chain: ann -> slow-1 -> slow-1's phone"
    );
    assert!(told(&picture).contains(&"  ann holds room".into()));
}

#[test]
fn a_source_file_of_windows_is_told_as_on_any_system() {
    assert_eq!(with_slashes(r"demos\a\src\room.rs"), "demos/a/src/room.rs");
    assert_eq!(with_slashes("demos/a/src/room.rs"), "demos/a/src/room.rs");
}
