//! Judges exercise 12 with loom, at most three preemptions. Unsolved: `dropped`.
//!
//! Covers: a kitchen and one to four players; no snacks, no orders; a kitchen that closes while the
//! door is held, or that no player needs any more; a player who goes without the answer. Does not
//! cover: a kitchen that panics.

use super::exercise::{self, Kitchen, Order};
use judge::{Case, Judged};
use lanes::task::block_on;
use lanes::tokio::mpsc;
use lanes::{Bounds, thread};
use std::task::Poll;

pub fn judge(case: &mut Case) -> Judged {
    case.promise("If there are snacks, a player who orders gets one.")
        .if_broken(
            "impatient",
            |_, answer| answer.says("try_recv"),
            "`try_recv` checks whether the answer is there already, and does not wait for it. No \
             answer *yet* is not the same as no answer.",
        )
        .if_broken(
            "refused",
            |broken, _| broken.says("1 snack, 1 player"),
            "There is a snack, the kitchen is open, and no other player is there; so the answer is \
             `Snack`.",
        )
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            thread::rename("ann");
            let (door, kitchen) = opens(1, 1);
            let told = block_on(order(&door));
            assert!(
                told == Answer::Snack,
                "1 snack, 1 player, but the answer is {told:?}"
            );
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise(
        "If the snacks are gone, a player who orders gets the answer that they are sold out.",
    )
    .if_broken(
        "kept",
        |broken, _| broken.is_deadlock(),
        "The order is kept for later, with its reply channel, but no more snacks come: the player \
         waits forever. If you put a question aside, make sure that it is answered in the end.",
    )
    .if_broken(
        "dropped",
        |broken, _| broken.says("always answers"),
        "The kitchen dropped the order: the sender of the answer was dropped, and the player, who \
         expected an answer, panicked. On this path the kitchen knows the answer. It must send it.",
    )
    .if_broken(
        "full",
        |broken, answer| broken.says("Closed") && answer.says("try_send"),
        "`try_send` fails if the door is closed, and also if the channel is full. Full is not \
         closed: wait for a place, and the kitchen will answer.",
    )
    .if_broken(
        "not-counted",
        |broken, _| broken.says("Snack and Snack"),
        "There is one snack, but two players get the answer `Snack`. After each answer `Snack` \
         there is one snack less.",
    )
    .if_broken(
        "below-zero",
        |broken, _| broken.says("subtract"),
        "The kitchen takes a snack from a count that is 0 already, and panics. If there are no \
         snacks, there is nothing to count down.",
    )
    .if_broken(
        "guessed",
        |broken, _| broken.says("Closed"),
        "The kitchen takes two orders, so it is open for both players; but one of them says that \
         it has closed. If all that a player gets is an error, that does not say why: the kitchen \
         knows the reason, and must send it. And being sold out is no reason to close.",
    )
    .in_every_schedule("one snack, two players", Bounds::preemptions(3), || {
        let (door, kitchen) = opens(1, 2);
        let told = ann_and_bob(&door);
        assert!(
            told == (Answer::Snack, Answer::SoldOut),
            "1 snack, but the two players get the answers {:?} and {:?}",
            told.0,
            told.1
        );
        drop(door);
        kitchen.join().unwrap();
    })?;

    case.promise("If the kitchen closes, a player who orders gets the answer that it has closed.")
        .if_broken(
            "taken-for-granted",
            |broken, _| {
                ["always answers", "the door is closed", "called `Result::unwrap()`"]
                    .iter()
                    .any(|words| broken.says(words))
            },
            "The kitchen answers on each of its paths now, but an order can still get lost: it is \
             in the channel when the kitchen closes, or the door is closed already. Then the \
             kitchen cannot answer, so the player must interpret the silence: an error here means \
             that the kitchen has closed.",
        )
        .if_broken(
            "wrong-word",
            |broken, _| broken.says("SoldOut"),
            "No answer came, and the player reads that as sold out. But there are snacks left; the \
             kitchen has closed. Let the kitchen answer what only it knows, and read the silence \
             as what it means.",
        )
        .if_broken(
            "asks-forever",
            |broken, _| broken.is_endless(),
            "The kitchen has closed, but the player asks again and again. It will not open for \
             that: one error is the answer.",
        )
        .if_broken(
            "held-in-hand",
            |broken, _| broken.is_deadlock(),
            "The door was closed, so the order came back: inside the error of `send`, with its \
             reply channel. The player keeps that error in a variable, and waits for an answer \
             that only the player itself could send. `let _name = …` keeps a value until the end \
             of the block.",
        )
        .in_every_schedule("a kitchen that closes after one order", Bounds::preemptions(3), || {
            let (door, kitchen) = opens(8, 1);
            let told = ann_and_bob(&door);
            assert!(
                told == (Answer::Snack, Answer::Closed),
                "snacks are left and the kitchen closes after 1 order, but the two players get the \
                 answers {:?} and {:?}",
                told.0,
                told.1
            );
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise(
        "A kitchen closes after exactly as many orders as it was given, whatever it has answered.",
    )
    .if_broken(
        "miscounted",
        |_, _| true,
        "The kitchen closes after a number of *orders*: an order that it refuses counts as well, \
         and being sold out is no reason to close.",
    )
    .in_every_schedule(
        "one snack, three orders, four players",
        Bounds::preemptions(1),
        || {
            let (door, kitchen) = opens(1, 3);
            let told = [(); 4].map(|()| block_on(order(&door)));
            let truth = [
                Answer::Snack,
                Answer::SoldOut,
                Answer::SoldOut,
                Answer::Closed,
            ];
            assert!(
                told == truth,
                "1 snack, and the kitchen closes after 3 orders; but four players, one after the \
                 other, get the answers {told:?}"
            );
            drop(door);
            kitchen.join().unwrap();
        },
    )?;

    let at_zero = [
        (
            0,
            2,
            [Answer::SoldOut, Answer::SoldOut],
            "A kitchen without snacks has sold out.",
        ),
        (
            3,
            0,
            [Answer::Closed, Answer::Closed],
            "A kitchen without orders has closed already.",
        ),
        (
            2,
            2,
            [Answer::Snack, Answer::Snack],
            "The last snack of a kitchen is given out, too.",
        ),
    ];
    for (snacks, orders, truth, promise) in at_zero {
        case.promise(promise)
            .if_broken(
                "at-zero",
                |broken, _| broken.says("but two players"),
                "A count can be 0 from the beginning, and the last one counts as well: the kitchen \
                 closes after exactly so many orders, 0 included, and has exactly so many snacks. \
                 Look at a count before you use it up.",
            )
            .in_every_schedule("two players", Bounds::preemptions(1), move || {
                let (door, kitchen) = opens(snacks, orders);
                let told = [(); 2].map(|()| block_on(order(&door)));
                assert!(
                    told == truth,
                    "{snacks} snacks, and the kitchen closes after {orders} orders; but two \
                     players, one after the other, get the answers {told:?}"
                );
                drop(door);
                kitchen.join().unwrap();
            })?;
    }

    case.promise("A kitchen that has closed is over, even if players can still come to the door.")
        .if_broken(
            "stays-open",
            |broken, _| broken.is_deadlock(),
            "The kitchen has had its orders, but does not end: it waits for more, as long as a \
             player could come. Return after the last order: that drops the channel, and the \
             orders in it with it, and the players read the silence.",
        )
        .in_every_schedule("the door is held", Bounds::preemptions(2), || {
            let (door, kitchen) = opens(2, 1);
            let told = block_on(order(&door));
            // The door is still held.
            kitchen.join().unwrap();
            let late = block_on(order(&door));
            assert!(
                (told, late) == (Answer::Snack, Answer::Closed),
                "2 snacks, and the kitchen closes after 1 order; but two players, one after the \
                 other, get the answers {told:?} and {late:?}"
            );
        })?;

    case.promise("A kitchen that no player can reach any more is over, too.")
        .if_broken(
            "goes-on",
            |broken, _| !broken.says("2 snacks, 1 player"),
            "No sender of the door is left, so no order can come; but the kitchen insists on the \
             number of orders that it was given. `recv` returns `None` then: that is the end.",
        )
        .in_every_schedule("all have gone", Bounds::preemptions(2), || {
            thread::rename("ann");
            let (door, kitchen) = opens(2, 3);
            let told = block_on(order(&door));
            assert!(
                told == Answer::Snack,
                "2 snacks, 1 player, but the answer is {told:?}"
            );
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise("A player who goes before the answer is there harms no other player.")
        .if_broken(
            "player-gone",
            |_, _| true,
            "A player ordered and went away, so nothing receives its answer: `send` of the reply \
             returns an error. That is no reason for the kitchen to panic or to close: the next \
             player still waits.",
        )
        .in_every_schedule("bob goes at once", Bounds::preemptions(2), || {
            thread::rename("ann");
            let (door, kitchen) = opens(2, 2);
            let same = door.clone();
            let bob = thread::spawn("bob", move || {
                block_on(async {
                    let mut asks = std::pin::pin!(order(&same));
                    // Once: the order is sent. Then bob goes.
                    std::future::poll_fn(|context| {
                        let _gone = asks.as_mut().poll(context);
                        Poll::Ready(())
                    })
                    .await;
                });
            });
            bob.join().unwrap();
            let ann = block_on(order(&door));
            let late = block_on(order(&door));
            assert!(
                (ann, late) == (Answer::Snack, Answer::Closed),
                "2 snacks, and the kitchen closes after 2 orders; bob has gone without his answer, \
                 and after him two players get the answers {ann:?} and {late:?}"
            );
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise("Two players can wait at the door at the same time.")
        .in_some_schedule("bob is served first", Bounds::preemptions(3), |seen| {
            thread::rename("ann");
            let (door, kitchen) = opens(1, 2);
            let same = door.clone();
            let bob = thread::spawn("bob", move || block_on(order(&same)));
            let ann = block_on(order(&door));
            drop(door);
            bob.join().unwrap();
            kitchen.join().unwrap();
            if ann == Answer::SoldOut {
                seen.it();
            }
        })
}

fn opens(snacks: u32, orders: u32) -> (mpsc::Sender<Order>, thread::JoinHandle<()>) {
    let (door, inbox) = mpsc::channel("the door", 1);
    let kitchen = Kitchen { snacks, orders };
    let open = thread::spawn("kitchen", move || block_on(kitchen.run(inbox)));
    (door, open)
}

/// The answer that a player gets. Of the judge's own, because a learner's type may say of itself
/// that it is equal to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Snack,
    SoldOut,
    Closed,
}

async fn order(door: &mpsc::Sender<Order>) -> Answer {
    match exercise::order(door).await {
        exercise::Answer::Snack => Answer::Snack,
        exercise::Answer::SoldOut => Answer::SoldOut,
        exercise::Answer::Closed => Answer::Closed,
    }
}

/// Lets ann and bob order at the same time. Returns both answers; if one of them is a snack, that
/// one is the first.
fn ann_and_bob(door: &mpsc::Sender<Order>) -> (Answer, Answer) {
    thread::rename("ann");
    let same = door.clone();
    let bob = thread::spawn("bob", move || block_on(order(&same)));
    let ann = block_on(order(door));
    let bob = bob.join().unwrap();
    if ann == Answer::Snack {
        (ann, bob)
    } else {
        (bob, ann)
    }
}
