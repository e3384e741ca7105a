//! Judges exercise 3 with loom, every schedule. Unsolved: `scrutinee`.
//!
//! Covers: one cook with several orders, two of the same dish, a dish that needs a drink; two cooks
//! with one or two orders; players who order at the same time, and while a cook works. Does not
//! cover: more cooks.

use super::exercise::Kitchen;
use judge::{Answer, Broken, Case, Judged};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A cook takes the first order, cooks it, and takes only that one.")
        .in_every_schedule("one cook", Bounds::exhaustive(), || {
            let kitchen = Kitchen::open();
            assert!(
                !kitchen.work(|_| ()),
                "there is no order yet, but `work` says that there was one"
            );
            in_turn(&kitchen, &["tteok", "gimbap", "sikhye"]);
        })?;

    case.promise("Two orders of the same dish are two orders.")
        .if_broken(
            "same-name",
            |_, _| true,
            "Two players may order the same dish, and these are two orders. Take one order off \
             the list, the first, and not every order with its name.",
        )
        .in_every_schedule("two of the same dish", Bounds::exhaustive(), || {
            in_turn(&Kitchen::open(), &["tteok", "gimbap", "tteok", "tteok"]);
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
            |broken, answer| is_own_lock(broken) && locks_after(answer, &["if let", "while let"]),
            "`if let` keeps the guard as `match` does: the value behind `=` lives until the block \
             ends. Since edition 2024 it is dropped before `else`, but the block comes first. Let \
             the statement end, and look at its result afterwards.",
        )
        .if_broken(
            "named",
            |broken, answer| is_own_lock(broken) && has_a_named_guard(answer.code()),
            "Now the guard has a name, and a guard with a name lives until its block ends: even \
             longer than before. End the statement with the order that you took from the list, or \
             `drop` the guard before you cook.",
        )
        .if_broken(
            "scrutinee",
            |broken, answer| is_own_lock(broken) && locks_after(answer, &["match"]),
            "The guard has no name, but it is not gone: the value behind `match` lives until the \
             last arm ends. So the dish is cooked under the lock, and its drink waits for that \
             lock.",
        )
        .if_broken(
            "temporary",
            |broken, _| is_own_lock(broken),
            "The lock is still held while the dish is cooked, and its drink waits for that lock. A \
             guard without a name lives until the whole statement ends, with everything that is \
             called in it.",
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
        })?;

    case.promise("A drink comes behind the orders that wait already.")
        .in_every_schedule("a drink and a dish", Bounds::exhaustive(), || {
            let kitchen = Kitchen::open();
            kitchen.order("tteok");
            kitchen.order("gimbap");
            assert!(
                kitchen.work(|_| kitchen.order("sikhye")),
                "2 orders wait, but `work` says that there was none"
            );
            let cooked = cooked_to_the_end(&kitchen);
            assert!(
                cooked == ["gimbap", "sikhye"],
                "gimbap waited when sikhye was ordered; then {cooked:?} are cooked"
            );
        })?;

    case.promise("An order that is being cooked does not wait for a cook any more.")
        .if_broken(
            "twice",
            |broken, _| broken.says("cooked twice"),
            "You look at the order, and take it off the list when the dish is done. While it is \
             cooked it is still on the list, so the next cook begins to cook it too. Look at the \
             order and take it off in one step, under one lock.",
        )
        .in_every_schedule("one order", Bounds::exhaustive(), || {
            let kitchen = Kitchen::open();
            kitchen.order("tteok");
            kitchen.work(|_| {
                assert!(
                    !kitchen.work(|_| ()),
                    "the only order is being cooked, a second cook comes, and it is cooked twice"
                );
                let waiting = kitchen.waiting();
                assert!(
                    waiting == 0,
                    "the only order is being cooked, but `waiting` says {waiting}"
                );
            });
        })?;

    case.promise(
        "Two cooks never cook the same order, and no cook finds an empty list while an order is \
         left.",
    )
    .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
    .if_broken(
        "two-looks",
        |broken, _| broken.says("cooked twice"),
        "You look at the first order under one guard, and take it off the list under another one. \
         In between, the other cook looked at the same order. `pop_front` does both in one step, \
         under one guard.",
    )
    .if_broken(
        "takes-all",
        |broken, answer| {
            broken.says("found none")
                && answer.says_any(&["take", "drain", "replace", "swap", "split_off"])
        },
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
        |broken, _| takes_the_list_twice(broken),
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

    case.promise("No order is lost, also if the list is busy: they are cooked as they came.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .in_every_schedule("ann orders, a cook works", Bounds::preemptions(3), || {
            thread::rename("cook");
            let kitchen = Arc::new(Kitchen::open());
            let same = Arc::clone(&kitchen);
            let ann = thread::spawn("ann", move || {
                same.order("tteok");
                same.order("gimbap");
            });
            let mut cooked = vec![];
            let worked = kitchen.work(|dish| cooked.push(dish.to_owned()));
            assert!(
                worked != cooked.is_empty(),
                "`work` says {worked}, but {} orders are cooked",
                cooked.len()
            );
            ann.join().unwrap();
            cooked.extend(cooked_to_the_end(&kitchen));
            assert!(
                cooked == ["tteok", "gimbap"],
                "ann ordered tteok, then gimbap; a cook came meanwhile, but {cooked:?} are cooked"
            );
        })?;
    case.promise("Two players can order at the same time, while a third one counts.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .in_every_schedule("two orders", Bounds::preemptions(3), || {
            let kitchen = Arc::new(Kitchen::open());
            kitchen.order("tteok");
            let orders = |name: &str| {
                let kitchen = Arc::clone(&kitchen);
                thread::spawn(name, move || kitchen.order("gimbap"))
            };
            let players = [orders("ann"), orders("bob")];
            let seen = kitchen.waiting();
            for player in players {
                player.join().unwrap();
            }
            assert!(
                (1..=3).contains(&seen),
                "1 order waits, 2 more come, but `waiting` says {seen}"
            );
            let waiting = kitchen.waiting();
            assert!(
                waiting == 3,
                "1 order waited, ann and bob ordered, and no cook came, but {waiting} wait"
            );
        })
}

