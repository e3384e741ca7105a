//! Judges exercise 13 with loom, every schedule. Unsolved: `unbounded`.
//!
//! Covers: up to six orders, equal ones and extreme ones, two players at the same time, one cook;
//! a kitchen that closes while orders wait, and while the cook does. Does not cover: more players
//! at the same time; an order after the cook has gone.

use super::exercise::{Busy, Cook, Kitchen, WAITING};
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::task::block_on;
use lanes::{Bounds, thread};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// More orders than the queue may hold.
const MANY: u32 = 6;

pub fn judge(case: &mut Case) -> Judged {
    plays(case);
    case.promise("At most two orders may wait.")
        .if_broken(
            "other-size",
            |_, _| true,
            "The bound of the queue is given by the exercise. Leave `WAITING` as it was, and keep \
             to it.",
        )
        .holds(WAITING == 2, &format!("`WAITING` is {WAITING} now"))?;

    case.promise("Accepted orders are cooked, the oldest order first.")
        .if_broken(
            "full-too-early",
            |broken, _| broken.says("gets the answer"),
            "A place is free, but the order is refused. Exactly `WAITING` orders may wait.",
        )
        .if_broken(
            "another-order",
            |broken, _| broken.says("in another sequence"),
            "Each order is cooked, but not the oldest one first: a player who came later eats \
             earlier.",
        )
        .if_broken(
            "lost",
            |broken, _| broken.says("are cooked"),
            "An order was accepted, and its player waits for the dish; but it is never cooked. \
             Every accepted order counts: two equal ones, any number, and those that still wait \
             when the kitchen closes.",
        )
        .in_every_schedule("two orders", Bounds::exhaustive(), || {
            for dishes in [[1, 2], [2, 1], [7, 7], [0, 0], [u32::MAX, 0]] {
                let (kitchen, mut cook) = Kitchen::open();
                for dish in dishes {
                    let told = kitchen.order(dish);
                    assert!(
                        told == Ok(()),
                        "there are {WAITING} places, but order {dish} gets the answer {told:?}"
                    );
                }
                drop(kitchen);
                let cooked = cooks_all(&mut cook);
                let mut sorted = (dishes.to_vec(), cooked.clone());
                sorted.0.sort_unstable();
                sorted.1.sort_unstable();
                assert!(
                    cooked == dishes || sorted.0 != sorted.1,
                    "{dishes:?} were ordered, but they are cooked in another sequence: {cooked:?}"
                );
                assert!(
                    cooked == dishes,
                    "{dishes:?} were ordered, but {cooked:?} are cooked"
                );
                let more = block_on(cook.next());
                assert!(
                    more.is_none(),
                    "the kitchen has closed and all is cooked, but there is one more: {more:?}"
                );
            }
        })?;

    case.promise(
        "No more than WAITING orders wait, and a player who comes then gets `Busy` at once.",
    )
    .if_broken(
        "waits",
        |broken, _| broken.is_deadlock(),
        "The player waits for a place. The queue of orders is short now, but the queue of waiting \
         players is not. `order` must return at once: accepted, or `Busy`.",
    )
    .if_broken(
        "lost",
        |broken, _| broken.says("thrown away"),
        "An order was thrown away after its player had got the answer that it was accepted, so the \
         player waits for a dish that never comes. Refuse the new order instead: its player can \
         still get that answer.",
    )
    .if_broken(
        "huge",
        |broken, answer| {
            broken.says("took") && answer.says("channel") && !answer.says("unbounded_channel")
        },
        "A huge queue is an unbounded one that takes longer to do harm, and its last player eats \
         tomorrow. The bound is given: `WAITING`.",
    )
    .if_broken(
        "unbounded",
        |broken, _| broken.says("took"),
        "Every order was accepted, and is kept until it is cooked. No order is ever refused here, \
         so only the memory limits the queue. Give it a bound.",
    )
    .in_every_schedule("the cook is away", Bounds::exhaustive(), || {
        let (kitchen, mut cook) = Kitchen::open();
        let mut taken = Vec::new();
        for dish in 0..MANY {
            if kitchen.order(dish) == Ok(()) {
                taken.push(dish);
            }
        }
        drop(kitchen);
        let cooked = cooks_all(&mut cook);
        let is_all = cooked == taken;
        assert!(
            is_all,
            "the orders {taken:?} were accepted, but only {cooked:?} are cooked: the others were \
             thrown away"
        );
        let many = taken.len();
        assert!(
            many == WAITING,
            "the cook is away and {WAITING} orders may wait, but the kitchen took {many} of {MANY}"
        );
    })?;

    case.promise("When the cook has taken an order, there is a place again.")
        .if_broken(
            "for-good",
            |broken, _| broken.says("a place"),
            "Orders are counted when they come, but not when they go: after a busy minute the \
             kitchen is busy forever.",
        )
        .in_every_schedule("the cook comes back", Bounds::exhaustive(), || {
            let (kitchen, mut cook) = Kitchen::open();
            for round in 0..3 {
                let dishes = [2 * round, 2 * round + 1];
                let taken = dishes.map(|dish| kitchen.order(dish));
                assert!(
                    taken == [Ok(()), Ok(())],
                    "nothing waits, so each of two orders finds a place; but they get the answers \
                     {taken:?}"
                );
                let third = kitchen.order(99);
                assert!(
                    third == Err(Busy),
                    "a third order, with {WAITING} places, gets the answer {third:?}"
                );
                let cooked = dishes.map(|_| block_on(cook.next()));
                assert!(
                    cooked == dishes.map(Some),
                    "{dishes:?} were accepted, but {cooked:?} are cooked"
                );
            }
        })?;

    case.promise("A cook without orders waits for one, as long as the kitchen is open.")
        .if_broken(
            "goes-home",
            |broken, _| broken.says("goes home"),
            "No order *yet* is not the end: `next` returns `None` only if the kitchen has closed. \
             Let the cook sleep until there is an order, or until no sender is left.",
        )
        .if_broken(
            "not-woken",
            |broken, _| broken.is_deadlock(),
            "An order was accepted, but the cook sleeps: nothing has woken it. Each order must \
             wake a cook that waits.",
        )
        .in_every_schedule("an order comes late", Bounds::preemptions(3), || {
            thread::rename("ann");
            let (kitchen, mut cook) = Kitchen::open();
            let cooking = thread::spawn("cook", move || block_on(cook.next()));
            let told = kitchen.order(1);
            let cooked = cooking.join().unwrap();
            assert!(
                cooked == Some(1),
                "the kitchen is open and an order comes, but the cook goes home without it"
            );
            assert!(
                told == Ok(()),
                "nothing waits, but the order gets the answer {told:?}"
            );
        })?;

    case.promise("A cook who waits gets every order, and goes home when the kitchen closes.")
        .if_broken(
            "sleeps",
            |broken, _| broken.is_deadlock(),
            "The cook sleeps, although there is an order or the kitchen has closed: nothing wakes \
             it. Whatever ends a wait must wake the one who waits: an order, and the end as well.",
        )
        .if_broken(
            "goes-home",
            |broken, _| broken.says("goes home"),
            "The cook woke, found no order, and went home; but the kitchen was open. After each \
             wait, look again, and go home only if the kitchen has closed.",
        )
        .in_every_schedule("the kitchen closes", Bounds::preemptions(3), || {
            thread::rename("ann");
            let (kitchen, mut cook) = Kitchen::open();
            let cooking = thread::spawn("cook", move || cooks_all(&mut cook));
            let taken = [5, 6].map(|dish| kitchen.order(dish).is_ok());
            drop(kitchen);
            let cooked = cooking.join().unwrap();
            assert!(
                taken == [true; 2] && cooked == [5, 6],
                "two orders came one after the other, and then the kitchen closed; but the cook \
                 cooks {cooked:?} and goes home"
            );
        })?;

    case.promise("What the cook has taken is on the stove: the others are still counted.")
        .if_broken(
            "unbounded",
            |_, _| true,
            "The cook takes more than it cooks, and the queue looks empty; but what the cook keeps \
             for later waits as well. `next` takes one order.",
        )
        .in_every_schedule("the cook takes one", Bounds::exhaustive(), || {
            let (kitchen, mut cook) = Kitchen::open();
            let taken = [1, 2].map(|dish| kitchen.order(dish));
            let first = block_on(cook.next());
            let more = [3, 4].map(|dish| kitchen.order(dish));
            assert!(
                (taken, first, more) == ([Ok(()); 2], Some(1), [Ok(()), Err(Busy)]),
                "two orders came, and get the answers {taken:?}; the cook takes {first:?}, so one \
                 waits; two more come, and get the answers {more:?}"
            );
            drop(kitchen);
            let cooked = cooks_all(&mut cook);
            assert!(
                cooked == [2, 3],
                "2 and 3 were accepted, but {cooked:?} are cooked"
            );
        })?;

    case.promise("No more than WAITING orders wait, however many players come at the same time.")
        .if_broken(
            "gap",
            |broken, _| broken.says("the last place"),
            "Two players looked, both saw one free place, and both took it. Look and take in one \
             step: `try_send` does so, and so does counting and sending under one lock.",
        )
        .in_every_schedule("two players, one place", Bounds::preemptions(3), || {
            thread::rename("ann");
            let (kitchen, mut cook) = Kitchen::open();
            let kitchen = Arc::new(kitchen);
            let first = kitchen.order(0);
            assert!(first == Ok(()), "the first order gets the answer {first:?}");
            let same = Arc::clone(&kitchen);
            let bob = thread::spawn("bob", move || same.order(1));
            let ann = kitchen.order(2);
            let bob = bob.join().unwrap();
            assert!(
                ann.is_ok() != bob.is_ok(),
                "of two players who came for the last place, ann got {ann:?} and bob {bob:?}"
            );
            drop(kitchen);
            let last = if ann.is_ok() { 2 } else { 1 };
            let cooked = cooks_all(&mut cook);
            assert!(
                cooked == [0, last],
                "0 and {last} were accepted, but {cooked:?} are cooked"
            );
        })?;

    case.promise("Players order while the cook cooks.")
        .in_some_schedule(
            "an order comes while the cook is at work",
            Bounds::preemptions(3),
            |seen| {
                let (kitchen, mut cook) = Kitchen::open();
                let cooking = thread::spawn("cook", move || cooks_all(&mut cook));
                let taken = [0, 1, 2].map(|dish| kitchen.order(dish).is_ok());
                drop(kitchen);
                let cooked = cooking.join().unwrap();
                if taken == [true; 3] && cooked == [0, 1, 2] {
                    seen.it();
                }
            },
        )
}

