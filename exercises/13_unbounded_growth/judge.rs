//! Judges exercise 13 with loom, every schedule. Unsolved: `unbounded`.
//!
//! Covers: up to six orders, two guests at once, one cook. Not: more guests at once.

use super::exercise::{Busy, Cook, Kitchen, WAITING};
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::task::block_on;
use lanes::{Bounds, thread};

/// More than anybody may keep.
const MANY: u32 = 6;

pub fn judge(case: &mut Case) -> Judged {
    case.promise("At most two orders may wait.")
        .if_broken(
            "other-size",
            |_, _| true,
            "The size of the queue is what the guests were promised, and not what makes the judge content. Leave `WAITING` as it came, and \
             keep to it.",
        )
        .holds(WAITING == 2, &format!("`WAITING` is {WAITING} now"))?;

    case.promise("What was ordered is cooked, the oldest order first.")
        .in_every_schedule("two orders", Bounds::exhaustive(), || {
            let (kitchen, mut cook) = Kitchen::open();
            for dish in [1, 2] {
                let told = kitchen.order(dish);
                assert!(told == Ok(()), "there are {WAITING} places, and order {dish} is told: {told:?}");
            }
            drop(kitchen);
            let cooked = cooks_all(&mut cook);
            assert!(cooked == [1, 2], "1 and 2 were ordered, and {cooked:?} are cooked");
        })?;

    case.promise("No more than WAITING orders wait, and who comes then hears it at once.")
        .if_broken(
            "waits",
            |broken, _| broken.is_deadlock(),
            "The guest stands in the kitchen's door and waits for a place. The queue is short now, and the queue of guests is not. `order` is to \
             answer at once: taken, or `Busy`.",
        )
        .if_broken(
            "lost",
            |broken, _| broken.says("thrown away"),
            "An order was thrown away whose guest had been told that it was taken, and who waits now for a dish that nobody cooks. Refuse the \
             one who comes, whom you can still tell.",
        )
        .if_broken(
            "huge",
            |broken, answer| broken.says("took") && answer.says("channel") && !answer.says("unbounded_channel"),
            "A huge queue is an unbounded one that takes longer to hurt, and its last guest eats tomorrow. The size is given: `WAITING`.",
        )
        .if_broken(
            "unbounded",
            |broken, _| broken.says("took"),
            "Every order was taken, and is kept until it is cooked. Nothing here ever says no, so the only end of the queue is the end of the \
             memory. Give it a size.",
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
            assert!(is_all, "the orders {taken:?} were taken, and only {cooked:?} are cooked: the others were thrown away");
            let many = taken.len();
            assert!(many == WAITING, "nobody cooks, {WAITING} may wait, and the kitchen took {many} of {MANY} orders");
        })?;

    case.promise("When the cook has taken an order, there is a place again.")
        .if_broken(
            "for-good",
            |broken, _| broken.says("a place"),
            "Orders are counted when they come, and nobody counts them when they go: after a busy minute the kitchen is busy for ever.",
        )
        .in_every_schedule("the cook comes back", Bounds::exhaustive(), || {
            let (kitchen, mut cook) = Kitchen::open();
            for round in 0..3 {
                let dishes = [2 * round, 2 * round + 1];
                let taken = dishes.map(|dish| kitchen.order(dish));
                assert!(taken == [Ok(()), Ok(())], "nothing waits, so each of two orders finds a place; they are told: {taken:?}");
                let third = kitchen.order(99);
                assert!(third == Err(Busy), "a third order, with {WAITING} places, is told: {third:?}");
                let cooked = dishes.map(|_| block_on(cook.next()));
                assert!(cooked == dishes.map(Some), "{dishes:?} were taken, and {cooked:?} are cooked");
            }
        })?;

    case.promise("A cook without orders waits for one, as long as the kitchen is open.")
        .if_broken(
            "goes-home",
            |broken, _| broken.says("goes home"),
            "No order *yet* is not the end of the evening: `next` says nothing only when the kitchen has closed. Let the cook sleep until there \
             is an order, or nobody who could give one.",
        )
        .in_every_schedule("an order comes late", Bounds::preemptions(3), || {
            let (kitchen, mut cook) = Kitchen::open();
            let cooking = thread::spawn("cook", move || block_on(cook.next()));
            let told = kitchen.order(1);
            let cooked = cooking.join().unwrap();
            assert!(told == Ok(()), "nothing waits, and the order is told: {told:?}");
            assert!(cooked == Some(1), "the kitchen is open, an order comes, and the cook goes home without it");
        })?;

    case.promise("No more than WAITING orders wait, however many guests come at once.")
        .if_broken(
            "gap",
            |broken, _| broken.says("the last place"),
            "Two guests looked, both saw one place left, and both took it. To look and to take must be one step: `try_send` is, and so is \
             counting and sending under one lock.",
        )
        .in_every_schedule("two guests, one place", Bounds::preemptions(3), || {
            let (kitchen, mut cook) = Kitchen::open();
            let kitchen = Arc::new(kitchen);
            let first = kitchen.order(0);
            assert!(first == Ok(()), "the first order of an evening is told: {first:?}");
            let same = Arc::clone(&kitchen);
            let bob = thread::spawn("bob", move || same.order(1));
            let ann = kitchen.order(2);
            let bob = bob.join().unwrap();
            assert!(
                ann.is_ok() != bob.is_ok(),
                "of two who came for the last place, ann heard {ann:?} and bob {bob:?}"
            );
            drop(kitchen);
            let last = if ann.is_ok() { 2 } else { 1 };
            let cooked = cooks_all(&mut cook);
            assert!(cooked == [0, last], "0 and {last} were taken, and {cooked:?} are cooked");
        })?;

    case.promise("Guests order while the cook cooks.")
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

fn cooks_all(cook: &mut Cook) -> Vec<u32> {
    let mut cooked = Vec::new();
    while let Some(dish) = block_on(cook.next()) {
        cooked.push(dish);
    }
    cooked
}
