//! Judges exercise 4 with loom, every schedule. Unsolved: `second-read`.
//!
//! Covers: one or two scores while one thread looks, also from a tie; two scores, and two threads
//! that look, at the same time; a lock that prefers writers, as the standard library's may. Does
//! not cover: fairness among writers; two threads in `leaders` that exclude each other by a second
//! lock.

use super::exercise::Board;
use judge::{Case, Judged, stays_busy};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("The leaders are the players with the highest score.")
        .if_broken(
            "write-then-read",
            |broken, _| broken.is_deadlock() && broken.cycle().len() == 1,
            "A thread that holds the lock for writing holds it alone, and a thread that wants to \
             write waits until no guard is left. Here both guards belong to the same thread: it \
             waits for itself, every time.",
        )
        .in_every_schedule("no other thread", Bounds::exhaustive(), || {
            let board = Board::open();
            let (best, leaders) = (board.best(), board.leaders());
            assert!(
                leaders.is_empty() && best == 0,
                "there is no player, but {}, with {best}",
                lead(&leaders)
            );
            board.score("dan", 0);
            shows(&board, 0, &["dan"], "dan plays and has eaten nothing");
            for (name, snacks) in [("ann", 2), ("bob", 1), ("cat", 2)] {
                board.score(name, snacks);
            }
            shows(
                &board,
                2,
                &["ann", "cat"],
                "ann and cat have eaten 2, bob 1, dan 0",
            );
            board.score("bob", 1);
            shows(
                &board,
                2,
                &["ann", "bob", "cat"],
                "ann, bob and cat have eaten 2, dan 0",
            );
            board.score("bob", 2);
            shows(
                &board,
                4,
                &["bob"],
                "ann and cat have eaten 2, bob 4, dan 0",
            );
        })?;

    case.promise(
        "No thread waits forever, and no score is lost, when one thread scores while another one \
         asks for the leaders.",
    )
    .if_broken("lost", |broken, _| broken.finds("taken"), LOST)
    .if_broken(
        "rarer",
        |broken, answer| broken.is_deadlock() && answer.pauses(),
        "A pause moves the two reads apart, and the writer can still come between them: the longer \
         the pause, the more likely.",
    )
    .if_broken(
        "second-read",
        |broken, _| broken.is_deadlock(),
        "One thread reads twice, and between the two reads another thread wants to write. While a \
         writer waits, the lock stops every new reader; and the writer waits for the first read to \
         end. Read once.",
    )
    .in_every_schedule("ann looks, bob scores", Bounds::exhaustive(), || {
        let board = Arc::new(Board::open());
        board.score("bob", 1);
        let (looks, scores) = (Arc::clone(&board), Arc::clone(&board));
        let ann = thread::spawn("ann", move || looks.leaders());
        let bob = thread::spawn("bob", move || scores.score("bob", 1));
        ann.join().unwrap();
        bob.join().unwrap();
        let best = board.best();
        assert!(
            best == 2,
            "bob had 1 and scored 1 more, but in the end he has {best}"
        );
    })?;

    case.promise("If two threads score at the same time, both scores count.")
        .if_broken("lost", |broken, _| broken.finds("taken"), LOST)
        .if_broken(
            "two-guards",
            |broken, _| broken.says("in the end"),
            "`score` looks at the old score under one guard and writes the sum under another one. \
             In between, the other thread scores, and the sum overwrites it. Look and write under \
             one guard.",
        )
        .in_every_schedule("bob scores twice at once", Bounds::preemptions(3), || {
            let board = Arc::new(Board::open());
            let scores = |name: &str, snacks| {
                let board = Arc::clone(&board);
                thread::spawn(name, move || board.score("bob", snacks))
            };
            let threads = [scores("one", 1), scores("other", 2)];
            for thread in threads {
                thread.join().unwrap();
            }
            let (best, leaders) = (board.best(), board.leaders());
            assert!(
                best == 3 && leaders == ["bob"],
                "bob scored 1 and 2 at the same time, but in the end the best score is {best}, and \
                 {}",
                lead(&leaders)
            );
        })?;

    for (name, [bob, cat], scores) in MOMENTS {
        case.promise("`leaders` returns the leaders of one moment.")
            .if_broken(
                "guess",
                |broken, _| broken.finds("taken"),
                "`try_read` does not wait, but it does not read either: a writer uses the board, \
                 or waits for it, so it fails, and what is used instead is made up.",
            )
            .if_broken("gap", |broken, _| broken.says("lead"), GAP)
            .in_every_schedule(name, Bounds::preemptions(3), move || {
                let board = Arc::new(Board::open());
                board.score("bob", bob);
                board.score("cat", cat);
                let (looks, writes) = (Arc::clone(&board), Arc::clone(&board));
                let ann = thread::spawn("ann", move || looks.leaders());
                let cook = thread::spawn("cook", move || {
                    for (player, snacks) in scores {
                        writes.score(player, *snacks);
                    }
                });
                let leaders = sorted(ann.join().unwrap());
                cook.join().unwrap();
                let (mut bob, mut cat) = (bob, cat);
                let mut moments = vec![leaders_of(bob, cat)];
                for (player, snacks) in scores {
                    *(if *player == "bob" { &mut bob } else { &mut cat }) += snacks;
                    moments.push(leaders_of(bob, cat));
                }
                moments.dedup();
                assert!(
                    moments.iter().any(|moment| leaders == *moment),
                    "the leaders were {}; but {}",
                    moments
                        .iter()
                        .map(|moment| moment.join(" and "))
                        .collect::<Vec<_>>()
                        .join(", then "),
                    lead(&leaders)
                );
            })?;
    }

    let answer = case.answer();
    let tries = answer.says("try_read") || answer.says("try_write");
    let loops = answer.says("loop") || answer.says("while");
    case.promise("A thread that waits for the board sleeps.")
        .if_broken(
            "spins",
            |_, _| true,
            "A thread that tries again and again does not wait in the queue of the lock. When the \
             bar is busy, it may never get the lock, because other threads read all the time. Wait \
             in the queue, and do not read twice.",
        )
        .holds(
            !(tries && loops),
            "a loop tries again until the lock is free",
        )?;

    for is_read in [true, false] {
        let sentence = "If the board is busy, a thread waits, and then does its work.";
        let name = match is_read {
            true => "bob scores while dan uses the board",
            false => "ann looks while dan uses the board",
        };
        case.promise(sentence)
            .if_broken("lost", |broken, _| broken.says("bob scored"), LOST)
            .if_broken(
                "guess",
                |broken, _| broken.finds("taken"),
                "`try_read` does not wait, but it does not read either: the board is busy, so it \
                 fails, and what is used instead is made up.",
            )
            .in_every_schedule(name, Bounds::preemptions(1), move || {
                thread::rename("dan");
                let board = Arc::new(Board::open());
                board.score("bob", 1);
                let same = Arc::clone(&board);
                let guards = if is_read {
                    (Some(board.scores.read()), None)
                } else {
                    (None, Some(board.scores.write()))
                };
                let other = thread::spawn(if is_read { "bob" } else { "ann" }, move || {
                    if is_read {
                        same.score("bob", 1);
                    }
                    (same.best(), sorted(same.leaders()))
                });
                stays_busy(guards);
                let (best, leaders) = other.join().unwrap();
                let has = if is_read { 2 } else { 1 };
                assert!(
                    best == has && leaders == ["bob"],
                    "the board was busy for a while {}; bob has {has}, but `best` is {best}, and \
                     {}",
                    if is_read {
                        "when bob scored"
                    } else {
                        "when ann looked"
                    },
                    lead(&leaders)
                );
            })?;
    }

    case.promise("A thread that looks does not wait for other threads that look.")
        .if_broken(
            "writes-to-read",
            |broken, _| broken.is_deadlock(),
            "To look, you take the lock for writing: now only one thread at a time can use the \
             board. Dan only reads, and ann waits for it. Take the lock for reading, once.",
        )
        .in_every_schedule("dan looks, ann looks too", Bounds::exhaustive(), || {
            thread::rename("dan");
            let board = Arc::new(Board::open());
            board.score("bob", 1);
            let same = Arc::clone(&board);
            let scores = board.scores.read();
            let ann = thread::spawn("ann", move || (same.best(), same.leaders()));
            let (best, leaders) = ann.join().unwrap();
            drop(scores);
            assert!(
                leaders == ["bob"] && best == 1,
                "bob is the only player and has 1, but `best` is {best}, and {}",
                lead(&leaders)
            );
        })
}

