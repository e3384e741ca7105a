//! What the crowd sees of servers that do not keep their promises: each lie is counted as what it is, and nothing else is.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use bots::{Crowd, Plan, Seen};

use crate::honest::{eventually, most_visits};
use crate::server::{Lie, Server};

/// For everybody to be answered and to go home, also on a busy machine.
const HOME: Duration = Duration::from_secs(20);

/// The same where nobody is answered: half of it is waited.
const IN_VAIN: Duration = Duration::from_secs(8);

/// Without an answer to anybody for so long.
const QUIET: Duration = Duration::from_millis(300);

/// Plays until it is enough, and everybody has gone home.
fn play(lie: Lie, enough: impl Fn(&Server, &Seen) -> bool) -> (Server, Seen) {
    let server = Server::start(lie);
    let crowd = Crowd::start(server.address, &Plan::default());
    eventually("enough", || enough(&server, &crowd.seen()));
    let seen = crowd.stop(if lie == Lie::Endless { IN_VAIN } else { HOME });
    assert_eq!(seen.bots, 0, "everybody went home");
    println!("{lie:?}\n{seen}");
    (server, seen)
}

/// The faults that were seen: twice, out of order, missed, turned away, unreachable, ended, garbage.
fn faults(seen: &Seen) -> [u64; 7] {
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
fn who_saw_another_order_is_named() {
    let (_server, seen) = play(Lie::Reorders, |server, seen| {
        server.lies() > 5 && seen.first_disorder.is_some()
    });
    let (name, earlier, later) = seen.first_disorder.clone().expect("somebody saw it");
    assert_eq!(name.as_str(), "bot-3");
    assert_eq!((earlier, later % 20), (later + 1, 0));
    assert_eq!(seen.out_of_order, 1, "and nobody else");
    assert_eq!((seen.twice, seen.unanswered, seen.garbage), (0, 0, 0));
}

#[test]
fn events_that_are_left_out_are_missed() {
    let (server, seen) = play(Lie::LeavesOut, |server, _| server.lies() > 100);
    // The last ones of a stay cannot be missed: nothing comes after them.
    assert!(
        seen.missed > server.lies() / 2 && seen.missed <= server.lies(),
        "{} of {}",
        seen.missed,
        server.lies()
    );
    assert_eq!((seen.out_of_order, seen.twice, seen.unanswered), (0, 0, 0));
}

#[test]
fn a_server_that_goes_mute_is_seen_to_freeze() {
    let server = Server::start(Lie::MuteAfter(500));
    let crowd = Crowd::start(server.address, &Plan::default());
    let patience = Duration::from_millis(500);
    eventually("everybody waits", || {
        let seen = crowd.seen();
        // A machine that is busy may look frozen for a moment, too.
        seen.replies == 500 && seen.is_frozen(patience)
    });
    let seen = crowd.stop(IN_VAIN);
    assert_eq!(seen.replies, 500);
    assert_eq!(seen.unanswered, 8, "nobody gave up");
    assert!(seen.oldest.is_some_and(|oldest| oldest >= patience));
    assert_eq!(faults(&seen), [0; 7]);
}

#[test]
fn joins_that_are_refused_are_tried_again() {
    let (server, seen) = play(Lie::RefusesJoins(30), |_, seen| {
        seen.turned_away == 30 && seen.grabbed > 0
    });
    assert_eq!(faults(&seen), [0, 0, 0, 30, 0, 0, 0]);
    assert_eq!(seen.unanswered, 0);
    assert_eq!(seen.grabbed, server.grabs());
}

#[test]
fn a_server_that_closes_at_once_is_not_stormed() {
    let started = Instant::now();
    // Everybody tries again.
    let (server, seen) = play(Lie::ClosesAtOnce, |_, seen| seen.ended_by_server >= 16);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, seen.ended_by_server, 0]);
    assert_eq!((seen.replies, seen.unanswered), (0, 0));
    let (visits, most) = (server.visits(), most_visits(started));
    assert!(visits as f64 <= most, "{visits} visits, {most} at most");
}

#[test]
fn an_endless_line_is_counted_once_a_visit_and_holds_nobody() {
    let (_, seen) = play(Lie::Endless, |_, seen| seen.garbage == 8);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, 0, 8]);
    assert_eq!((seen.replies, seen.unanswered), (0, 8));
}

#[test]
fn garbage_is_counted_and_read_over() {
    let (server, seen) = play(Lie::Garbage, |_, seen| seen.replies > 100);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, 0, server.lies()]);
    assert_eq!(seen.unanswered, 0);
}

#[test]
fn a_server_that_dies_is_deserted_and_one_that_never_was_too() {
    let server = Server::start(Lie::None);
    let crowd = Crowd::start(
        server.address,
        &Plan {
            stay: u32::MAX,
            ..Plan::default()
        },
    );
    eventually("everybody is in", || server.players() == 8);
    assert!(!crowd.seen().is_deserted(QUIET));
    let died = Instant::now();
    server.dies();
    eventually("nobody finds a server", || {
        let seen = crowd.seen();
        seen.is_deserted(QUIET) && seen.unreachable > 8
    });
    let seen = crowd.seen();
    assert!(!seen.is_frozen(QUIET), "{seen:?}");
    // Nobody was out: they had come to stay. Whoever was quickly back may have been let in by the kernel, in the moment of its death.
    assert!((8..=16).contains(&seen.ended_by_server), "{seen:?}");
    // Each of them waits for longer from time to time, in the end for a quarter of a second at least.
    let most = 8.0 * (12.0 + 4.0 * died.elapsed().as_secs_f64());
    assert!(
        (seen.unreachable as f64) < most,
        "quietly: {}",
        seen.unreachable
    );
    crowd.stop(HOME);

    let nowhere = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    let crowd = Crowd::start(
        nowhere,
        &Plan {
            slow: 1,
            rude: 1,
            ..Plan::default()
        },
    );
    eventually("nobody is there", || crowd.seen().is_deserted(QUIET));
    assert_eq!(crowd.stop(HOME).bots, 0);
}
