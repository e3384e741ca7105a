//! What the crowd sees of a server that keeps its promises.

use std::thread;
use std::time::{Duration, Instant};

use bots::{Crowd, Plan, RETURNS_A_SECOND};

use super::server::{Lie, Server};

/// For every bot to be answered and to end, also on a busy machine. If no bot has to wait, this
/// time is not used.
const HOME: Duration = Duration::from_secs(60);

/// The same where bots are never answered.
const IN_VAIN: Duration = Duration::from_secs(4);

/// Longer than anything here takes.
const LATE: Duration = Duration::from_secs(60);

pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + LATE;
    while !holds() {
        assert!(Instant::now() < until, "not within {LATE:?}: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The maximum number of visits that eight players can have made since then.
pub(crate) fn most_visits(started: Instant) -> f64 {
    8.0 + 1.0 + f64::from(RETURNS_A_SECOND) * started.elapsed().as_secs_f64()
}

#[test]
fn an_honest_server_has_no_faults_and_many_requests() {
    let server = Server::start(Lie::None);
    let (started, crowd) = (
        Instant::now(),
        Crowd::start(server.address, &Plan::default()),
    );
    eventually("it is kept busy", || {
        let seen = crowd.stats();
        seen.replies > 3_000 && seen.goodbyes > 40
    });
    eventually("requests are answered all the time", || {
        crowd.stats().quiet < started.elapsed() / 2
    });
    let seen = crowd.stop(HOME);
    println!("{seen}");

    assert_eq!((seen.unanswered, seen.oldest), (0, None));
    assert_eq!(
        seen.grabbed,
        server.grabs(),
        "each snack that was given was seen by the bot that got it"
    );
    assert_eq!(
        (seen.twice, seen.unjudged, seen.out_of_order, seen.missed),
        (0, 0, 0, 0)
    );
    assert_eq!(
        (
            seen.turned_away,
            seen.unreachable,
            seen.ended_by_server,
            seen.garbage
        ),
        (0, 0, 0, 0)
    );
    assert_eq!(seen.bots, 0, "every bot has ended");
    let (visits, most) = (server.visits(), most_visits(started));
    assert!(visits as f64 <= most, "{visits} visits, {most} at most");
    eventually("the server has noticed", || server.players() == 0);
}

#[test]
fn fast_players_do_not_use_up_the_ports() {
    let server = Server::start(Lie::None);
    let plan = Plan {
        stay: 1,
        think: Duration::ZERO,
        ..Plan::default()
    };
    let (started, crowd) = (Instant::now(), Crowd::start(server.address, &plan));
    eventually("they come again and again", || server.visits() > 100);
    let seen = crowd.stop(HOME);
    let (visits, most) = (server.visits(), most_visits(started));
    assert!(visits as f64 <= most, "{visits} visits, {most} at most");
    assert_eq!(
        (seen.unanswered, seen.twice, seen.out_of_order),
        (0, 0, 0),
        "{seen}"
    );
}

#[test]
fn slow_thinkers_read_during_their_pauses() {
    // Only a player that reads can miss events that are left out.
    let server = Server::start(Lie::LeavesOut);
    let hurried = Crowd::start(
        server.address,
        &Plan {
            players: 1,
            ..Plan::default()
        },
    );
    let think = Duration::from_secs(600);
    let thinking = Crowd::start(
        server.address,
        &Plan {
            players: 0,
            rude: 3,
            think,
            ..Plan::default()
        },
    );
    // A tenth of it is enough, in case they are slow to read.
    eventually("much is left out", || {
        thinking.stats().replies == 3 && server.lies() > 600
    });
    let now = thinking.stats();
    assert_eq!(
        (now.replies, now.unanswered, now.oldest),
        (3, 0, None),
        "who thinks does not wait"
    );
    let (thinking, _) = (thinking.stop(HOME), hurried.stop(HOME));
    assert_eq!(
        (thinking.bots, thinking.unanswered, thinking.ended_by_server),
        (0, 0, 0),
        "{thinking}"
    );
    assert_eq!(thinking.replies, 3, "they joined, and thought");
    assert!(thinking.missed > 30, "{thinking}");
}

#[test]
fn rude_players_come_back_and_their_last_request_is_not_counted() {
    let server = Server::start(Lie::None);
    let crowd = Crowd::start(
        server.address,
        &Plan {
            players: 2,
            rude: 4,
            stay: 10,
            ..Plan::default()
        },
    );
    eventually("they come again and again", || server.visits() > 50);
    let seen = crowd.stop(HOME);
    assert_eq!(
        (seen.unanswered, seen.twice, seen.out_of_order, seen.missed),
        (0, 0, 0, 0),
        "{seen}"
    );
    assert!(
        seen.grabbed <= server.grabs(),
        "what was on its way to a socket that is gone was not seen"
    );
    eventually("the server has noticed", || server.players() == 0);
}

#[test]
fn a_slow_player_is_disconnected_and_blocks_no_other() {
    let server = Server::start(Lie::None);
    let crowd = Crowd::start(
        server.address,
        &Plan {
            players: 4,
            slow: 1,
            taps: 100_000,
            ..Plan::default()
        },
    );
    eventually("the slow player was disconnected", || {
        crowd.stats().ended_by_server > 0
    });
    let before = crowd.stats().replies;
    eventually("the others play on", || {
        crowd.stats().replies > before + 100
    });
    let seen = crowd.stop(HOME);
    assert_eq!(
        (seen.unanswered, seen.twice, seen.out_of_order),
        (0, 0, 0),
        "{seen}"
    );
}

#[test]
fn a_slow_player_freezes_a_server_that_waits_for_it() {
    let server = Server::start(Lie::WaitsForPhones);
    let crowd = Crowd::start(
        server.address,
        &Plan {
            slow: 1,
            taps: 100_000,
            ..Plan::default()
        },
    );
    // Longer than a pause on a busy machine.
    let freeze = Duration::from_secs(3);
    eventually("a freeze", || crowd.stats().is_frozen(freeze));
    let stopping = Instant::now();
    let seen = crowd.stop(IN_VAIN);
    assert!(
        stopping.elapsed() < IN_VAIN + LATE,
        "{:?}",
        stopping.elapsed()
    );
    assert!(
        seen.unanswered > 0 && seen.oldest.is_some_and(|oldest| oldest > freeze),
        "{seen}"
    );
}

#[test]
fn no_player_leaves_or_stops_reading_in_the_first_seconds() {
    let server = Server::start(Lie::WaitsForPhones);
    let (opened, calm) = (Instant::now(), Duration::from_secs(2));
    let crowd = Crowd::start(
        server.address,
        &Plan {
            slow: 1,
            taps: 100_000,
            leave_after: calm,
            slow_after: calm,
            ..Plan::default()
        },
    );
    eventually("many snacks", || crowd.stats().grabbed > 100);
    let seen = crowd.stats();
    // On a machine that was too busy for a hundred snacks in this time, there is nothing to see.
    if opened.elapsed() < calm {
        assert_eq!(seen.goodbyes, 0, "{seen}");
    }
    let freeze = Duration::from_secs(1);
    eventually("a freeze", || crowd.stats().is_frozen(freeze));
    assert!(opened.elapsed() > calm + freeze);
    crowd.stop(IN_VAIN);
}

#[test]
fn a_slow_player_plays_until_it_stops_reading() {
    let server = Server::start(Lie::None);
    let crowd = Crowd::start(
        server.address,
        &Plan {
            players: 0,
            slow: 1,
            slow_after: Duration::from_secs(600),
            ..Plan::default()
        },
    );
    eventually("it has snacks", || server.grabs() >= 2);
    assert_eq!(crowd.stop(HOME).ended_by_server, 0);
}

#[test]
fn a_dropped_crowd_ends() {
    let server = Server::start(Lie::None);
    let crowd = Crowd::start(
        server.address,
        &Plan {
            slow: 1,
            rude: 1,
            ..Plan::default()
        },
    );
    eventually("every bot plays", || server.players() >= 9);
    drop(crowd);
    eventually("every bot has left", || server.players() == 0);
}
