//! Judges exercise 16 by tokio's paused clock. Unsolved: `aborted`.
//!
//! Covers: closing with orders in every place of the chain, and with every queue full to the last
//! place; closing an empty bar, or one whose player has gone; a slow phone. Does not cover: a phone
//! that never reads again (a real bar waits for it only for a limited time), or several threads.

use super::exercise::Bar;
use judge::clock::{Clock, Hand, phone, stove};
use judge::{Broken, Case, Judged, Promise};
use std::time::Duration;
use tokio::task::JoinHandle;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

pub fn judge(case: &mut Case) -> Judged {
    plays(case);
    case.promise(
        "While the bar is open, orders are cooked one after the other, and carried as soon as they \
         are done.",
    )
    .on_a_paused_clock("two orders", HOUR, |clock| async move {
        let (bar, hand, _) = opens(4, &clock);
        hand.reads();
        orders(&bar, &clock, &["tteok", "gimbap"]).await;
        tokio::time::sleep(2 * SECOND + SECOND / 2).await;
        let heard: Vec<_> = hand
            .heard()
            .into_iter()
            .map(|(when, what)| format!("{what} at {} s", when.as_secs()))
            .collect();
        let heard = heard.join(", ");
        assert!(
            heard == "tteok at 1 s, gimbap at 2 s",
            "each takes a second and two were ordered at the same time, but the phone hears: \
             {heard}"
        );
    })?;

    known(case.promise(
        "Every order from before the shutdown is cooked and carried; then comes goodbye.",
    ))
    .on_a_paused_clock("closing time", HOUR, |clock| async move {
        let (bar, hand, own) = opens(4, &clock);
        hand.reads();
        let snacks = ["tteok", "gimbap", "hotteok"];
        orders(&bar, &clock, &snacks).await;
        tokio::time::sleep(SECOND + SECOND / 2).await;
        closes(bar, &hand, &clock, &snacks, own, 0).await;
    })?;

    known(case.promise(
        "Every order is cooked and carried, also with full queues and a phone that is slow for a \
         while.",
    ))
    .on_a_paused_clock(
        "closing time, and the phone is slow",
        HOUR,
        |clock| async move {
            let (bar, hand, own) = opens(1, &clock);
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
            reads_after(20 * SECOND, &hand);
            tokio::time::sleep(4 * SECOND + SECOND / 2).await;
            closes(bar, &hand, &clock, &snacks, own, 1).await;
        },
    )?;

    known(case.promise(
        "Every order is cooked and carried, however many there are, also if the phone reads nothing \
         until all is cooked.",
    ))
    .on_a_paused_clock("full to the last place", HOUR, |clock| async move {
        for count in 1..=24 {
            let (bar, hand, own) = opens(1, &clock);
            let names: Vec<String> = (0..count).map(|at| format!("mandu {}", at / 2)).collect();
            let snacks: Vec<&str> = names.iter().map(String::as_str).collect();
            let reader = reads_after(60 * SECOND, &hand);
            orders(&bar, &clock, &snacks).await;
            closes(bar, &hand, &clock, &snacks, own, 1).await;
            reader.await.expect("reads");
        }
    })?;

    case.promise("If the player has gone, the bar closes all the same.")
        .if_broken(
            "player-gone",
            |broken, _| !broken.says("`close` has returned"),
            "The player left without a message, so the waiter could not carry the plates, and \
             goodbye could not be sent. That is no reason to panic, nor to wait: the cook and the \
             waiter still have to end.",
        )
        .if_broken(
            "not-awaited",
            |broken, _| broken.says("still"),
            "The player has gone, and `close` has returned; but something of the bar is left. Wait \
             for both tasks, whichever of them ends first.",
        )
        .on_a_paused_clock("the player has gone", HOUR, |clock| async move {
            for (before, after) in [(0, 0), (0, 3), (3, 0), (1, 12), (12, 1)] {
                let own = clock.tasks();
                let (phone, hand) = phone("ann", 1);
                let bar = Bar::open(stove(SECOND), phone);
                for _ in 0..before {
                    bar.order("tteok").await;
                }
                hand.leaves();
                for _ in 0..after {
                    bar.order("gimbap").await;
                }
                clock.note("the bar", "closes");
                bar.close().await;
                assert!(
                    hand.was_hung_up(),
                    "`close` has returned, but the phone is still connected"
                );
                let tasks = clock.tasks() - own;
                assert!(
                    tasks == 0,
                    "`close` has returned, but {tasks} task(s) still run"
                );
            }
        })?;

    known(case.promise("A bar without orders closes at once, and says goodbye, too."))
        .if_broken(
            "cooked",
            |broken, answer| broken.says("takes") && answer.count("orders.send") > 1,
            "Goodbye was ordered like a snack, so the cook puts it on the stove: a second for one \
             word. The waiter carries it; the cook has nothing to do with it.",
        )
        .if_broken(
            "dawdles",
            |broken, _| broken.says("takes"),
            "There is nothing to wait for, but `close` waits for a clock, and not for the tasks \
             that work. Wait for the tasks.",
        )
        .on_a_paused_clock("an empty bar", HOUR, |clock| async move {
            let (bar, hand, own) = opens(4, &clock);
            hand.reads();
            clock.settle().await;
            let took = closes(bar, &hand, &clock, &[], own, 0).await.as_secs_f64();
            assert!(
                took == 0.0,
                "there are no orders, but closing takes {took} s"
            );
        })
}

