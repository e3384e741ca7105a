//! The metrics of a crowd against an honest server.

use std::net::SocketAddr;
use std::time::Duration;

use crowd::{Crowd, Metrics, Plan};
use tokio::time::{Instant, sleep};

use crate::room::Lie;
use crate::server;

/// The maximum time of a test on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Runs a crowd until its metrics are as `until` says, and stops it.
pub(crate) async fn play(
    address: SocketAddr,
    plan: Plan,
    until: impl Fn(&Metrics) -> bool,
) -> Metrics {
    let plan = Plan {
        goodbye: TIMEOUT,
        ..plan
    };
    let crowd = Crowd::start(address, plan).await;
    let deadline = Instant::now() + TIMEOUT;
    while !until(&crowd.metrics()) {
        assert!(
            Instant::now() < deadline,
            "not reached in time:\n{}",
            crowd.metrics()
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
async fn players_play_and_miss_nothing() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        watchers: 3,
        ..in_the_room(12)
    };
    let metrics = play(address, plan, |metrics| {
        metrics.turns_acked > 100
            && metrics.seated == 12
            && metrics.watching == 3
            && metrics.snacks > 30
    })
    .await;
    assert!(metrics.is_honest(), "{metrics}");
    assert_eq!(
        (metrics.missed, metrics.catch_ups, metrics.refused),
        (0, 0, 0),
        "{metrics}"
    );
    assert_eq!(
        (metrics.seated, metrics.watching),
        (0, 0),
        "all clients have left"
    );
    assert_eq!(
        metrics.closes.get(&1000),
        Some(&15),
        "with a Close: {metrics}"
    );
    assert_eq!(metrics.latency.len(), metrics.deltas);
    assert_eq!(metrics.turn_latency.len(), metrics.turns_acked);
    // `is_honest` says that none is lost. Those that are sent while a busy machine pauses are still
    // on their way when the crowd stops.
    assert!(
        metrics.turns_sent - metrics.turns_acked < metrics.turns_acked,
        "{metrics}"
    );
}

/// A round of 600 ticks over sockets. What a bot sees and sends is late by some ticks here, too:
/// the room's ticks are ten times faster than the game's.
#[tokio::test]
async fn twelve_bots_eat_to_the_end_of_a_round() {
    const PLAYERS: u64 = 12;
    /// Six of them end before the podium.
    const TICKS: u64 = 95;
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        turns_per_second: 2.0,
        ..in_the_room(PLAYERS as u32)
    };
    let crowd = Crowd::start(address, plan).await;
    let (deadline, mut before) = (Instant::now() + TIMEOUT, 0);
    for stretch in 1..=6 {
        while crowd.metrics().deltas < stretch * TICKS * PLAYERS {
            assert!(Instant::now() < deadline, "{}", crowd.metrics());
            sleep(Duration::from_millis(2)).await;
        }
        let snacks = crowd.metrics().snacks;
        assert!(
            snacks >= before + PLAYERS,
            "stretch {stretch}: {} snacks",
            snacks - before
        );
        before = snacks;
    }
    let metrics = crowd.stop().await;
    assert!(metrics.is_honest(), "{metrics}");
}

#[tokio::test]
async fn the_server_picks_the_room_if_the_plan_names_none() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        room: None,
        ..in_the_room(4)
    };
    let metrics = play(address, plan, |metrics| {
        metrics.seated == 4 && metrics.deltas > 40
    })
    .await;
    assert!(metrics.is_honest(), "{metrics}");
}

#[tokio::test]
async fn a_sleepy_player_resumes_its_seat_and_points() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        sleepy: 6,
        ..in_the_room(2)
    };
    let metrics = play(address, plan, |metrics| metrics.resumed >= 4).await;
    assert!(metrics.is_honest(), "{metrics}");
}

#[tokio::test]
async fn the_next_round_begins_without_a_missed_tick() {
    let address = server::start(Lie::Honest).await;
    // A round has 700 ticks of 10 ms, and each client receives all of them.
    let metrics = play(address, in_the_room(3), |metrics| metrics.deltas > 3 * 760).await;
    assert!(metrics.is_honest(), "{metrics}");
    assert_eq!((metrics.missed, metrics.catch_ups), (0, 0), "{metrics}");
}

#[tokio::test]
async fn slow_players_do_not_count_against_the_server() {
    let address = server::start(Lie::Honest).await;
    let plan = Plan {
        slow: 2,
        ..in_the_room(2)
    };
    let metrics = play(address, plan, |metrics| {
        metrics.seated == 4 && metrics.deltas > 1_500
    })
    .await;
    assert!(metrics.is_honest(), "{metrics}");
    assert_eq!(metrics.missed, 0, "{metrics}");
    assert!(
        metrics.latency.len() < metrics.deltas,
        "ticks that are read late have no latency"
    );
}

#[tokio::test]
async fn a_server_that_does_not_listen_is_unreachable() {
    // Bound, so that no other test gets its port, and without `listen`.
    let bound = tokio::net::TcpSocket::new_v4().expect("a socket");
    bound.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let address = bound.local_addr().expect("it is bound");
    let metrics = play(address, in_the_room(2), |metrics| metrics.unreachable >= 4).await;
    assert_eq!((metrics.frames, metrics.refused), (0, 0), "{metrics}");
    drop(bound);
}

#[tokio::test]
async fn the_table_shows_the_metrics() {
    let address = server::start(Lie::Honest).await;
    let metrics = play(address, in_the_room(3), |metrics| metrics.turns_acked > 10).await;
    let table = metrics.to_string();
    for row in [
        "in the room",
        "latency",
        "ticks missed",
        "turn to tick",
        "closed 1000  3 (left)",
    ] {
        assert!(table.contains(row), "{row}:\n{table}");
    }
    assert!(!table.contains("CONTRADICTIONS"), "{table}");
}