const GIVES_UP: &str = "If the list is busy, another thread is using it, and will unlock it soon. \
    A method that does not wait then loses an order, does not see one, puts it in a wrong place, \
    or makes a number up. Wait with `lock`: nothing long is done under this lock.";

/// Orders these dishes, and lets a cook work once for each.
fn in_turn(kitchen: &Kitchen, dishes: &[&str]) {
    for (wait, dish) in (1..).zip(dishes) {
        kitchen.order(dish);
        let waiting = kitchen.waiting();
        assert!(
            waiting == wait,
            "{wait} orders wait, but `waiting` says {waiting}"
        );
    }
    for (place, dish) in dishes.iter().enumerate() {
        let wait = dishes.len() - place;
        let mut cooked = vec![];
        assert!(
            kitchen.work(|dish| cooked.push(dish.to_owned())),
            "{wait} orders wait, but `work` says that there was none"
        );
        assert!(
            cooked == [*dish],
            "the first order is cooked, and only that one: {dish}, but {cooked:?} is cooked"
        );
        let waiting = kitchen.waiting();
        assert!(
            waiting == wait - 1,
            "{wait} orders waited, 1 of them is cooked, but {waiting} wait"
        );
    }
    assert!(
        !kitchen.work(|_| ()),
        "every order is cooked, but `work` says that there was one more"
    );
}

/// Lets a cook work until no order is left.
fn cooked_to_the_end(kitchen: &Kitchen) -> Vec<String> {
    let mut cooked = vec![];
    while kitchen.work(|dish| cooked.push(dish.to_owned())) {}
    cooked
}

/// Whether a thread waits for a lock that it holds.
fn is_own_lock(broken: &Broken) -> bool {
    broken.is_deadlock() && broken.cycle().len() == 1
}

/// Whether a cook takes the list twice.
fn takes_the_list_twice(broken: &Broken) -> bool {
    let takes_twice = |name| broken.count(name, "takes orders") > 1;
    takes_twice("ann") || takes_twice("bob")
}

/// Whether one of these words is followed by a value that locks: `match self.orders.lock()… {`.
fn locks_after(answer: &Answer, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let mut behind = answer.code().split(word).skip(1);
        behind.any(|rest| {
            let value = rest.split_once('{').map_or(rest, |(value, _)| value);
            value.contains(".lock()")
        })
    })
}

/// `let mut orders = self.orders.lock();`
fn has_a_named_guard(code: &str) -> bool {
    code.split("let ").skip(1).any(|rest| {
        rest.split_once(';')
            .is_some_and(|(statement, _)| statement.trim_end().ends_with(".lock()"))
    })
}
