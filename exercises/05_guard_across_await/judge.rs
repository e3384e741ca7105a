//! Judges exercise 5: tasks under loom. Unsolved: `guard-across-await`.
//!
//! Covers: two tasks of one thread, and two threads with one snack. Not: the order of the news.

use super::exercise::Bar;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::task::{Task, block_on, join_all};
use lanes::tokio::mpsc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("Who grabs gets a snack, if there is one, and it is told.")
        .if_broken(
            "told-later",
            |broken, answer| broken.says("not told") && answer.says("spawn"),
            "Somebody else tells it, some time later, and `grab` has come back before. Whoever called it believes that everybody knows.",
        )
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let (news, mut told) = mpsc::channel("news", 4);
            let bar = Bar::open(1, news);
            assert!(
                block_on(bar.grab("ann")),
                "1 snack lies there, and ann gets none"
            );
            assert!(
                !block_on(bar.grab("ann")),
                "no snack lies there, and ann gets one"
            );
            let left = block_on(bar.left());
            assert!(left == 0, "1 snack, 1 grabbed, and {left} are left");
            assert!(
                told.try_recv().is_ok_and(|who| who == "ann"),
                "ann has a snack, and it is not told"
            );
            assert!(
                told.try_recv().is_err(),
                "1 snack is grabbed, and more is told"
            );
        })?;

    case.promise("While ann waits for her news to be read, others can look at the tray, and take from it.")
        .if_broken(
            "guess",
            |broken, answer| broken.says("sees") && answer.says("try_lock"),
            "`try_lock` fails while somebody holds the tray, and ann still holds it while she waits. The number that is used instead is a \
             guess. Nobody would have to guess if she let go of the tray before she waits.",
        )
        .if_broken(
            "async-lock",
            |broken, answer| broken.is_deadlock() && answer.says("lanes::tokio::Mutex"),
            "Tokio's lock does not stop the thread, and the tray is still held while ann waits for a reader: whoever only looks at \
             it waits for that reader, too. The lock was not the wrong one. It was held too long.",
        )
        .if_broken(
            "blocks",
            |broken, answer| broken.is_deadlock() && answer.says("block_on"),
            "`block_on` stops the thread until the news is sent, and the one who would read it is a task of this very thread.",
        )
        .if_broken(
            "guard-across-await",
            |broken, _| broken.is_deadlock(),
            "`.await` gives the thread to the next task, and keeps the guard. That task wants the lock, and `lock()` gives nothing \
             away: it stops the thread, with everybody on it. Let go of the guard before you wait.",
        )
        .if_broken(
            "lost-news",
            |broken, answer| broken.says("told") && answer.says("try_send"),
            "`try_send` does not wait, and what finds no place is thrown away: the snack is eaten, and nobody hears of it.",
        )
        .in_every_schedule("one thread, and slow news", Bounds::exhaustive(), || {
            let (news, mut told) = mpsc::channel("news", 1);
            news.try_send("open".to_owned()).expect("it is empty");
            let bar = Bar::open(3, news);
            join_all(vec![
                ("ann", Box::pin(async { assert!(bar.grab("ann").await, "3 snacks, and ann gets none") }) as Task<'_>),
                (
                    "bob",
                    Box::pin(async {
                        let left = bar.left().await;
                        assert!(left == 2 || left == 3, "3 snacks lay there, ann takes one of them, and bob sees {left}");
                        let first = told.recv().await;
                        assert!(first.is_some_and(|who| who == "open"), "what was told first is read first");
                        let next = told.recv().await;
                        assert!(next.is_some_and(|who| who == "ann"), "ann has a snack, and it is not told");
                    }),
                ),
                ("cat", Box::pin(async { assert!(bar.grab("cat").await, "2 snacks are left, and cat gets none") })),
            ]);
            assert!(told.try_recv().is_ok_and(|who| who == "cat"), "cat has a snack, and it is not told");
        })?;

    case.promise("A snack is eaten once.")
        .if_broken(
            "gap",
            |_, _| true,
            "The look and the act are two guards, with a wait between them: whoever comes meanwhile sees a snack that is spoken for. Look and \
             act under one guard, then let go, then tell.",
        )
        .in_every_schedule("ann and bob, one snack", Bounds::preemptions(3), || {
            let (news, _told) = mpsc::channel("news", 4);
            let bar = Arc::new(Bar::open(1, news));
            let (hers, his) = (Arc::clone(&bar), Arc::clone(&bar));
            let ann = thread::spawn("ann", move || block_on(hers.grab("ann")));
            let bob = thread::spawn("bob", move || block_on(his.grab("bob")));
            let (ann, bob) = (ann.join().unwrap(), bob.join().unwrap());
            assert!(ann != bob, "1 snack: ann and bob {}", if ann { "both have one" } else { "both have none" });
        })
}