/// The picks are what ann does next, and when the bar closes.
fn plays(case: &mut Case) {
    const ORDERS: &str = "ann orders a snack";
    const PASSES: &str = "half a second passes";
    const CLOSES: &str = "the bar closes";
    case.plays_events(
        "Every order from before the shutdown is cooked and carried; then comes goodbye.",
        "an evening at the bar",
        HOUR,
        |events| async move {
            let clock = events.clock();
            let (bar, hand, own) = opens(4, clock);
            hand.reads();
            let mut ordered = vec![];
            for left in (0..7).rev() {
                let is_offered = |event: &&str| match *event {
                    ORDERS => left > 0 && ordered.len() < 3,
                    PASSES => left > 0,
                    // An empty bar is another scenario.
                    _ => !ordered.is_empty() || left == 0,
                };
                let offered = [ORDERS, PASSES, CLOSES].into_iter();
                let offered: Vec<&str> = offered.filter(is_offered).collect();
                match events.next(&offered).await {
                    ORDERS => {
                        let snack = ["tteok", "gimbap", "hotteok"][ordered.len()];
                        orders(&bar, clock, &[snack]).await;
                        ordered.push(snack);
                    }
                    PASSES => tokio::time::sleep(SECOND / 2).await,
                    _ => break,
                }
            }
            closes(bar, &hand, clock, &ordered, own, 0).await;
        },
    );
}

