//! The metrics of a crowd against a server that lies.

use crowd::{Metrics, Plan};

use crate::honest::{in_the_room, play};
use crate::room::Lie;
use crate::server;

async fn against(lie: Lie, until: impl Fn(&Metrics) -> bool) -> Metrics {
    let plan = Plan {
        sleepy: 2,
        ..in_the_room(4)
    };
    play(server::start(lie).await, plan, until).await
}

#[tokio::test]
async fn a_missing_tick_is_a_gap() {
    let metrics = against(Lie::Skips, |metrics| metrics.gaps > 6).await;
    assert!(
        metrics.missed >= metrics.gaps && !metrics.is_honest(),
        "{metrics}"
    );
    assert_eq!((metrics.catch_ups, metrics.garbage), (0, 0), "{metrics}");
}

#[tokio::test]
async fn a_snapshot_instead_of_three_ticks_is_honest() {
    let metrics = against(Lie::CatchesUp, |metrics| metrics.catch_ups > 6).await;
    assert!(metrics.is_honest(), "a client may be behind: {metrics}");
    assert!(metrics.missed > metrics.catch_ups, "{metrics}");
}

#[tokio::test]
async fn different_ticks_for_two_clients_are_a_mismatch() {
    let metrics = against(Lie::Disagrees, |metrics| metrics.mismatches > 0).await;
    let first = metrics.first_mismatch.expect("a mismatch");
    assert!(first.contains("different messages"), "{first}");
}

#[tokio::test]
async fn an_eaten_snack_that_does_not_exist_is_a_mismatch() {
    let metrics = against(Lie::EatsElsewhere, |metrics| metrics.mismatches > 0).await;
    let first = metrics.first_mismatch.expect("a mismatch");
    assert!(first.contains("contradicts"), "{first}");
}

#[tokio::test]
async fn a_wrong_snapshot_for_a_new_client_is_a_mismatch() {
    let metrics = against(Lie::WrongSnapshot, |metrics| metrics.mismatches > 0).await;
    assert!(!metrics.is_honest(), "{metrics}");
}

#[tokio::test]
async fn a_turn_that_is_applied_twice_is_counted() {
    let metrics = against(Lie::Doubles, |metrics| metrics.turns_doubled > 5).await;
    assert_eq!((metrics.turns_lost, metrics.gaps), (0, 0), "{metrics}");
}

#[tokio::test]
async fn a_turn_that_is_never_applied_is_counted() {
    let metrics = against(Lie::Loses, |metrics| metrics.turns_lost > 5).await;
    assert_eq!(
        (metrics.turns_acked, metrics.turns_doubled),
        (0, 0),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_turn_with_another_direction_is_a_mismatch() {
    let metrics = against(Lie::AltersTurns, |metrics| metrics.mismatches > 3).await;
    let first = metrics.first_mismatch.expect("a mismatch");
    assert!(
        first.contains("is not the direction that was sent"),
        "{first}"
    );
}

#[tokio::test]
async fn a_resume_with_another_seat_fails() {
    let metrics = against(Lie::Reseats, |metrics| metrics.failed_resumes > 0).await;
    assert_eq!(metrics.resumed, 0, "{metrics}");
}

#[tokio::test]
async fn a_resume_with_fewer_points_fails() {
    let metrics = against(Lie::TakesPoints, |metrics| metrics.failed_resumes > 0).await;
    assert!(!metrics.is_honest(), "{metrics}");
}

#[tokio::test]
async fn close_codes_are_counted_and_decide_about_a_resume() {
    for code in [1012, 4000, 4002, 1008] {
        let metrics = against(Lie::Closes(code), |metrics| {
            metrics.closes.get(&code) > Some(&6)
        })
        .await;
        assert_eq!(
            (metrics.garbage, metrics.mismatches),
            (0, 0),
            "{code}: {metrics}"
        );
        // After a restart, or when it was too far behind, a player resumes with its token. After
        // all other codes it joins again.
        assert_eq!(
            metrics.resumed > 0,
            code == 1012 || code == 4000,
            "{code}: {metrics}"
        );
        // The time to resume is recorded from the Close on.
        assert!(
            metrics.resume_times.len() >= metrics.resumed,
            "{code}: {metrics}"
        );
        assert_eq!(
            metrics.resume_times.is_empty(),
            metrics.resumed == 0,
            "{code}: {metrics}"
        );
    }
}

#[tokio::test]
async fn connections_without_a_close_are_counted_as_1006() {
    let metrics = against(Lie::Drops, |metrics| metrics.closes.get(&1006) > Some(&6)).await;
    assert!(metrics.resumed > 0, "{metrics}");
}

#[tokio::test]
async fn a_text_message_is_garbage() {
    let metrics = against(Lie::Texts, |metrics| metrics.garbage > 3).await;
    assert!(!metrics.is_honest(), "{metrics}");
}

#[tokio::test]
async fn a_refused_upgrade_is_counted_with_its_cause() {
    let metrics = against(Lie::Refuses, |metrics| metrics.refused > 6).await;
    assert_eq!((metrics.frames, metrics.unreachable), (0, 0), "{metrics}");
    let why = metrics.last_refusal.expect("a cause");
    assert!(why.starts_with("status 503"), "{why}");
}

#[tokio::test]
async fn a_full_server_refuses_all_players() {
    let plan = Plan {
        room: None,
        ..in_the_room(3)
    };
    let metrics = play(server::start(Lie::IsFull).await, plan, |metrics| {
        metrics.refused > 3
    })
    .await;
    assert_eq!((metrics.frames, metrics.unreachable), (0, 0), "{metrics}");
}
