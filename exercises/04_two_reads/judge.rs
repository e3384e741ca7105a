//! Judges exercise 4 with loom, every schedule. Unsolved: `second-read`.
//!
//! Covers: one or two scores while somebody looks, two who look at once; a lock that lets writers go first, as the
//! standard library's may. Not: fairness among writers.

use super::exercise::Board;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("The leaders are those who have eaten the most.")
        .if_broken(
            "write-then-read",
            |broken, answer| broken.is_deadlock() && answer.count("write") > 1,
            "Whoever holds the lock to write has it alone: the read inside waits for a guard of the very same thread, every time.",
        )
        .in_every_schedule("nobody else is there", Bounds::exhaustive(), || {
            let board = Board::open();
            assert!(
                board.leaders().is_empty(),
                "nobody plays, and somebody leads"
            );
            for (name, snacks) in [("ann", 2), ("bob", 1), ("cat", 2)] {
                board.score(name, snacks);
            }
            let (best, leaders) = (board.best(), board.leaders());
            assert!(
                best == 2,
                "ann and cat have eaten 2, bob 1, and `best` is {best}"
            );
            assert!(
                leaders == ["ann", "cat"],
                "ann and cat have eaten 2, bob 1, and {} lead",
                list(&leaders)
            );
        })?;

    case.promise("Nobody waits for ever, and no score is lost, when somebody scores while another one looks who leads.")
        .if_broken(
            "lost",
            |broken, _| broken.says("in the end"),
            "Whoever scores gives up when the board is busy, and the snack is never written down. Nobody waits for ever any more, and nobody \
             can trust the board. A wait that ends is no fault.",
        )
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now")),
            "A pause moves the two reads, and the writer can come between them all the same: the longer the pause, the more likely.",
        )
        .if_broken(
            "second-read",
            |broken, _| broken.is_deadlock(),
            "Two reads of one thread, and between them somebody who wants to write. The lock lets no new reader in while a writer \
             waits, and the writer waits for the first read to end. Read once.",
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
            assert!(best == 2, "bob had 1 and scored 1 more, and in the end he has {best}");
        })?;

    case.promise("The leaders are those of one moment.")
        .if_broken(
            "guess",
            |_, answer| answer.says("try_read"),
            "`try_read` does not wait, and it does not read either: a writer waits, so it fails, and the number used instead is made \
             up. Whoever compares scores with it finds nobody.",
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
                    "bob, cat, or both lead, and {}",
                    lead(&leaders)
                );
            },
        )?;

    let answer = case.answer();
    let tries = answer.says("try_read") || answer.says("try_write");
    let loops = answer.says("loop") || answer.says("while");
    case.promise("Who waits for the board sleeps.")
        .if_broken(
            "spins",
            |_, _| true,
            "Whoever tries again and again does not stand in the line, and on a busy evening comes in never: others look at the board all \
             the time. Wait in the line, and do not read twice.",
        )
        .holds(!(tries && loops), "somebody goes round and round until the lock is free")?;

    case.promise("Who looks does not wait for others who look.")
        .if_broken(
            "writes-to-read",
            |broken, _| broken.is_deadlock(),
            "To look, you take the lock to write: that is one lock for everybody again. Main reads, and only reads, and ann waits for \
             it. Take the lock to read, once.",
        )
        .in_every_schedule("main looks, ann looks too", Bounds::exhaustive(), || {
            let board = Arc::new(Board::open());
            board.score("bob", 1);
            let same = Arc::clone(&board);
            let scores = board.scores.read();
            let ann = thread::spawn("ann", move || same.leaders());
            let leaders = ann.join().unwrap();
            drop(scores);
            assert!(leaders == ["bob"], "bob alone plays, and {}", lead(&leaders));
        })
}

const GAP: &str = "You read twice, and let go in between: there somebody scores. The best of the one moment is looked for among the scores \
     of another. What belongs to one moment must be read under one guard.";

fn is_a_gap(broken: &judge::Broken, _: &judge::Answer) -> bool {
    broken.says("lead")
}

fn lead(leaders: &[String]) -> String {
    let verb = if leaders.len() > 1 { "lead" } else { "leads" };
    format!("`leaders` says that {} {verb}", list(leaders))
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "nobody".into()
    } else {
        names.join(" and ")
    }
}