fn known(promise: Promise<'_>) -> Promise<'_> {
    let lost = |broken: &Broken| broken.says("never arrive") || broken.says("no goodbye");
    promise
        .if_broken(
            "order-lost",
            |broken, answer| {
                broken.says("never arrive") && answer.code().contains("orders.try_send")
            },
            "An order found the queue full and was dropped, and its player does not know. `order` \
             may wait for a place.",
        )
        .if_broken(
            "plate-lost",
            |broken, answer| {
                broken.says("never arrive") && answer.says("try_send") && !answer.says("abort")
            },
            "A plate found its queue full, and was dropped. A phone that is slow for a while must \
             cost time, and no snack: wait for a place.",
        )
        .if_broken(
            "waits-upstream",
            |broken, answer| {
                let first = answer
                    .code()
                    .rfind("waiter.await")
                    .or_else(|| answer.code().rfind("waiter)"));
                broken.is_late()
                    && first.is_some_and(|it| {
                        it < answer.code().rfind("cook.await").unwrap_or(usize::MAX)
                    })
                    && !answer.says("join")
            },
            "The waiter ends when no sender of plates is left. But the cook has one, and the cook \
             runs as long as a sender of orders is left: you hold `orders`, and wait for the \
             waiter. Begin at the top of the chain.",
        )
        .if_broken(
            "still-open",
            |broken, _| broken.is_late(),
            "You wait for a task that waits in `recv`, forever: one sender of that queue is left, \
             and you hold it. `recv` returns `None` when the queue is empty and the *last* sender \
             is dropped.",
        )
        .if_broken(
            "guess",
            move |broken, answer| {
                (lost(broken) || broken.says("still"))
                    && (answer.says("sleep") || answer.says("timeout"))
            },
            "That time was long enough when there was little to do. You cannot know how long the \
             last orders take, but you need not: you can wait until a task is done.",
        )
        .if_broken(
            "aborted",
            move |broken, answer| lost(broken) && answer.says("abort"),
            "`abort` ends a task in the middle of its work: with a snack on the stove, with plates \
             in its queue. All of that is dropped. Let the task end when there is nothing more to \
             do.",
        )
        .if_broken(
            "twice",
            |broken, _| broken.says("goodbye comes"),
            "Goodbye comes more than once. It is the last line: send it once, when no plate can \
             follow.",
        )
        .if_broken(
            "goodbye-first",
            |broken, _| broken.says("after goodbye"),
            "Goodbye was put into the queue before the cook was done, and came before the cook's \
             last plates: after goodbye the phone does not expect a plate. Send it when no other \
             sender of plates is left.",
        )
        .if_broken(
            "not-awaited",
            |broken, _| broken.says("still"),
            "Everything is on its way, but `close` does not wait for it. Its caller believes that \
             all is done, and ends the program: then it is not done. If you drop a `JoinHandle`, \
             its task keeps running, and nothing waits for it.",
        )
        .if_broken(
            "goodbye-lost",
            |broken, answer| broken.says("no goodbye") && answer.says("try_send"),
            "Goodbye found the queue of plates full, because the phone was slow, and was dropped. \
             `try_send` does not wait for a place; `send` does.",
        )
        .if_broken(
            "no-goodbye",
            |broken, _| broken.says("no goodbye"),
            "All was cooked and carried, but goodbye is missing. Send it when the cook is done and \
             the waiter is not: so keep one sender of the plates until then, and no longer.",
        )
        .if_broken(
            "other-lines",
            |broken, _| broken.says("but on the phone"),
            "Nothing else is missing, but the phone gets other lines than were ordered, or in \
             another sequence. Each order is a snack of its own, also if two are equal.",
        )
        .if_broken(
            "downstream-first",
            move |broken, _| lost(broken),
            "The lower end of the chain was closed while something could still come from above. A \
             task further down must run longer.",
        )
}

/// Opens a bar. Returns also how many tasks there were before.
fn opens(wire: usize, clock: &Clock) -> (Bar, Hand, usize) {
    let own = clock.tasks();
    let (phone, hand) = phone("ann", wire);
    (Bar::open(stove(SECOND), phone), hand, own)
}

/// Lets the phone read from then on. The task that waits for it is one of the judge's `sleepers`.
fn reads_after(wait: Duration, hand: &Hand) -> JoinHandle<()> {
    let hand = hand.clone();
    tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        hand.reads();
    })
}

async fn orders(bar: &Bar, clock: &Clock, snacks: &[&str]) {
    clock.note("ann", &format!("orders {}", snacks.join(", ")));
    for snack in snacks {
        bar.order(snack).await;
    }
}

/// Closes the bar, and checks what is on the phone and what is left: at most the `own` tasks that
/// were there before the bar, the judge's `sleepers`, and for a moment the reader of the phone.
/// Returns how long closing took.
async fn closes(
    bar: Bar,
    hand: &Hand,
    clock: &Clock,
    snacks: &[&str],
    own: usize,
    sleepers: usize,
) -> Duration {
    clock.note("the bar", "closes");
    let began = clock.shows();
    bar.close().await;
    let took = clock.shows() - began;
    clock.note("the bar", "is closed");
    let (was_hung_up, tasks) = (hand.was_hung_up(), clock.tasks());
    // Lines on the connection arrive, and a task that was left behind gets the time to show it.
    tokio::time::sleep(60 * SECOND).await;
    let heard = hand.lines();
    let (at, on_the_phone) = (
        heard.iter().position(|it| it == "goodbye"),
        heard.join(", "),
    );
    let goodbyes = heard.iter().filter(|it| *it == "goodbye").count();
    assert!(
        goodbyes < 2,
        "goodbye comes {goodbyes} times: {on_the_phone}"
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
        "everything has arrived, but no goodbye. On the phone: {on_the_phone}"
    );
    let in_order = heard
        .iter()
        .zip(snacks)
        .all(|(heard, snack)| heard == snack)
        && heard.len() == snacks.len() + 1;
    assert!(
        in_order,
        "the orders were {}; but on the phone: {on_the_phone}",
        snacks.join(", ")
    );
    assert!(
        was_hung_up,
        "`close` has returned, but the phone is still connected"
    );
    for (left, own) in [(tasks, own + sleepers + 1), (clock.tasks(), own)] {
        assert!(
            left <= own,
            "`close` has returned, but {} task(s) still run",
            left - own
        );
    }
    took
}
