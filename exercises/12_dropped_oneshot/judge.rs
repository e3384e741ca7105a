//! Judges exercise 12 with loom, three preemptions. Unsolved: `dropped`.
//!
//! Covers: a kitchen and two guests, sold out after one order, or closed after it. Not: a kitchen that panics.

use super::exercise::{Answer, Kitchen, Order, order};
use judge::{Case, Judged};
use lanes::task::block_on;
use lanes::tokio::mpsc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("Who orders while there are snacks gets one.")
        .if_broken(
            "impatient",
            |_, answer| answer.says("try_recv"),
            "`try_recv` looks whether the answer is there already, and does not wait for it. No answer *yet* is not no answer.",
        )
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let (door, kitchen) = opens(1, 1);
            let told = block_on(order(&door));
            assert!(told == Answer::Snack, "1 snack, 1 guest, who is told: {told:?}");
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise("Who orders when the snacks are gone is told that they are sold out.")
        .if_broken(
            "kept",
            |broken, _| broken.is_deadlock(),
            "The order is kept for better times, with its return address, and the times do not come: the guest waits for ever. A question that \
             is put aside must have somebody who answers it in the end.",
        )
        .if_broken(
            "dropped",
            |broken, _| broken.says("always answers"),
            "The kitchen let the order fall: the end that should have answered was dropped, and the guest, who had taken an answer for granted, \
             fell over it. On this path the kitchen knows what to say. It must say it.",
        )
        .if_broken(
            "full",
            |broken, answer| broken.says("Closed") && answer.says("try_send"),
            "`try_send` fails at a closed door, and at one in which somebody stands. Full is not closed: wait for a place, and the kitchen \
             will tell.",
        )
        .if_broken(
            "not-counted",
            |broken, _| broken.says("Snack and Snack"),
            "One snack, and two guests are told that they have it. Each answer `Snack` is one snack less.",
        )
        .if_broken(
            "guessed",
            |broken, _| broken.says("Closed"),
            "The guest makes something up, because the kitchen says nothing: it is open, and it has sold out. An error at the receiver means that \
             nobody answered, not why.",
        )
        .in_every_schedule("one snack, two guests", Bounds::preemptions(3), || {
            let (door, kitchen) = opens(1, 2);
            let same = door.clone();
            let bob = thread::spawn("bob", move || block_on(order(&same)));
            let ann = block_on(order(&door));
            let bob = bob.join().unwrap();
            let told = if ann == Answer::Snack { (ann, bob) } else { (bob, ann) };
            assert!(
                told == (Answer::Snack, Answer::SoldOut),
                "1 snack, and the two guests are told: {:?} and {:?}",
                told.0,
                told.1
            );
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise("Who comes when the kitchen goes home is told that it has closed.")
        .if_broken(
            "taken-for-granted",
            |broken, _| broken.says("always answers") || broken.says("nobody is at the door") || broken.says("called `Result::unwrap()`"),
            "The kitchen answers on each of its paths now, and yet an order can get lost: it lies at the door while the kitchen goes home, or \
             finds the door closed. Nobody can answer it then, so the guest must make sense of the silence: an error here means that it has closed.",
        )
        .if_broken(
            "wrong-word",
            |broken, _| broken.says("SoldOut"),
            "Nobody answered, and the guest calls that sold out. There are snacks left; the kitchen has closed. Let the kitchen say what only it \
             knows, and let silence mean what it means.",
        )
        .if_broken(
            "held-in-hand",
            |broken, _| broken.is_deadlock(),
            "The door was closed, so the order came back: inside the error of `send`, with its return address. The guest holds that error in a \
             variable, and waits for an answer that only the guest itself could give. `let _name = …` keeps a value until the end of the block.",
        )
        .in_every_schedule("a kitchen that closes after one order", Bounds::preemptions(3), || {
            let (door, kitchen) = opens(8, 1);
            let same = door.clone();
            let bob = thread::spawn("bob", move || block_on(order(&same)));
            let ann = block_on(order(&door));
            let bob = bob.join().unwrap();
            let told = if ann == Answer::Snack { (ann, bob) } else { (bob, ann) };
            assert!(
                told == (Answer::Snack, Answer::Closed),
                "snacks are left, the kitchen goes home after 1 order, and the two guests are told: {:?} and {:?}",
                told.0,
                told.1
            );
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise("A kitchen closes after as many orders as it was told, whatever it has answered.")
        .if_broken(
            "miscounted",
            |_, _| true,
            "The kitchen goes home after so many *orders*: one that it has to refuse counts as well, and being sold out is no reason to go.",
        )
        .in_every_schedule("one snack, three orders, four guests", Bounds::preemptions(1), || {
            let (door, kitchen) = opens(1, 3);
            let told = [(); 4].map(|()| block_on(order(&door)));
            let truth = [Answer::Snack, Answer::SoldOut, Answer::SoldOut, Answer::Closed];
            assert!(told == truth, "1 snack, and the kitchen goes home after 3 orders; four guests, one after the other, are told: {told:?}");
            drop(door);
            kitchen.join().unwrap();
        })?;

    case.promise("Two guests can stand at the door at once.")
        .in_some_schedule("bob is served first", Bounds::preemptions(3), |seen| {
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