/// The same while the cook cooks, because a kitchen without a cook leaves nothing to pick.
fn plays(case: &mut Case) {
    case.plays(
        "No more than WAITING orders wait, and a player who comes then gets `Busy` at once.",
        "ann orders, the cook cooks",
        || {
            let (kitchen, mut cook) = Kitchen::open();
            let accepted = Arc::new(AtomicUsize::new(0));
            let cooked = Arc::clone(&accepted);
            let cook = thread::spawn("cook", move || {
                while block_on(cook.next()).is_some() {
                    cooked.fetch_sub(1, Relaxed);
                }
            });
            let ann = thread::spawn("ann", move || {
                for dish in 0..MANY {
                    // Counted before, because the cook may be quicker than ann.
                    let now = accepted.fetch_add(1, Relaxed) + 1;
                    if kitchen.order(dish).is_err() {
                        accepted.fetch_sub(1, Relaxed);
                    } else {
                        assert!(
                            now <= WAITING + 1,
                            "{WAITING} orders may wait and one is on the stove, but the kitchen \
                             has accepted {now} that are not cooked"
                        );
                    }
                }
            });
            ann.join().unwrap();
            cook.join().unwrap();
        },
    );
}

fn cooks_all(cook: &mut Cook) -> Vec<u32> {
    let mut cooked = Vec::new();
    while let Some(dish) = block_on(cook.next()) {
        cooked.push(dish);
    }
    cooked
}
