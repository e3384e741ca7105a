//! What the crowd sees of a server that does what it says.

use std::net::SocketAddr;
use std::time::Duration;

use crowd::{Crowd, Plan, Seen};
use tokio::time::{Instant, sleep};

use crate::room::Lie;
use crate::server;

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Lets a crowd play until it has seen this, and sends it home.
pub(crate) async fn play(address: SocketAddr, plan: Plan, until: impl Fn(&Seen) -> bool) -> Seen {
    let crowd = Crowd::start(address, plan).await;
    let give_up = Instant::now() + PATIENCE;
    while !until(&crowd.seen()) {
        assert!(
            Instant::now() < give_up,
            "it was never seen:\n{}",
            crowd.seen()
        );
        sleep(Duration::from_millis(10)).await;
    }
    crowd.stop().await
}

pub(crate) fn in_the_room(players: u32) -> Plan {
    Plan {
        players,
        room: Some("test".to_owned()),
        ramp: Duration::from_millis(100),
        turns_per_second: 5.0,
        ..Plan::default()
    }
}

#[tokio::test]
async fn players_play_and_nothing_is_missed() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        watchers: 3,
        ..in_the_room(12)
    };
    let seen = play(address, plan, |seen| {
        seen.turns_acked > 100 && seen.seated == 12 && seen.watching == 3 && seen.snacks > 30
    })
    .await;
    assert!(seen.is_honest(), "{seen}");
    assert_eq!(
        (seen.missed, seen.catch_ups, seen.refused),
        (0, 0, 0),
        "{seen}"
    );
    assert_eq!((seen.seated, seen.watching), (0, 0), "all have gone home");
    assert_eq!(seen.closes.get(&1000), Some(&15), "with a goodbye: {seen}");
    assert_eq!(seen.latency.len(), seen.deltas);
    assert_eq!(seen.acks.len(), seen.turns_acked);
    // None is lost, as is_honest says; on their way home are as many as were said while a busy
    // machine paused.
    assert!(
        seen.turns_said - seen.turns_acked < seen.turns_acked,
        "{seen}"
    );
}

#[tokio::test]
async fn the_server_may_pick_the_room() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        room: None,
        ..in_the_room(4)
    };
    let seen = play(address, plan, |seen| seen.seated == 4 && seen.deltas > 40).await;
    assert!(seen.is_honest(), "{seen}");
}

#[tokio::test]
async fn who_falls_asleep_comes_back_to_seat_and_points() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        sleepy: 6,
        ..in_the_room(2)
    };
    let seen = play(address, plan, |seen| seen.resumed >= 4).await;
    assert!(seen.is_honest(), "{seen}");
}

#[tokio::test]
async fn a_round_ends_and_another_begins() {
    let address = server::start(Lie::Honest).await;
    // 700 ticks of 10 ms, seen by each.
    let seen = play(address, in_the_room(3), |seen| seen.deltas > 3 * 760).await;
    assert!(seen.is_honest(), "{seen}");
    assert_eq!((seen.missed, seen.catch_ups), (0, 0), "{seen}");
}

#[tokio::test]
async fn slow_players_do_not_read_and_are_no_ones_fault() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        slow: 2,
        ..in_the_room(2)
    };
    let seen = play(address, plan, |seen| {
        seen.seated == 4 && seen.deltas > 1_500
    })
    .await;
    assert!(seen.is_honest(), "{seen}");
    assert_eq!(seen.missed, 0, "{seen}");
    assert!(
        seen.latency.len() < seen.deltas,
        "what they read late is not counted"
    );
}

#[tokio::test]
async fn nobody_answers() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let seen = play(address, in_the_room(2), |seen| seen.unreachable >= 4).await;
    assert_eq!((seen.frames, seen.refused), (0, 0), "{seen}");
}

#[tokio::test]
async fn a_table_says_what_was_seen() {
    let address = server::start(Lie::Honest).await;
    let seen = play(address, in_the_room(3), |seen| seen.turns_acked > 10).await;
    let table = seen.to_string();
    for row in [
        "in the room",
        "sent to seen",
        "ticks missed",
        "turn to tick",
        "closed 1000  3 (left)",
    ] {
        assert!(table.contains(row), "{row}:\n{table}");
    }
    assert!(!table.contains("CONTRADICTIONS"), "{table}");
}
