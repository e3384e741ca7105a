//! What the crowd sees of a server that does not do what it says.

use crowd::{Plan, Seen};

use crate::honest::{in_the_room, play};
use crate::room::Lie;
use crate::server;

async fn against(lie: Lie, until: impl Fn(&Seen) -> bool) -> Seen {
    let plan = Plan {
        sleepy: 2,
        ..in_the_room(4)
    };
    play(server::start(lie).await, plan, until).await
}

#[tokio::test]
async fn a_tick_is_left_out() {
    let seen = against(Lie::Skips, |seen| seen.gaps > 6).await;
    assert!(seen.missed >= seen.gaps && !seen.is_honest(), "{seen}");
    assert_eq!((seen.catch_ups, seen.garbage), (0, 0), "{seen}");
}

#[tokio::test]
async fn a_snapshot_stands_for_three_ticks() {
    let seen = against(Lie::CatchesUp, |seen| seen.catch_ups > 6).await;
    assert!(seen.is_honest(), "being behind is no lie: {seen}");
    assert!(seen.missed > seen.catch_ups, "{seen}");
}

#[tokio::test]
async fn two_are_told_two_stories() {
    let seen = against(Lie::TellsTwoStories, |seen| seen.mismatches > 0).await;
    let first = seen.first_mismatch.expect("one was seen");
    assert!(first.contains("different things"), "{first}");
}

#[tokio::test]
async fn somebody_eats_what_lies_elsewhere() {
    let seen = against(Lie::EatsAfar, |seen| seen.mismatches > 0).await;
    let first = seen.first_mismatch.expect("one was seen");
    assert!(first.contains("contradicts"), "{first}");
}

#[tokio::test]
async fn a_newcomer_is_shown_another_picture() {
    let seen = against(Lie::ShowsElsewhere, |seen| seen.mismatches > 0).await;
    assert!(!seen.is_honest(), "{seen}");
}

#[tokio::test]
async fn turns_are_applied_twice() {
    let seen = against(Lie::Doubles, |seen| seen.turns_doubled > 5).await;
    assert_eq!((seen.turns_lost, seen.gaps), (0, 0), "{seen}");
}

#[tokio::test]
async fn turns_are_lost() {
    let seen = against(Lie::Loses, |seen| seen.turns_lost > 5).await;
    assert_eq!((seen.turns_acked, seen.turns_doubled), (0, 0), "{seen}");
}

#[tokio::test]
async fn turns_are_turned_around() {
    let seen = against(Lie::Twists, |seen| seen.mismatches > 3).await;
    let first = seen.first_mismatch.expect("one was seen");
    assert!(first.contains("was not said like that"), "{first}");
}

#[tokio::test]
async fn who_comes_back_finds_somebody_on_the_seat() {
    let seen = against(Lie::Reseats, |seen| seen.robbed > 0).await;
    assert_eq!(seen.resumed, 0, "{seen}");
}

#[tokio::test]
async fn who_comes_back_finds_nothing_left() {
    let seen = against(Lie::Robs, |seen| seen.robbed > 0).await;
    assert!(!seen.is_honest(), "{seen}");
}

#[tokio::test]
async fn lines_are_closed_with_a_code() {
    for code in [1012, 4000, 4002, 1008] {
        let seen = against(Lie::Closes(code), |seen| seen.closes.get(&code) > Some(&6)).await;
        assert_eq!((seen.garbage, seen.mismatches), (0, 0), "{code}: {seen}");
        // Told to come back or shown out for being behind: by token. For all else: anew.
        assert_eq!(
            seen.resumed > 0,
            code == 1012 || code == 4000,
            "{code}: {seen}"
        );
        // Each that came back to its seat is timed, from the Close on.
        assert!(seen.returns.len() >= seen.resumed, "{code}: {seen}");
        assert_eq!(seen.returns.is_empty(), seen.resumed == 0, "{code}: {seen}");
    }
}

#[tokio::test]
async fn lines_end_without_a_word() {
    let seen = against(Lie::Ends, |seen| seen.closes.get(&1006) > Some(&6)).await;
    assert!(seen.resumed > 0, "{seen}");
}

#[tokio::test]
async fn text_is_garbage() {
    let seen = against(Lie::Texts, |seen| seen.garbage > 3).await;
    assert!(!seen.is_honest(), "{seen}");
}

#[tokio::test]
async fn nobody_is_let_in() {
    let seen = against(Lie::Refuses, |seen| seen.refused > 6).await;
    assert_eq!((seen.frames, seen.unreachable), (0, 0), "{seen}");
    let why = seen.last_refusal.expect("it was told");
    assert!(why.starts_with("status 503"), "{why}");
}

#[tokio::test]
async fn the_server_is_full() {
    let plan = Plan {
        room: None,
        ..in_the_room(3)
    };
    let seen = play(server::start(Lie::IsFull).await, plan, |seen| {
        seen.refused > 3
    })
    .await;
    assert_eq!((seen.frames, seen.unreachable), (0, 0), "{seen}");
}
