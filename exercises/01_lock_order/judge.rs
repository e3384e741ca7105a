//! Judges exercise 1 with loom, every schedule. Unsolved: `two-orders`.
//!
//! Covers: a grab and a leave at once, seen by a third who counts. Not: more players, more snacks.

use super::exercise::{Bar, Plate};
use judge::{Case, Judged};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A grab and a leave move snacks, and none is lost.")
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let (bar, plate) = (Bar::open(2), plate("ann", 1));
            bar.grab(&plate);
            lies(&bar, &plate, (1, 2), "after a grab");
            bar.leave(&plate);
            lies(&bar, &plate, (3, 0), "after a leave");
            let empty = Bar::open(0);
            empty.grab(&plate);
            lies(&empty, &plate, (0, 0), "after a grab at an empty tray");
        })?;

    case.promise("Nobody waits for ever, and no snack is lost, when a player grabs while another one leaves.")
        .if_broken(
            "rarer",
            |_, answer| answer.says("sleep") || answer.says("yield_now"),
            "A pause makes the bad schedule rarer, and it is still there: on a busy evening the pause is the very moment in which \
             the other one comes. A deadlock goes away only when the ring of waits is impossible.",
        )
        .if_broken(
            "spins",
            |broken, answer| answer.says("try_lock") && (broken.is_endless() || broken.is_deadlock()),
            "`try_lock` in a loop lets go and tries again, and two threads that do so can dodge each other for ever: a livelock.",
        )
        .if_broken(
            "old-look",
            |broken, _| broken.says("in the end"),
            "You count the plate's snacks, let go of the plate, and move later what you have counted. In between somebody else was at \
             the plate, and the number is old. Look when you have both locks, and move under the same two.",
        )
        .if_broken(
            "two-orders",
            |broken, _| broken.is_deadlock() && broken.cycle().len() > 1,
            "One thread takes the tray and then the plate, the other one the plate and then the tray. Each holds what the other \
             one wants. Take both locks in one order, the same in every method.",
        )
        .in_every_schedule("a grab meets a leave", Bounds::exhaustive(), || {
            let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            // Two phones of one player: the one grabs, the other one leaves.
            let ann = thread::spawn("ann", move || same.grab(&hers));
            let (counts, plates) = (Arc::clone(&bar), Arc::clone(&plate));
            let bob = thread::spawn("bob", move || bar.leave(&plate));
            ann.join().unwrap();
            bob.join().unwrap();
            let (tray, eaten) = (*counts.tray.lock(), *plates.lock());
            assert!(tray + eaten == 2, "2 snacks were there, and in the end {tray} lie on the tray and {eaten} on the plate");
        })?;

    case.promise("Who comes at a busy moment waits, and then does what it came for.")
        .if_broken(
            "gives-up",
            |broken, _| broken.says("busy"),
            "`try_lock` that gives up heals the deadlock, and from then on a method sometimes does nothing at all. Whoever called it was \
             not told. A wait that ends is no fault; only one that cannot end is.",
        )
        .in_every_schedule("a plate and a tray are busy", Bounds::exhaustive(), || {
            let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let busy = plate.lock();
            let ann = thread::spawn("ann", move || same.grab(&hers));
            drop(busy);
            ann.join().unwrap();
            let eaten = *plate.lock();
            assert!(eaten == 2, "ann's plate was busy when she grabbed; it had 1 snack, should have 2, and has {eaten}");

            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let busy = bar.tray.lock();
            let ann = thread::spawn("ann", move || same.leave(&hers));
            drop(busy);
            ann.join().unwrap();
            let left = *bar.tray.lock();
            assert!(left == 2, "the tray was busy when ann left; with her snacks it should have 2, and has {left}");
        })?;

    case.promise("Every snack lies on the tray or on a plate, whoever looks, whenever.")
        .if_broken(
            "gap",
            |broken, _| broken.says("snacks"),
            "The deadlock is gone, because no thread holds two locks any more. But between letting go of the one and taking the \
             other, a snack lies nowhere, and whoever counts then miscounts. What belongs together must happen under both locks.",
        )
        .in_every_schedule("cat counts", Bounds::preemptions(3), || {
            let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let (other, also_hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let ann = thread::spawn("ann", move || same.grab(&hers));
            let bob = thread::spawn("bob", move || other.leave(&also_hers));
            {
                // The order of the solution; an answer that has chosen the other one is asked in its own, below.
                let tray = bar.tray.lock();
                let plate = lock_if_it_can(&plate);
                if let Some(plate) = plate {
                    let sum = *tray + *plate;
                    assert!(sum == 2, "2 snacks are there, and cat, who looks at the tray and the plate at once, counts {sum}");
                }
            }
            ann.join().unwrap();
            bob.join().unwrap();
        })?;

    case.promise("Players with plates of their own do not wait for each other's plates.")
        .in_some_schedule("bob's plate is busy", Bounds::exhaustive(), |seen| {
            let (bar, anns, bobs) = (Bar::open(1), plate("ann", 0), plate("bob", 0));
            let busy = bobs.lock();
            bar.grab(&anns);
            drop(busy);
            seen.it();
        })
}

#[track_caller]
fn lies(bar: &Bar, plate: &Plate, (tray, eaten): (u32, u32), when: &str) {
    let found = (*bar.tray.lock(), *plate.lock());
    assert!(
        found == (tray, eaten),
        "{when} the tray should have {tray} snacks and the plate {eaten}, and they have {} and {}",
        found.0,
        found.1
    );
}

/// Cat must not make a ring herself, whatever order the answer has chosen: a plate that is busy she does not look at.
fn lock_if_it_can(plate: &Plate) -> Option<lanes::sync::MutexGuard<'_, u32>> {
    plate.try_lock()
}

fn plate(of: &str, snacks: u32) -> Plate {
    Arc::new(Mutex::new(format!("{of}'s plate"), snacks))
}
