//! Judges exercise 1 with loom, every schedule. Unsolved: `two-orders`.
//!
//! Covers: one grab and one leave at the same time, while a third thread counts. Does not cover:
//! more players, more snacks.

use super::exercise::{Bar, Plate};
use judge::{Case, Judged};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("`grab` and `leave` move snacks, and no snack is lost.")
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

    case.promise(
        "No thread waits forever, and no snack is lost, when one player grabs while another one \
         leaves.",
    )
    .if_broken(
        "rarer",
        |_, answer| answer.says("sleep") || answer.says("yield_now"),
        "A pause makes the bad schedule rarer, but that schedule is still possible: when the bar \
         is busy, the other thread comes exactly during the pause. A deadlock is gone only when a \
         wait cycle is impossible.",
    )
    .if_broken(
        "spins",
        |broken, answer| answer.says("try_lock") && (broken.is_endless() || broken.is_deadlock()),
        "`try_lock` in a loop unlocks and tries again. Two threads that both do so can get in each \
         other's way forever: a livelock.",
    )
    .if_broken(
        "old-look",
        |broken, _| broken.says("in the end"),
        "You count the snacks on the plate, unlock the plate, and later move the number that you \
         counted. In between, another thread used the plate, so your number is out of date. Count \
         when you hold both locks, and move the snacks under the same two.",
    )
    .if_broken(
        "two-orders",
        |broken, _| broken.is_deadlock() && broken.cycle().len() > 1,
        "One thread takes the tray and then the plate, the other one takes the plate and then the \
         tray. Each holds the lock that the other one wants. Take both locks in one order, the \
         same in every method.",
    )
    .in_every_schedule("a grab meets a leave", Bounds::exhaustive(), || {
        let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
        let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
        // Two phones of the same player: one grabs, the other one leaves.
        let ann = thread::spawn("ann", move || same.grab(&hers));
        let (counts, plates) = (Arc::clone(&bar), Arc::clone(&plate));
        let bob = thread::spawn("bob", move || bar.leave(&plate));
        ann.join().unwrap();
        bob.join().unwrap();
        let (tray, eaten) = (*counts.tray.lock(), *plates.lock());
        assert!(
            tray + eaten == 2,
            "there were 2 snacks, but in the end {tray} lie on the tray and {eaten} on the plate"
        );
    })?;

    case.promise("If a lock is busy, a method waits for it, and then does its work.")
        .if_broken(
            "gives-up",
            |broken, _| broken.says("busy"),
            "If `try_lock` gives up, the deadlock is gone, but now a method sometimes does nothing \
             at all, and its caller never learns of it. A wait that ends is not a bug; only a wait \
             that cannot end is one.",
        )
        .in_every_schedule("a plate and a tray are busy", Bounds::exhaustive(), || {
            let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let busy = plate.lock();
            let ann = thread::spawn("ann", move || same.grab(&hers));
            drop(busy);
            ann.join().unwrap();
            let eaten = *plate.lock();
            assert!(
                eaten == 2,
                "ann's plate was busy when she grabbed; it had 1 snack and should have 2, but it \
                 has {eaten}"
            );

            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let busy = bar.tray.lock();
            let ann = thread::spawn("ann", move || same.leave(&hers));
            drop(busy);
            ann.join().unwrap();
            let left = *bar.tray.lock();
            assert!(
                left == 2,
                "the tray was busy when ann left; with her snacks it should have 2, but it has \
                 {left}"
            );
        })?;

    case.promise("At every moment, every snack lies on the tray or on a plate.")
        .if_broken(
            "gap",
            |broken, _| broken.says("snacks"),
            "The deadlock is gone, because no thread holds two locks any more. But after a thread \
             unlocks the first lock and before it takes the second, a snack is neither on the tray \
             nor on a plate. If another thread counts then, its sum is wrong. Make the whole move \
             while you hold both locks.",
        )
        .in_every_schedule("cat counts", Bounds::preemptions(3), || {
            let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let (other, also_hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let ann = thread::spawn("ann", move || same.grab(&hers));
            let bob = thread::spawn("bob", move || other.leave(&also_hers));
            {
                // The lock order of the solution. An answer may use the other order, so the plate
                // is only tried.
                let tray = bar.tray.lock();
                let plate = lock_if_it_can(&plate);
                if let Some(plate) = plate {
                    let sum = *tray + *plate;
                    assert!(
                        sum == 2,
                        "there are 2 snacks, but cat, who looks at the tray and the plate at the \
                         same time, counts {sum}"
                    );
                }
            }
            ann.join().unwrap();
            bob.join().unwrap();
        })?;

    case.promise("Players with different plates do not wait for each other's plates.")
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
        "{when} the tray should have {tray} snacks and the plate {eaten}, but they have {} and {}",
        found.0,
        found.1
    );
}

/// Locks the plate for cat. Returns `None` if the plate is busy, because cat must not become part
/// of a wait cycle, whichever lock order the answer uses.
fn lock_if_it_can(plate: &Plate) -> Option<lanes::sync::MutexGuard<'_, u32>> {
    plate.try_lock()
}

fn plate(of: &str, snacks: u32) -> Plate {
    Arc::new(Mutex::new(format!("{of}'s plate"), snacks))
}
