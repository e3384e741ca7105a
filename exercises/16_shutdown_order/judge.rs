//! Judges exercise 16 by tokio's clock, standing still. Unsolved: `aborted`.
//!
//! Covers: closing with orders in every place of the chain; closing at once; a slow phone. Not: a phone that never reads again (a
//! real bar waits for it only so long), nor several threads.

use super::exercise::Bar;
use judge::clock::{Clock, Hand, phone, stove};
use judge::{Broken, Case, Judged, Promise};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

pub fn judge(case: &mut Case) -> Judged {
    case.promise("While the bar is open, what is ordered is cooked, one after the other, and carried as soon as it is done.")
        .on_a_paused_clock("two orders", HOUR, |clock| async move {
            let (bar, hand) = opens(4);
            hand.reads();
            orders(&bar, &clock, &["tteok", "gimbap"]).await;
            tokio::time::sleep(2 * SECOND + SECOND / 2).await;
            let heard: Vec<_> = hand.heard().into_iter().map(|(when, what)| format!("{what} at {} s", when.as_secs())).collect();
            let heard = heard.join(", ");
            assert!(heard == "tteok at 1 s, gimbap at 2 s", "each takes a second, two were ordered at once, and the phone hears: {heard}");
        })?;

    known(case.promise(
        "What was ordered before closing time is cooked and carried; then comes goodbye.",
    ))
    .on_a_paused_clock("closing time", HOUR, |clock| async move {
        let (bar, hand) = opens(4);
        hand.reads();
        let snacks = ["tteok", "gimbap", "hotteok"];
        orders(&bar, &clock, &snacks).await;
        tokio::time::sleep(SECOND + SECOND / 2).await;
        closes(bar, &hand, &clock, &snacks).await;
    })?;

    known(case.promise("The same with a full house and a phone that is slow for a while."))
        .on_a_paused_clock(
            "closing time, and the phone is slow",
            HOUR,
            |clock| async move {
                let (bar, hand) = opens(1);
                let snacks = [
                    "tteok",
                    "gimbap",
                    "hotteok",
                    "bungeoppang",
                    "mandu",
                    "eomuk",
                    "twigim",
                    "sundae",
                ];
                orders(&bar, &clock, &snacks).await;
                clock.note("ann", "does not read for 20 s");
                let same = hand.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(20 * SECOND).await;
                    same.reads();
                });
                tokio::time::sleep(4 * SECOND + SECOND / 2).await;
                closes(bar, &hand, &clock, &snacks).await;
            },
        )?;

    known(case.promise("A bar in which nobody has ordered closes at once, and says goodbye, too."))
        .if_broken(
            "cooked",
            |broken, answer| broken.says("takes") && answer.count("orders.send") > 1,
            "Goodbye was ordered like a snack, so the cook has put it on the stove: a second for a word. The waiter carries it; the cook has \
             nothing to do with it.",
        )
        .if_broken("dawdles", |broken, _| broken.says("takes"), "There is nothing to wait for, and `close` waits: for a clock, and not for whoever works. Wait for the tasks.")
        .on_a_paused_clock("an empty bar", HOUR, |clock| async move {
            let (bar, hand) = opens(4);
            hand.reads();
            clock.settle().await;
            let took = closes(bar, &hand, &clock, &[]).await.as_secs_f64();
            assert!(took == 0.0, "nobody has ordered anything, and closing takes {took} s");
        })
}

