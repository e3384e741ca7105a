//! Judges exercise 5: tasks under loom. Unsolved: `guard-across-await`.
//!
//! Covers: three tasks of one thread, with a full news channel; two threads that grab one snack or
//! two, or grab and look. Does not cover: the order of the news; a news channel that is closed.

use super::exercise::Bar;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::task::{Task, block_on, join_all};
use lanes::tokio::mpsc;
use lanes::{Bounds, thread};
use std::cell::Cell;

pub fn judge(case: &mut Case) -> Judged {
    plays(case);
    case.promise("A grab takes a snack if there is one, and the news says so.")
        .if_broken(
            "told-later",
            |broken, answer| broken.says("does not say so") && answer.says("spawn"),
            "Another task sends the news some time later, but `grab` has returned before. Its \
             caller believes that the news is out.",
        )
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let (news, mut told) = mpsc::channel("news", 4);
            let bar = Bar::open(1, news);
            assert!(
                block_on(bar.grab("ann")),
                "1 snack lies there, but ann gets none"
            );
            assert!(
                !block_on(bar.grab("ann")),
                "no snack lies there, but ann gets one"
            );
            let left = block_on(bar.left());
            assert!(left == 0, "1 snack, 1 grabbed, but {left} are left");
            assert!(
                told.try_recv().is_ok_and(|who| who == "ann"),
                "ann has a snack, but the news does not say so"
            );
            assert!(
                told.try_recv().is_err(),
                "1 snack is grabbed, but there is more than one piece of news"
            );
        })?;

    case.promise(
        "While ann waits for her news to be read, other tasks can look at the tray, and take from \
         it.",
    )
    .if_broken(
        "guess",
        |broken, _| broken.says("sees") && broken.finds("taken"),
        "`try_lock` fails while the tray is locked, and ann still holds the lock while she waits. \
         The number that you use instead is a guess. No guess is needed if she unlocks the tray \
         before she waits.",
    )
    .if_broken(
        "async-lock",
        |broken, answer| broken.is_deadlock() && answer.code().contains(".lock().await"),
        "Tokio's lock does not stop the thread, but the tray is still locked while ann waits for a \
         reader: a task that only looks at the tray waits for that reader, too. The lock is not \
         the wrong kind. It is held too long.",
    )
    .if_broken(
        "blocks",
        |broken, answer| broken.is_deadlock() && answer.says("block_on"),
        "`block_on` stops the thread until the news is sent, but the task that would read the news \
         runs on this same thread.",
    )
    .if_broken(
        "guard-across-await",
        |broken, _| broken.is_deadlock(),
        "`.await` gives the thread to the next task, but keeps the guard. That task wants the \
         lock, and `lock()` does not give the thread away: it stops the thread, with every task on \
         it. Drop the guard before you wait.",
    )
    .if_broken(
        "spins",
        |broken, answer| broken.is_endless() && answer.says("try_send"),
        "The loop tries until there is room, and never gives the thread away: the task that would \
         read the news runs on this same thread, and never gets its turn. `send(…).await` waits, \
         and lets it run.",
    )
    .if_broken(
        "told-later",
        |broken, answer| {
            broken.says("has returned") || broken.says("does not say so") && answer.says("spawn")
        },
        "If the channel is full, the news is left for later, and `grab` returns before it is sent. \
         Its caller believes that the news is out.",
    )
    .if_broken(
        "lost-news",
        |broken, answer| broken.says("does not say so") && answer.says("try_send"),
        "`try_send` does not wait, and if the channel is full the news is lost: the snack is \
         eaten, but the news does not say so.",
    )
    .in_every_schedule("one thread, and slow news", Bounds::exhaustive(), || {
        let (news, mut told) = mpsc::channel("news", 1);
        news.try_send("open".to_owned()).expect("it is empty");
        let bar = Bar::open(3, news);
        let (is_read, is_early) = (Cell::new(false), Cell::new(false));
        join_all(vec![
            (
                "ann",
                Box::pin(async {
                    let has = bar.grab("ann").await;
                    assert!(has, "3 snacks, but ann gets none");
                    is_early.set(!is_read.get());
                }) as Task<'_>,
            ),
            (
                "bob",
                Box::pin(async {
                    let left = bar.left().await;
                    assert!(
                        left == 2 || left == 3,
                        "3 snacks lay there, ann takes one of them, but bob sees {left}"
                    );
                    let first = told.recv().await;
                    is_read.set(true);
                    assert!(
                        first.is_some_and(|who| who == "open"),
                        "the news is read in the order in which it was sent"
                    );
                    let next = told.recv().await;
                    assert!(
                        next.is_some_and(|who| who == "ann"),
                        "ann has a snack, but the news does not say so"
                    );
                }),
            ),
            (
                "cat",
                Box::pin(async {
                    assert!(
                        bar.grab("cat").await,
                        "2 snacks are left, but cat gets none"
                    )
                }),
            ),
        ]);
        assert!(
            told.try_recv().is_ok_and(|who| who == "cat"),
            "cat has a snack, but the news does not say so"
        );
        assert!(
            told.try_recv().is_err(),
            "2 snacks were grabbed, but there are more than 2 pieces of news"
        );
        assert!(
            !is_early.get(),
            "ann's `grab` has returned while the channel was still full: before her news was sent"
        );
        let left = block_on(bar.left());
        assert!(left == 1, "3 snacks, 2 grabbed, but {left} are left");
    })?;

    case.promise("A snack is eaten once, and its news is sent once.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .if_broken(
            "news-first",
            |broken, _| broken.says("pieces of news"),
            "The news is sent, and then the snack is gone: during the wait another task took it. \
             Look and take under one guard, then drop it, then send the news.",
        )
        .if_broken(
            "gap",
            |_, _| true,
            "The look and the act are under two guards: in between, another task or thread can \
             take the snack that you saw. Look and act under one guard, then drop it, then send \
             the news.",
        )
        .in_every_schedule("ann and bob, one snack", Bounds::preemptions(3), || {
            let (ann, bob, left, news) = ann_and_bob(1);
            assert!(
                ann != bob,
                "1 snack: ann and bob {}",
                if ann {
                    "both have one"
                } else {
                    "both have none"
                }
            );
            assert!(
                (left, news) == (0, 1),
                "1 snack, 1 grabbed, but {left} are left, and there are {news} pieces of news"
            );
        })?;

    case.promise("If another thread uses the tray, a player waits for it, and gets a snack.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .in_every_schedule("ann and bob, two snacks", Bounds::preemptions(3), || {
            let (ann, bob, left, news) = ann_and_bob(2);
            assert!(
                ann && bob,
                "2 snacks, but {} has none",
                if ann { "bob" } else { "ann" }
            );
            assert!(
                (left, news) == (0, 2),
                "2 snacks, 2 grabbed, but {left} are left, and there are {news} pieces of news"
            );
        })?;
    case.promise("A thread that looks while another one grabs sees the tray before or after.")
        .if_broken("guess", |broken, _| broken.finds("taken"), GIVES_UP)
        .in_every_schedule("ann grabs, bob looks", Bounds::preemptions(3), || {
            thread::rename("bob");
            let (news, _told) = mpsc::channel("news", 4);
            let bar = Arc::new(Bar::open(2, news));
            let hers = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || block_on(hers.grab("ann")));
            let sees = block_on(bar.left());
            assert!(
                ann.join().unwrap(),
                "2 snacks, bob only looks, but ann has none"
            );
            assert!(
                sees == 1 || sees == 2,
                "2 snacks lay there, ann took one of them, but bob sees {sees}"
            );
        })
}

