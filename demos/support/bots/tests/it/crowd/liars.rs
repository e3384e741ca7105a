//! What the crowd sees of servers that break their promises: each fault is counted as what it is,
//! and as nothing else.

use std::time::{Duration, Instant};

use bots::ports::free_address;
use bots::{Crowd, Plan, Stats};

use super::honest::{eventually, most_visits};
use super::server::{Lie, Server};

/// For every bot to be answered and to end, also on a busy machine.
const HOME: Duration = Duration::from_secs(60);

/// The same where no bot is answered: half of it is waited.
const IN_VAIN: Duration = Duration::from_secs(8);

/// How long no bot is answered.
const QUIET: Duration = Duration::from_millis(300);

/// Plays until `enough`, then stops the crowd.
fn play(lie: Lie, enough: impl Fn(&Server, &Stats) -> bool) -> (Server, Stats) {
    let server = Server::start(lie);
    let crowd = Crowd::start(server.address, &Plan::default());
    eventually("enough", || enough(&server, &crowd.stats()));
    let seen = crowd.stop(if lie == Lie::Endless { IN_VAIN } else { HOME });
    assert_eq!(seen.bots, 0, "every bot has ended");
    println!("{lie:?}\n{seen}");
    (server, seen)
}

/// The counted faults: twice, out of order, missed, turned away, unreachable, ended, garbage.
fn faults(seen: &Stats) -> [u64; 7] {
    [
        seen.twice,
        seen.out_of_order as u64,
        seen.missed,
        seen.turned_away,
        seen.unreachable,
        seen.ended_by_server,
        seen.garbage,
    ]
}

#[test]
fn a_snack_that_is_given_twice_is_counted_each_time() {
    let (server, seen) = play(Lie::SnackTwice, |server, _| server.lies() > 10);
    assert_eq!(faults(&seen), [server.lies(), 0, 0, 0, 0, 0, 0]);
    assert_eq!((seen.unanswered, seen.grabbed), (0, server.grabs()));
}

#[test]
fn the_bot_that_saw_another_order_is_named() {
    let (_server, seen) = play(Lie::Reorders, |server, seen| {
        server.lies() > 5 && seen.first_disorder.is_some()
    });
    let (name, earlier, later) = seen.first_disorder.clone().expect("a bot saw it");
    assert_eq!(name.as_str(), "bot-3");
    assert_eq!((earlier, later % 20), (later + 1, 0));
    assert_eq!(seen.out_of_order, 1, "and no other bot");
    assert_eq!((seen.twice, seen.unanswered, seen.garbage), (0, 0, 0));
}

#[test]
fn events_that_are_left_out_are_missed() {
    let (server, seen) = play(Lie::LeavesOut, |server, _| server.lies() > 100);
    // The last events of a visit cannot be missed, because no event follows them.
    assert!(
        seen.missed > server.lies() / 2 && seen.missed <= server.lies(),
        "{} of {}",
        seen.missed,
        server.lies()
    );
    assert_eq!((seen.out_of_order, seen.twice, seen.unanswered), (0, 0, 0));
}

#[test]
fn a_server_that_stops_answering_is_frozen() {
    let server = Server::start(Lie::MuteAfter(500));
    let crowd = Crowd::start(server.address, &Plan::default());
    let patience = Duration::from_millis(500);
    eventually("every bot waits", || {
        let seen = crowd.stats();
        // A busy machine may look frozen for a moment too.
        seen.replies == 500 && seen.is_frozen(patience)
    });
    let seen = crowd.stop(IN_VAIN);
    assert_eq!(seen.replies, 500);
    assert_eq!(seen.unanswered, 8, "no bot gave up");
    assert!(seen.oldest.is_some_and(|oldest| oldest >= patience));
    assert_eq!(faults(&seen), [0; 7]);
}

#[test]
fn refused_joins_are_tried_again() {
    let (server, seen) = play(Lie::RefusesJoins(30), |_, seen| {
        seen.turned_away == 30 && seen.grabbed > 0
    });
    assert_eq!(faults(&seen), [0, 0, 0, 30, 0, 0, 0]);
    assert_eq!(seen.unanswered, 0);
    assert_eq!(seen.grabbed, server.grabs());
}

#[test]
fn a_server_that_closes_at_once_is_not_flooded() {
    let started = Instant::now();
    // Every bot tries again.
    let (server, seen) = play(Lie::ClosesAtOnce, |_, seen| seen.ended_by_server >= 16);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, seen.ended_by_server, 0]);
    assert_eq!((seen.replies, seen.unanswered), (0, 0));
    let (visits, most) = (server.visits(), most_visits(started));
    assert!(visits as f64 <= most, "{visits} visits, {most} at most");
}

#[test]
fn an_endless_line_is_counted_once_per_visit_and_blocks_no_bot() {
    let (_, seen) = play(Lie::Endless, |_, seen| seen.garbage == 8);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, 0, 8]);
    assert_eq!((seen.replies, seen.unanswered), (0, 8));
}

#[test]
fn garbage_is_counted_and_skipped() {
    let (server, seen) = play(Lie::Garbage, |_, seen| seen.replies > 100);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, 0, server.lies()]);
    assert_eq!(seen.unanswered, 0);
}

#[test]
fn a_dead_server_is_deserted_and_so_is_a_missing_one() {
    let server = Server::start(Lie::None);
    let crowd = Crowd::start(
        server.address,
        &Plan {
            stay: u32::MAX,
            ..Plan::default()
        },
    );
    eventually("every bot has joined", || server.players() == 8);
    assert!(!crowd.stats().is_deserted(QUIET));
    let died = Instant::now();
    server.dies();
    eventually("no bot finds a server", || {
        let seen = crowd.stats();
        seen.is_deserted(QUIET) && seen.unreachable > 8
    });
    let seen = crowd.stats();
    assert!(!seen.is_frozen(QUIET), "{seen:?}");
    // No bot was disconnected before, because they had come to stay. The kernel may still have
    // accepted a bot that came back quickly, just as the server died.
    assert!((8..=16).contains(&seen.ended_by_server), "{seen:?}");
    // Each bot waits longer from time to time, in the end at least a quarter of a second.
    let most = 8.0 * (12.0 + 4.0 * died.elapsed().as_secs_f64());
    assert!(
        (seen.unreachable as f64) < most,
        "quietly: {}",
        seen.unreachable
    );
    crowd.stop(HOME);

    let crowd = Crowd::start(
        free_address(),
        &Plan {
            slow: 1,
            rude: 1,
            ..Plan::default()
        },
    );
    eventually("the server is gone", || crowd.stats().is_deserted(QUIET));
    assert_eq!(crowd.stop(HOME).bots, 0);
}
