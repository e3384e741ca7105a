//! Judges exercise 3 with loom, every schedule. Unsolved: `scrutinee`.
//!
//! Covers: one cook whose dish needs a drink; two cooks with one or two orders. Does not cover:
//! more cooks.

use super::exercise::Kitchen;
use judge::{Case, Judged};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A cook takes the first order, and only that one.")
        .in_every_schedule("one cook", Bounds::exhaustive(), || {
            let kitchen = Kitchen::open();
            assert!(
                !kitchen.work(|_| ()),
                "there is no order yet, but `work` says that there was one"
            );
            kitchen.order("tteok");
            kitchen.order("gimbap");
            assert!(
                kitchen.work(|dish| assert_eq!(dish, "tteok", "the first order is cooked first")),
                "2 orders wait, but `work` says that there was none"
            );
            let waiting = kitchen.waiting();
            assert!(
                waiting == 1,
                "there were 2 orders, 1 is cooked, but {waiting} wait"
            );
        })?;

    case.promise("While a dish is cooked, it may order a drink.")
        .if_broken(
            "lost",
            |broken, answer| broken.says("wait") && answer.says("try_lock"),
            "`try_lock` fails if the lock is held, and here the cook who orders holds it. The \
             order that it could not add to the list is lost.",
        )
        .if_broken(
            "if-let",
            |broken, answer| {
                broken.is_deadlock()
                    && !answer.says("match")
                    && (answer.says("if let") || answer.says("while let"))
            },
            "`if let` keeps the guard as `match` does: the value behind `=` lives until the block \
             ends. Since edition 2024 it is dropped before `else`, but the block comes first. Let \
             the statement end, and look at its result afterwards.",
        )
        .if_broken(
            "named",
            |broken, answer| broken.is_deadlock() && has_a_named_guard(answer.code()),
            "Now the guard has a name, and a guard with a name lives until its block ends: even \
             longer than before. End the statement with the order that you took from the list, or \
             `drop` the guard before you cook.",
        )
        .if_broken(
            "temporary",
            |broken, answer| broken.is_deadlock() && !answer.says("match"),
            "The guard has no name, but it is not gone: it lives until the whole statement ends, \
             with everything that is called in it. So the dish is cooked under the lock, and its \
             drink waits for that lock.",
        )
        .if_broken(
            "scrutinee",
            |broken, _| broken.is_deadlock(),
            "The guard has no name, but it is not gone: the value behind `match` lives until the \
             last arm ends. So the dish is cooked under the lock, and its drink waits for that \
             lock.",
        )
        .in_every_schedule(
            "a dish that calls for a drink",
            Bounds::exhaustive(),
            || {
                let kitchen = Arc::new(Kitchen::open());
                kitchen.order("tteok");
                let same = Arc::clone(&kitchen);
                let cook = thread::spawn("cook", move || same.work(|_| same.order("sikhye")));
                assert!(
                    cook.join().unwrap(),
                    "an order waits, but `work` says that there was none"
                );
                let waiting = kitchen.waiting();
                assert!(
                    waiting == 1,
                    "1 drink was ordered, but {waiting} orders wait"
                );
            },
        )?;

    case.promise(
        "Two cooks never cook the same order, and no cook finds an empty list while an order is \
         left.",
    )
    .if_broken(
        "twice",
        |broken, _| broken.says("cooked twice"),
        "You look at the order, and take it off the list later. While it is cooked it is still on \
         the list, so the next cook begins to cook it too. Look at the order and take it off in \
         one step, under one lock.",
    )
    .if_broken(
        "takes-all",
        |broken, _| broken.says("found none") || broken.says("were cooked"),
        "One cook takes the whole list, so for a moment the other cooks see an empty one. Take \
         only what you need, and leave the rest where every cook can find it.",
    )
    .in_every_schedule("two cooks, two orders", Bounds::preemptions(3), || {
        let kitchen = Arc::new(Kitchen::open());
        kitchen.order("tteok");
        kitchen.order("gimbap");
        let cooked = Arc::new(Mutex::new("the table", vec![]));
        let work = |name: &str| {
            let (kitchen, cooked) = (Arc::clone(&kitchen), Arc::clone(&cooked));
            thread::spawn(name, move || {
                kitchen.work(|dish| cooked.lock().push(dish.to_owned()))
            })
        };
        let cooks = [("ann", work("ann")), ("bob", work("bob"))];
        for (name, cook) in cooks {
            assert!(
                cook.join().unwrap(),
                "2 orders, 2 cooks, but {name} found none"
            );
        }
        let cooked = cooked.lock();
        assert!(cooked[0] != cooked[1], "{} was cooked twice", cooked[0]);
        let waiting = kitchen.waiting();
        assert!(waiting == 0, "both orders are cooked, but {waiting} wait");
    })?;

    case.promise(
        "If two cooks come for the last order, one gets it, and for the other one `work` returns \
         `false`.",
    )
    .if_broken(
        "gap",
        |_, _| true,
        "You ask whether there is an order, unlock the list, and take the order later. In between, \
         the other cook took it. `pop_front` does both in one step: it takes the order, or returns \
         `None`.",
    )
    .in_every_schedule("two cooks, one order", Bounds::preemptions(3), || {
        let kitchen = Arc::new(Kitchen::open());
        kitchen.order("tteok");
        let work = |name: &str| {
            let kitchen = Arc::clone(&kitchen);
            thread::spawn(name, move || kitchen.work(|_| ()))
        };
        let cooks = [work("ann"), work("bob")];
        let cooked = cooks.map(|cook| u32::from(cook.join().unwrap()));
        assert!(
            cooked[0] + cooked[1] == 1,
            "1 order, but {} cooks say that they have cooked it",
            cooked[0] + cooked[1]
        );
    })?;

    case.promise("Two cooks can cook at the same time.")
        .if_broken(
            "one-at-a-time",
            |broken, _| broken.is_never(),
            "All other cooks wait while one cooks. Cooking takes long, and it needs no lock: hold \
             the list while you take an order from it, and no longer.",
        )
        .in_some_schedule("both at the stove", Bounds::preemptions(2), |seen| {
            let kitchen = Arc::new(Kitchen::open());
            kitchen.order("tteok");
            kitchen.order("gimbap");
            let at_the_stove = Arc::new(Mutex::new("the stove", 0));
            let work = |name: &str| {
                let (kitchen, stove) = (Arc::clone(&kitchen), Arc::clone(&at_the_stove));
                thread::spawn(name, move || {
                    kitchen.work(|_| {
                        *stove.lock() += 1;
                        if *stove.lock() == 2 {
                            seen.it();
                        }
                        *stove.lock() -= 1;
                    })
                })
            };
            for cook in [work("ann"), work("bob")] {
                cook.join().unwrap();
            }
        })
}

/// `let mut orders = self.orders.lock();`
fn has_a_named_guard(code: &str) -> bool {
    code.split("let ").skip(1).any(|rest| {
        rest.split_once(';')
            .is_some_and(|(statement, _)| statement.trim_end().ends_with(".lock()"))
    })
}