fn known(promise: Promise<'_>) -> Promise<'_> {
    let lost = |broken: &Broken| broken.says("never arrive") || broken.says("no goodbye");
    promise
        .if_broken(
            "waits-upstream",
            |broken, answer| {
                let first = answer.code().rfind("waiter.await").or_else(|| answer.code().rfind("waiter)"));
                broken.is_late() && first.is_some_and(|it| it < answer.code().rfind("cook.await").unwrap_or(usize::MAX)) && !answer.says("join")
            },
            "The waiter ends when nobody can hand him anything any more. But the cook still can, and is there for as long as somebody can order: \
             and that is you, who hold `orders` and wait for the waiter. Begin at the top of the chain.",
        )
        .if_broken(
            "still-open",
            |broken, _| broken.is_late(),
            "Somebody is waited for who waits in `recv`, and always will: one sender of that queue is still there, and you hold it. A `recv` ends \
             when the queue is empty and the *last* sender is gone.",
        )
        .if_broken(
            "guess",
            move |broken, answer| (lost(broken) || broken.says("still")) && (answer.says("sleep") || answer.says("timeout")),
            "So many seconds were enough on a quiet evening. How long the last orders take you cannot know, but you need not: a task that is \
             done can be waited for.",
        )
        .if_broken(
            "aborted",
            move |broken, answer| lost(broken) && answer.says("abort"),
            "`abort` ends a task wherever it stands: with a snack on the stove, with plates in its queue. Whatever it was to do is dropped. Let it \
             end by itself, when there is nothing more to do.",
        )
        .if_broken(
            "goodbye-first",
            |broken, _| broken.says("after goodbye"),
            "Goodbye was put into the queue before the cook was done, and overtook him: who is told goodbye does not expect a plate any more. Say it \
             when nobody is left who could hand the waiter something.",
        )
        .if_broken(
            "not-awaited",
            |broken, _| broken.says("still"),
            "Everything is on its way, but `close` does not wait for it. Whoever called it believes that all is done, and ends the program: \
             then it is not. A `JoinHandle` that is dropped lets its task run on, unwatched.",
        )
        .if_broken(
            "no-goodbye",
            |broken, _| broken.says("no goodbye"),
            "All was cooked and carried, and nobody says goodbye. It has to be said when the cook is done and the waiter is not: so keep one \
             sender of the plates until then, and no longer.",
        )
        .if_broken(
            "downstream-first",
            move |broken, _| lost(broken),
            "The lower end of the chain was closed while something could still come from above. Whoever is further down must stay longer.",
        )
}

fn opens(wire: usize) -> (Bar, Hand) {
    let (phone, hand) = phone("ann", wire);
    (Bar::open(stove(SECOND), phone), hand)
}

async fn orders(bar: &Bar, clock: &Clock, snacks: &[&str]) {
    clock.note("ann", &format!("orders {}", snacks.join(", ")));
    for snack in snacks {
        bar.order(snack).await;
    }
}

/// Closes the bar, and looks at what is on the phone and what is left. Tells how long it took.
async fn closes(bar: Bar, hand: &Hand, clock: &Clock, snacks: &[&str]) -> Duration {
    let others = clock.tasks() - 2;
    clock.note("the house", "closes");
    let began = clock.shows();
    bar.close().await;
    let took = clock.shows() - began;
    clock.note("the house", "is closed");
    let (was_hung_up, tasks) = (hand.was_hung_up(), clock.tasks());
    // What is on the wire arrives, and who was left behind gets time to show it.
    tokio::time::sleep(60 * SECOND).await;
    let heard: Vec<String> = hand.heard().into_iter().map(|(_, what)| what).collect();
    let (at, on_the_phone) = (
        heard.iter().position(|it| it == "goodbye"),
        heard.join(", "),
    );
    let late = at.map_or(0, |at| heard.len() - at - 1);
    assert!(
        late == 0,
        "{late} line(s) came after goodbye: {on_the_phone}"
    );
    let missing: Vec<&str> = snacks
        .iter()
        .filter(|snack| !heard.iter().any(|it| it == *snack))
        .copied()
        .collect();
    assert!(
        missing.is_empty(),
        "{} never arrive{}. On the phone: {on_the_phone}",
        missing.join(", "),
        if missing.len() == 1 { "s" } else { "" }
    );
    assert!(
        at.is_some(),
        "everything has arrived, and no goodbye. On the phone: {on_the_phone}"
    );
    let in_order = heard
        .iter()
        .zip(snacks)
        .all(|(heard, snack)| heard == snack)
        && heard.len() == snacks.len() + 1;
    assert!(
        in_order,
        "ordered were {}; and on the phone: {on_the_phone}",
        snacks.join(", ")
    );
    assert!(
        was_hung_up,
        "`close` has come back, and the phone is still on the line"
    );
    // A task that slept for the judge does not count.
    assert!(
        tasks <= others,
        "`close` has come back, and {} task(s) still at work",
        tasks - others
    );
    took
}
