//! Judges exercise 10 with loom, every schedule. Unsolved: `held`.
//!
//! Covers: one or two players at an empty tray, one kitchen, a guest who looks. Not: a kitchen that closes, several cooks.

use super::exercise::{Bar, Order};
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::sync::mpsc::channel;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("Who finds a snack takes it, and orders nothing.")
        .if_broken(
            "orders-anyway",
            |_, _| true,
            "Snacks lie on the tray, and a fresh one is ordered all the same. Look first: only an empty tray needs the kitchen.",
        )
        .in_every_schedule("a full tray", Bounds::exhaustive(), || {
            let bar = Bar::open(2);
            let (kitchen, orders) = channel::<Order>("orders");
            bar.grab(&kitchen);
            let left = bar.left();
            assert!(
                left == 1,
                "2 snacks lay there, ann took one, and {left} are left"
            );
            drop(kitchen);
            let fried = bar.kitchen(orders, || ());
            assert!(
                fried == 0,
                "ann found a snack, and the kitchen fried {fried}"
            );
        })?;

    case.promise("Who finds the tray empty gets a fresh snack.")
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now")),
            "The pause is spent with the tray in hand, so the kitchen waits through it and goes on waiting after it. What has to end is \
             not the hurry, it is the holding.",
        )
        .if_broken(
            "bigger",
            |broken, answer| broken.is_deadlock() && answer.says("sync_channel"),
            "A channel with more places lets more orders wait. Here nobody waits for a place: the player waits for an answer, with the \
             lock in hand that the kitchen needs before it can give one.",
        )
        .if_broken(
            "held",
            |broken, _| broken.is_deadlock(),
            "The player waits for the kitchen's word and holds the tray; the kitchen waits for the tray before it can say the word. To \
             receive is to wait, and whoever waits must not hold what the other one needs.",
        )
        .if_broken(
            "spins",
            |broken, _| broken.is_endless(),
            "The player asks again and again whether the answer is there, and in one schedule the kitchen never gets its turn. \
             Receive, which sleeps until there is an answer; but first let go of the tray.",
        )
        .if_broken(
            "gives-up",
            |broken, answer| broken.says("ann ate") && answer.says("try_recv"),
            "`try_recv` does not wait, so the ring is gone, and so is the snack: the player comes back before the kitchen has fried \
             anything. Wait, but without the lock.",
        )
        .if_broken(
            "too-early",
            |broken, _| broken.says("subtract"),
            "The kitchen says that it is done before the snack lies on the tray. Whoever is told believes it, comes, and takes what is not \
             there. First lay it down, then say so.",
        )
        .if_broken(
            "too-many",
            |broken, _| broken.says("too many"),
            "One player was hungry, and more than one snack was fried. Whoever orders for safety's sake fills the tray with what nobody asked for.",
        )
        .if_broken(
            "nobody-asked",
            |broken, _| broken.says("ann ate"),
            "A snack was eaten that the kitchen has not fried. The player is to order one and wait for it; somebody who \
             makes its own snacks while holding the tray has only put the kitchen under the lock.",
        )
        .in_every_schedule("ann at an empty tray", Bounds::exhaustive(), || {
            let bar = Arc::new(Bar::open(0));
            let (orders_in, orders) = channel::<Order>("orders");
            let same = Arc::clone(&bar);
            let kitchen = thread::spawn("kitchen", move || same.kitchen(orders, || ()));
            let same = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || same.grab(&orders_in));
            ann.join().unwrap();
            let fried = kitchen.join().unwrap();
            let left = bar.left();
            assert!(fried == left + 1, "ann ate one, {left} are left, and the kitchen fried {fried}");
            assert!(fried == 1, "ann alone was hungry, and the kitchen fried {fried}: too many");
        })?;

    case.promise("Each of two hungry players gets a snack, and every snack was fried.")
        .if_broken(
            "gap",
            |broken, answer| broken.says("subtract") && (answer.says("while") || answer.says("loop")),
            "You look at the tray again, and let go of it between the look and the grab: the other player was there in between, and took \
             what you saw. Look and take under one lock.",
        )
        .if_broken(
            "still-hungry",
            |broken, _| broken.says("came back without"),
            "Somebody came back without a snack, because it was gone once more when the answer came. So it can be twice, and thrice: order \
             again, as often as it takes.",
        )
        .if_broken(
            "old-look",
            |broken, _| broken.says("subtract") || broken.says("ate"),
            "The lock was let go of, as it must be, and when the player comes back to the tray it believes what it knew before. The \
             snack that was fried for it may be gone: the other one had not ordered, and found it. After each wait, look anew.",
        )
        .if_broken(
            "lost-snack",
            |broken, _| broken.is_deadlock(),
            "The tray is free for everybody while a player waits for its snack, so another one may eat it who has ordered none. Whoever comes \
             back to an empty tray must order again, and not only wait again: nobody will fry for it otherwise.",
        )
        .in_every_schedule("ann and bob at an empty tray", Bounds::preemptions(2), || {
            let bar = Arc::new(Bar::open(0));
            let (anns, orders) = channel::<Order>("orders");
            let bobs = anns.clone();
            let same = Arc::clone(&bar);
            let kitchen = thread::spawn("kitchen", move || same.kitchen(orders, || ()));
            let same = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || same.grab(&anns));
            let same = Arc::clone(&bar);
            let bob = thread::spawn("bob", move || same.grab(&bobs));
            ann.join().unwrap();
            bob.join().unwrap();
            let fried = kitchen.join().unwrap();
            let left = bar.left();
            assert!(
                left + 2 <= fried || left == 0,
                "{fried} snacks were fried and {left} are left, so ann or bob came back without one"
            );
            assert!(fried == left + 2, "ann and bob ate one each, {left} are left, and the kitchen fried {fried}");
        })?;

    case.promise("Whoever looks at the tray while the kitchen fries does not wait for it.")
        .if_broken(
            "fried-under-lock",
            |broken, _| broken.is_deadlock(),
            "Somebody holds the tray while a snack is being fried: the player who waits for it, or the kitchen itself. All the others \
             stand in line behind a pan. Take the lock when there is something to lay down or to take.",
        )
        .in_every_schedule("a look while the kitchen fries", Bounds::preemptions(2), || {
            let bar = Arc::new(Bar::open(0));
            let (kitchen, orders) = channel::<Order>("orders");
            let (same, looks) = (Arc::clone(&bar), Arc::clone(&bar));
            // The pan is ready when the guest has looked: whoever makes the guest wait, waits for it.
            let cook = thread::spawn("kitchen", move || same.kitchen(orders, move || assert!(looks.left() < 9)));
            bar.grab(&kitchen);
            drop(kitchen);
            cook.join().unwrap();
        })?;

    case.promise("Two hungry players can wait for the kitchen at once.")
        .if_broken(
            "one-at-a-time",
            |broken, _| broken.is_deadlock(),
            "Nobody holds the tray any more, but somebody holds another lock while waiting for the kitchen: so the next one cannot even order. \
             It is the same wait under another name. Wait with empty hands.",
        )
        .in_every_schedule("the kitchen begins when both have ordered", Bounds::preemptions(0), || {
            let bar = Arc::new(Bar::open(0));
            let (anns, came) = channel::<Order>("orders");
            let (kitchen, orders) = channel::<Order>("orders on the desk");
            let bobs = anns.clone();
            let same = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || same.grab(&anns));
            let same = Arc::clone(&bar);
            let bob = thread::spawn("bob", move || same.grab(&bobs));
            let same = Arc::clone(&bar);
            // It begins when both have ordered.
            let cook = thread::spawn("kitchen", move || {
                let both = [came.recv().unwrap(), came.recv().unwrap()];
                for order in both {
                    kitchen.send(order).unwrap();
                }
                // Who finds its snack eaten orders again.
                let again = thread::spawn("desk", move || {
                    for order in came {
                        kitchen.send(order).unwrap();
                    }
                });
                same.kitchen(orders, || ());
                again.join().unwrap();
            });
            ann.join().unwrap();
            bob.join().unwrap();
            cook.join().unwrap();
        })
}