/// Scores while ann looks: a name, the scores of bob and cat before, and what is added.
type Moment = (&'static str, [u32; 2], &'static [(&'static str, u32)]);

/// In each, two reads at two moments show leaders that never lead.
const MOMENTS: [Moment; 4] = [
    (
        "ann looks while cat overtakes bob",
        [2, 1],
        &[("cat", 2), ("bob", 1)],
    ),
    ("ann looks while cat passes bob", [2, 1], &[("cat", 2)]),
    (
        "ann looks while bob leaves cat behind",
        [2, 2],
        &[("bob", 2), ("cat", 1)],
    ),
    (
        "ann looks while cat leaves bob behind",
        [2, 2],
        &[("cat", 2), ("bob", 1)],
    ),
];

const LOST: &str = "`score` gives up if the board is busy, so that score is lost. No thread waits \
    forever any more, but the board is wrong. A wait that ends is not a bug.";

const GAP: &str = "The best score and the players who have it are not of one moment: another \
    thread was scoring, and you compare the board before it with the board after it. If values \
    belong to one moment, look at them (and change them) under one guard.";

/// The leaders if bob and cat have these scores.
fn leaders_of(bob: u32, cat: u32) -> Vec<&'static str> {
    let best = bob.max(cat);
    [("bob", bob), ("cat", cat)]
        .into_iter()
        .filter(|(_, score)| *score == best)
        .map(|(name, _)| name)
        .collect()
}

#[track_caller]
fn shows(board: &Board, best: u32, leaders: &[&str], when: &str) {
    let found = (board.best(), sorted(board.leaders()));
    assert!(found.0 == best, "{when}, but `best` is {}", found.0);
    assert!(found.1 == leaders, "{when}, but {}", lead(&found.1));
}

/// The names may come in any order.
fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

fn lead(leaders: &[String]) -> String {
    let verb = if leaders.len() > 1 { "lead" } else { "leads" };
    format!("`leaders` says that {} {verb}", list(leaders))
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "no player".into()
    } else {
        names.join(" and ")
    }
}
