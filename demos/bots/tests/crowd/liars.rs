//! What the crowd sees of servers that do not keep their promises: each lie is counted as what it is, and nothing else is.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use bots::{Crowd, Plan, RETURNS_A_SECOND, Seen};

use crate::server::{Lie, Server};

const PLAY: Duration = Duration::from_millis(800);
const HOME: Duration = Duration::from_secs(4);

fn play(lie: Lie) -> (Server, Seen) {
    let server = Server::start(lie);
    let crowd = Crowd::start(server.address, &Plan::default());
    thread::sleep(PLAY);
    let stopping = Instant::now();
    let seen = crowd.stop(HOME);
    assert!(
        stopping.elapsed() < HOME + Duration::from_secs(1),
        "{:?}",
        stopping.elapsed()
    );
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
    let (server, seen) = play(Lie::SnackTwice);
    assert!(server.lies() > 10, "{} lies", server.lies());
    assert_eq!(faults(&seen), [server.lies(), 0, 0, 0, 0, 0, 0]);
    assert_eq!((seen.unanswered, seen.grabbed), (0, server.grabs()));
}

#[test]
fn who_saw_another_order_is_named() {
    let (server, seen) = play(Lie::Reorders);
    assert!(server.lies() > 5, "{} lies", server.lies());
    let (name, earlier, later) = seen.first_disorder.clone().expect("somebody saw it");
    assert_eq!(name.as_str(), "bot-3");
    assert_eq!((earlier, later % 20), (later + 1, 0));
    assert_eq!(seen.out_of_order, 1, "and nobody else");
    assert_eq!((seen.twice, seen.unanswered, seen.garbage), (0, 0, 0));
}

#[test]
fn events_that_are_left_out_are_missed() {
    let (server, seen) = play(Lie::LeavesOut);
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
    let (started, patience) = (Instant::now(), Duration::from_millis(500));
    while !crowd.seen().is_frozen(patience) {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{:?}",
            crowd.seen()
        );
        thread::sleep(Duration::from_millis(5));
    }
    let seen = crowd.stop(HOME);
    assert_eq!(seen.replies, 500);
    assert_eq!(seen.unanswered, 8, "nobody gave up");
    assert!(seen.oldest.is_some_and(|oldest| oldest >= patience));
    assert_eq!(faults(&seen), [0; 7]);
}

#[test]
fn joins_that_are_refused_are_tried_again() {
    let (server, seen) = play(Lie::RefusesJoins(30));
    assert_eq!(faults(&seen), [0, 0, 0, 30, 0, 0, 0]);
    assert!(seen.grabbed > 0 && seen.unanswered == 0);
    assert_eq!(seen.grabbed, server.grabs());
}

#[test]
fn a_server_that_closes_at_once_is_not_stormed() {
    let (server, seen) = play(Lie::ClosesAtOnce);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, seen.ended_by_server, 0]);
    assert!(seen.ended_by_server >= 16, "everybody tried again");
    assert_eq!((seen.replies, seen.unanswered), (0, 0));
    assert!(
        server.visits() <= 8 + u64::from(RETURNS_A_SECOND),
        "{} visits",
        server.visits()
    );
}

#[test]
fn an_endless_line_is_counted_once_a_visit_and_holds_nobody() {
    let (_, seen) = play(Lie::Endless);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, 0, 8]);
    assert_eq!((seen.replies, seen.unanswered), (0, 8));
}

#[test]
fn garbage_is_counted_and_read_over() {
    let (server, seen) = play(Lie::Garbage);
    assert_eq!(faults(&seen), [0, 0, 0, 0, 0, 0, server.lies()]);
    assert!(seen.replies > 100 && seen.unanswered == 0);
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
    thread::sleep(PLAY);
    assert!(!crowd.seen().is_deserted(Duration::from_millis(300)));
    server.dies();
    thread::sleep(PLAY);
    let seen = crowd.seen();
    assert!(
        seen.is_deserted(Duration::from_millis(300)) && !seen.is_frozen(Duration::from_millis(300)),
        "{seen:?}"
    );
    assert_eq!(
        seen.ended_by_server, 8,
        "nobody was out: they had come to stay"
    );
    assert!(
        seen.unreachable > 8 && seen.unreachable < 8 * 20,
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
    thread::sleep(PLAY);
    assert!(crowd.seen().is_deserted(Duration::from_millis(300)));
    assert_eq!(crowd.stop(HOME).bots, 0);
}
