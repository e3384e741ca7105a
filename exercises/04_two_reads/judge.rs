//! Judges exercise 4 with loom, every schedule. Unsolved: `second-read`.
//!
//! Covers: one or two scores while one thread looks; two threads that look at the same time; a lock
//! that prefers writers, as the standard library's may. Does not cover: fairness among writers.

use super::exercise::Board;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("The leaders are the players with the highest score.")
        .if_broken(
            "write-then-read",
            |broken, answer| broken.is_deadlock() && answer.count("write") > 1,
            "A thread that holds the lock for writing holds it alone: the read inside waits for a \
             guard of the same thread, every time.",
        )
        .in_every_schedule("no other thread", Bounds::exhaustive(), || {
            let board = Board::open();
            assert!(
                board.leaders().is_empty(),
                "there is no player, but `leaders` is not empty"
            );
            for (name, snacks) in [("ann", 2), ("bob", 1), ("cat", 2)] {
                board.score(name, snacks);
            }
            let (best, leaders) = (board.best(), board.leaders());
            assert!(
                best == 2,
                "ann and cat have eaten 2, bob 1, but `best` is {best}"
            );
            assert!(
                leaders == ["ann", "cat"],
                "ann and cat have eaten 2, bob 1, but {} lead",
                list(&leaders)
            );
        })?;

    case.promise(
        "No thread waits forever, and no score is lost, when one thread scores while another one \
         asks for the leaders.",
    )
    .if_broken(
        "lost",
        |broken, _| broken.says("in the end"),
        "`score` gives up if the board is busy, so that score is lost. No thread waits forever any \
         more, but the board is wrong. A wait that ends is not a bug.",
    )
    .if_broken(
        "rarer",
        |broken, answer| broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now")),
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

    case.promise("`leaders` returns the leaders of one moment.")
        .if_broken(
            "guess",
            |_, answer| answer.says("try_read"),
            "`try_read` does not wait, but it does not read either: a writer waits, so it fails, \
             and the number used instead is made up. No player has that score.",
        )
        .if_broken("gap", is_a_gap, GAP)
        .in_every_schedule(
            "ann looks while cat overtakes bob",
            Bounds::preemptions(3),
            || {
                let board = Arc::new(Board::open());
                board.score("bob", 2);
                board.score("cat", 1);
                let (looks, scores) = (Arc::clone(&board), Arc::clone(&board));
                let ann = thread::spawn("ann", move || looks.leaders());
                let cat = thread::spawn("cat", move || {
                    scores.score("cat", 2);
                    scores.score("bob", 1);
                });
                let leaders = ann.join().unwrap();
                cat.join().unwrap();
                // 2:1, 2:3, 3:3.
                let is_a_moment = [vec!["bob"], vec!["cat"], vec!["bob", "cat"]]
                    .iter()
                    .any(|those| leaders == *those);
                assert!(
                    is_a_moment,
                    "bob, cat, or both lead, but {}",
                    lead(&leaders)
                );
            },
        )?;

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

    case.promise("A thread that looks does not wait for other threads that look.")
        .if_broken(
            "writes-to-read",
            |broken, _| broken.is_deadlock(),
            "To look, you take the lock for writing: now only one thread at a time can use the \
             board. Main only reads, and ann waits for it. Take the lock for reading, once.",
        )
        .in_every_schedule("main looks, ann looks too", Bounds::exhaustive(), || {
            let board = Arc::new(Board::open());
            board.score("bob", 1);
            let same = Arc::clone(&board);
            let scores = board.scores.read();
            let ann = thread::spawn("ann", move || same.leaders());
            let leaders = ann.join().unwrap();
            drop(scores);
            assert!(
                leaders == ["bob"],
                "bob is the only player, but {}",
                lead(&leaders)
            );
        })
}

const GAP: &str = "You read twice, and unlock in between: there another thread scores. You look \
    for the best score of one moment among the scores of another. If values belong to one moment, \
    read them under one guard.";

fn is_a_gap(broken: &judge::Broken, _: &judge::Answer) -> bool {
    broken.says("lead")
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
