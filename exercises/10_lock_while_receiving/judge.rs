//! Judges exercise 10 with loom, every schedule. Unsolved: `held`.
//!
//! Covers: one or two players at an empty tray, or with one snack between them; a player that takes
//! twice; one kitchen, that really fries; a look at the tray while it does. Does not cover: a
//! kitchen that closes, several cooks.

use super::exercise::{Bar, Order};
use judge::{Case, Judged};
use lanes::sync::mpsc::{Receiver, channel};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("If the tray has a snack, a player takes it, and orders nothing.")
        .if_broken(
            "miscounts",
            |broken, _| broken.says("`left` returns"),
            "The method returns another number than the snacks that lie on the tray.",
        )
        .if_broken(
            "takes-too-many",
            |broken, _| broken.says("took one") && !broken.says("took one, but 2"),
            "A player takes one snack, and the others stay on the tray.",
        )
        .if_broken(
            "orders-anyway",
            |_, _| true,
            "Snacks lie on the tray, but a fresh one is ordered all the same. Look first: only an \
             empty tray needs the kitchen.",
        )
        .in_every_schedule("a full tray", Bounds::exhaustive(), || {
            for snacks in [0, 1, 2, 3] {
                let left = Bar::open(snacks).left();
                assert!(
                    left == snacks,
                    "{snacks} snacks lie there, but `left` returns {left}"
                );
            }
            let bar = Bar::open(3);
            let (kitchen, orders) = channel::<Order>("orders");
            for before in [3, 2, 1] {
                bar.grab(&kitchen);
                let left = bar.left();
                assert!(
                    left + 1 == before,
                    "{before} snacks lay there, ann took one, but {left} are left"
                );
            }
            drop(kitchen);
            let fried = bar.kitchen(orders, || ());
            assert!(
                fried == 0,
                "ann found a snack each time, but the kitchen fried {fried}"
            );
        })?;

    case.promise("If the tray is empty, a player gets a fresh snack.")
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && answer.pauses(),
            "The tray stays locked during the pause, so the kitchen waits for the whole pause, and \
             after it as well. The player has enough time; the problem is that it holds the lock.",
        )
        .if_broken(
            "bigger",
            |broken, answer| broken.is_deadlock() && answer.says("sync_channel"),
            "In a channel with more places, more messages can wait. But here no thread waits for a \
             place: the player waits for an answer, and holds the lock that the kitchen needs \
             before it can answer.",
        )
        .if_broken(
            "held",
            |broken, _| broken.is_deadlock(),
            "The player waits for the kitchen's message and holds the tray; the kitchen waits for \
             the tray before it can send the message. Receiving is waiting. While you wait for a \
             thread, do not hold a lock that it needs.",
        )
        .if_broken(
            "spins",
            |broken, _| broken.is_endless(),
            "The player asks again and again whether the answer is there, and in one schedule the \
             kitchen never gets its turn. Use `recv`, which sleeps until there is an answer; but \
             unlock the tray first.",
        )
        .if_broken(
            "gives-up",
            |broken, answer| broken.says("ann ate") && answer.says("try_recv"),
            "`try_recv` does not wait, so the wait cycle is gone, but so is the snack: the player \
             returns before the kitchen has fried it. Wait, but without the lock.",
        )
        .if_broken(
            "too-early",
            |broken, _| broken.says("subtract"),
            "The kitchen reports before the snack lies on the tray. The player believes the \
             message, comes, and takes a snack that is not there. First lay it down, then report.",
        )
        .if_broken(
            "too-many",
            |broken, _| broken.says("too many"),
            "One player was hungry, but more than one snack was fried. A player that orders more \
             than it eats fills the tray with snacks that no player needs.",
        )
        .if_broken(
            "not-ordered",
            |broken, _| broken.says("ann ate"),
            "A snack was eaten that the kitchen has not fried. The player must order one and wait \
             for it; making the snack while you hold the tray only moves the frying under the \
             lock.",
        )
        .if_broken(
            "not-fried",
            |broken, _| broken.says("`fry`"),
            "The kitchen calls `fry` once for each order, and lays a snack down only when that has \
             returned: until then the snack is raw.",
        )
        .in_every_schedule("ann at an empty tray", Bounds::preemptions(2), || {
            let bar = Arc::new(Bar::open(0));
            let (orders_in, orders) = channel::<Order>("orders");
            let (pan, kitchen) = kitchen_with_a_pan(&bar, orders);
            let same = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || same.grab(&orders_in));
            ann.join().unwrap();
            let in_time = *pan.lock();
            let fried = kitchen.join().unwrap();
            let left = bar.left();
            let all = *pan.lock();
            assert!(
                fried == left + 1,
                "ann ate one, {left} are left, but the kitchen fried {fried}"
            );
            assert!(
                fried == 1,
                "only ann was hungry, but the kitchen fried {fried}: too many"
            );
            assert!(
                in_time > 0,
                "ann has a snack, but `fry` has not returned yet, or was not called"
            );
            assert!(
                all == fried,
                "the kitchen says that it fried {fried}, but `fry` was called {all} time(s)"
            );
        })?;

    case.promise("A player that comes again gets another fresh snack.")
        .if_broken(
            "closes-early",
            |broken, _| broken.says("the kitchen is open") || broken.says("answers every order"),
            "The kitchen closed, or dropped an order without an answer, while a player could still \
             order. It ends only when no player can order any more, and reports every snack.",
        )
        .if_broken(
            "not-fried",
            |broken, _| broken.says("the kitchen says 2, and `fry`"),
            "The kitchen says that it has fried two snacks, but it has not called `fry` twice. It \
             must call `fry` once for each order.",
        )
        .if_broken(
            "miscounts",
            |broken, _| broken.says("`fry`"),
            "The kitchen returns another number than that of the snacks that it fried. The tray \
             does not know it: players take snacks from there.",
        )
        .if_broken(
            "not-answered",
            |broken, _| broken.is_deadlock(),
            "The player waits for an answer that does not come. Each order is answered when its \
             snack lies on the tray, and not only the first one.",
        )
        .in_every_schedule("ann takes twice", Bounds::preemptions(2), || {
            thread::rename("ann");
            let bar = Arc::new(Bar::open(1));
            let (orders_in, orders) = channel::<Order>("orders");
            let (pan, kitchen) = kitchen_with_a_pan(&bar, orders);
            for _ in 0..3 {
                bar.grab(&orders_in);
            }
            drop(orders_in);
            let (fried, left) = (kitchen.join().unwrap(), bar.left());
            let all = *pan.lock();
            assert!(
                (fried, all) == (2, 2),
                "1 snack lay there and ann ate 3, so 2 are fried; the kitchen says {fried}, and \
                 `fry` was called {all} time(s)"
            );
            assert!(
                left == 0,
                "1 snack lay there, 2 were fried, ann ate 3; but {left} are left"
            );
        })?;

    case.promise("Each of two hungry players gets a snack, and every snack was fried.")
        .if_broken(
            "gap",
            |broken, answer| {
                broken.says("subtract") && (answer.says("while") || answer.says("loop"))
            },
            "You look at the tray again, but you unlock it between the look and the grab: in \
             between, the other player took the snack that you saw. Look and take under one lock.",
        )
        .if_broken(
            "still-hungry",
            |broken, _| broken.says("came back without"),
            "A player returned without a snack, because the snack was gone again when the answer \
             came. That can happen twice, and three times: order again, as often as necessary.",
        )
        .if_broken(
            "old-look",
            |broken, _| broken.says("subtract") || broken.says("ate"),
            "The lock is released during the wait, as it must be; but when the player comes back \
             to the tray, it acts on what it saw before. The snack that was fried for it may be \
             gone: the other player found it without ordering. After each wait, look again.",
        )
        .if_broken(
            "lost-snack",
            |broken, _| broken.is_deadlock(),
            "While a player waits for its snack, the tray is free, so another player may eat that \
             snack without ordering one. If a player comes back to an empty tray, it must order \
             again, not only wait again: otherwise no snack is fried for it.",
        )
        .in_every_schedule("ann and bob at an empty tray", Bounds::preemptions(2), || {
            let (fried, left) = ann_and_bob(0);
            assert!(
                left + 2 <= fried || left == 0,
                "{fried} snacks were fried and {left} are left, so ann or bob came back without \
                 one"
            );
            assert!(
                fried == left + 2,
                "ann and bob ate one each, {left} are left, but the kitchen fried {fried}"
            );
        })?;

    case.promise("If one snack lies there for two hungry players, each of them still gets one.")
        .if_broken(
            "old-look",
            |broken, _| broken.says("subtract") || broken.says("are left"),
            "Both players saw the one snack, or one of them came back without any. Look and take \
             under one lock, and look again after each wait.",
        )
        .if_broken(
            "lost-snack",
            |broken, _| broken.is_deadlock(),
            "A player waits for a snack that was not ordered, or that the other player has eaten. \
             After each wait look again, and order again if the tray is empty.",
        )
        .in_every_schedule("ann and bob and one snack", Bounds::preemptions(2), || {
            let (fried, left) = ann_and_bob(1);
            assert!(
                fried + 1 == left + 2,
                "1 snack lay there, {fried} were fried, ann and bob ate one each, but {left} are \
                 left"
            );
        })?;

    case.promise("A player that looks at the tray while the kitchen fries does not wait.")
        .if_broken(
            "not-fried",
            |broken, _| broken.says("a raw snack"),
            "The kitchen lays the snack down before it has fried it. Another player, who finds it \
             there, takes a raw snack. First fry, then lay down, then report.",
        )
        .if_broken(
            "fried-under-lock",
            |broken, _| broken.is_deadlock(),
            "The tray is locked while a snack is being fried: by the player that waits for it, or \
             by the kitchen itself. All other players wait until the frying ends. Take the lock \
             only to lay a snack down or to take one.",
        )
        .in_every_schedule(
            "a look while the kitchen fries",
            Bounds::preemptions(2),
            || {
                thread::rename("ann");
                let bar = Arc::new(Bar::open(0));
                let (kitchen, orders) = channel::<Order>("orders");
                let (same, looks) = (Arc::clone(&bar), Arc::clone(&bar));
                // Frying ends when the look has returned: if the look has to wait for the frying,
                // both wait.
                let cook = thread::spawn("kitchen", move || {
                    same.kitchen(orders, move || {
                        let left = looks.left();
                        assert!(
                            left == 0,
                            "a raw snack: it lies on the tray, and `fry` has not returned yet"
                        );
                    })
                });
                bar.grab(&kitchen);
                drop(kitchen);
                cook.join().unwrap();
            },
        )?;

    case.promise("Two hungry players can wait for the kitchen at the same time.")
        .if_broken(
            "one-at-a-time",
            |broken, _| broken.is_deadlock(),
            "The tray is not locked any more, but another lock is held during the wait for the \
             kitchen: so the next player cannot even order. It is the same wait under another \
             name. Hold no lock while you wait.",
        )
        .in_every_schedule(
            "the kitchen begins when both have ordered",
            Bounds::preemptions(0),
            || {
                let bar = Arc::new(Bar::open(0));
                let (anns, came) = channel::<Order>("orders");
                let (kitchen, orders) = channel::<Order>("orders on the desk");
                let bobs = anns.clone();
                let same = Arc::clone(&bar);
                let ann = thread::spawn("ann", move || same.grab(&anns));
                let same = Arc::clone(&bar);
                let bob = thread::spawn("bob", move || same.grab(&bobs));
                let same = Arc::clone(&bar);
                // The kitchen begins when both have ordered.
                let cook = thread::spawn("kitchen", move || {
                    let both = [came.recv().unwrap(), came.recv().unwrap()];
                    for order in both {
                        kitchen.send(order).unwrap();
                    }
                    // A player whose snack was eaten orders again.
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
            },
        )
}

/// Lets ann and bob take one each, at the same time. Returns how many snacks the kitchen fried, and
/// how many are left.
fn ann_and_bob(snacks: u32) -> (u32, u32) {
    let bar = Arc::new(Bar::open(snacks));
    let (anns, orders) = channel::<Order>("orders");
    let bobs = anns.clone();
    let same = Arc::clone(&bar);
    let kitchen = thread::spawn("kitchen", move || same.kitchen(orders, || ()));
    let same = Arc::clone(&bar);
    let bob = thread::spawn("bob", move || same.grab(&bobs));
    // No thread of her own: one more would make ten times as many schedules.
    thread::rename("ann");
    bar.grab(&anns);
    drop(anns);
    bob.join().unwrap();
    (kitchen.join().unwrap(), bar.left())
}

/// Starts a kitchen that counts in `pan` how often it fries.
fn kitchen_with_a_pan(
    bar: &Arc<Bar>,
    orders: Receiver<Order>,
) -> (Arc<Mutex<u32>>, thread::JoinHandle<u32>) {
    let (bar, pan) = (Arc::clone(bar), Arc::new(Mutex::new("pan", 0)));
    let fries = Arc::clone(&pan);
    let kitchen = thread::spawn("kitchen", move || {
        bar.kitchen(orders, || *fries.lock() += 1)
    });
    (pan, kitchen)
}