/// The same on two threads, because tasks of one thread leave nothing to pick.
fn plays(case: &mut Case) {
    case.plays(
        "While ann waits for her news to be read, other tasks can look at the tray.",
        "ann grabs; bob looks, and then reads the news",
        || {
            let (news, mut told) = mpsc::channel("news", 1);
            news.try_send("open".to_owned()).expect("it is empty");
            let bar = Arc::new(Bar::open(3, news));
            let same = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || block_on(same.grab("ann")));
            let bob = thread::spawn("bob", move || {
                let left = block_on(bar.left());
                let read = [block_on(told.recv()), block_on(told.recv())];
                assert!(left >= 2, "3 snacks lay there, but bob sees {left}");
                assert!(
                    read[1].as_deref() == Some("ann"),
                    "ann has a snack, but the news does not say so"
                );
            });
            assert!(ann.join().unwrap(), "3 snacks, but ann gets none");
            bob.join().unwrap();
        },
    );
}

const GIVES_UP: &str = "If `try_lock` fails, another thread is using the tray, for two lines only. \
    What is returned instead is a guess. Wait with `lock`: a wait that ends at once is not the \
    bug.";

/// Lets ann and bob grab at the same time, in two threads. Returns whether each has a snack, how
/// many are left, and how many pieces of news there are.
fn ann_and_bob(snacks: u32) -> (bool, bool, u32, usize) {
    let (news, mut told) = mpsc::channel("news", 4);
    let bar = Arc::new(Bar::open(snacks, news));
    let (hers, his) = (Arc::clone(&bar), Arc::clone(&bar));
    let ann = thread::spawn("ann", move || block_on(hers.grab("ann")));
    let bob = thread::spawn("bob", move || block_on(his.grab("bob")));
    let (ann, bob) = (ann.join().unwrap(), bob.join().unwrap());
    let left = block_on(bar.left());
    let news = std::iter::from_fn(|| told.try_recv().ok()).count();
    (ann, bob, left, news)
}
