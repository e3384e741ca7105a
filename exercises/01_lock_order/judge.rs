//! Judges exercise 1 with loom, every schedule. Unsolved: `two-orders`.
//!
//! Covers: a grab and a leave at the same time, also while a third thread counts (if an answer
//! tries locks, it counts beside one of them); two grabs; two leaves; a lock that is busy. Does not
//! cover: more than two players.

use super::exercise::{Bar, Plate};
use judge::{Case, Judged, stays_busy};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("`grab` and `leave` move snacks, and no snack is lost.")
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let (bar, plate, other) = (Bar::open(2), plate("ann", 1), plate("bob", 5));
            bar.grab(&plate);
            lies(&bar, &plate, (1, 2), "after a grab");
            bar.grab(&plate);
            lies(&bar, &plate, (0, 3), "after a second grab");
            bar.grab(&plate);
            lies(&bar, &plate, (0, 3), "after a grab at an empty tray");
            bar.leave(&plate);
            lies(&bar, &plate, (3, 0), "after a leave");
            bar.leave(&plate);
            lies(&bar, &plate, (3, 0), "after a leave with an empty plate");
            bar.leave(&other);
            lies(&bar, &other, (8, 0), "after the leave of a second player");
        })?;

    // If an answer unlocks, lets the others run and tries again, then in an exhaustive search the
    // others may come after any number of tries: there is no end to it.
    let tries = case.answer().says("try_lock");
    let bounds = if tries {
        Bounds::preemptions(4)
    } else {
        Bounds::exhaustive()
    };
    case.promise(
        "No thread waits forever, and no snack is lost, when one player grabs while another one \
         leaves.",
    )
    .if_broken(
        "rarer",
        |broken, answer| broken.is_deadlock() && broken.cycle().len() > 1 && answer.pauses(),
        "A pause makes the bad schedule rarer, but that schedule is still possible: when the bar \
         is busy, the other thread comes exactly during the pause. A deadlock is gone only when a \
         wait cycle is impossible.",
    )
    .if_broken(
        "holds-on",
        |broken, _| broken.is_endless() && !lets_go_in_the_end(broken),
        "This thread tries the second lock again and again, but it keeps the first one, and the \
         thread that has the second waits for the first. It is the same wait cycle, with one \
         thread awake in it. Unlock the first before you try again; or take both locks in one \
         order, and do not try at all.",
    )
    .if_broken(
        "spins",
        |broken, _| broken.is_endless(),
        "To unlock before you try again is right: there is no wait cycle any more. But the loop \
         takes its first lock again at once, and in this schedule the other thread never gets it \
         in between. Let other threads run before the next try (`thread::yield_now`); or take \
         both locks in one order, and sleep while you wait.",
    )
    .if_broken("old-look", |broken, _| broken.says("in the end"), OLD_LOOK)
    .if_broken(
        "two-orders",
        |broken, _| broken.is_deadlock() && broken.cycle().len() == 2,
        "One thread takes the tray and then the plate, the other one takes the plate and then the \
         tray. Each holds the lock that the other one wants. Take both locks in one order, the \
         same in every method.",
    )
    .in_every_schedule("a grab meets a leave", bounds, || {
        // Two phones of the same player: one grabs, the other one leaves.
        let plate = plate("ann", 1);
        let (tray, plates) = both(1, [(true, &plate), (false, &plate)]);
        assert!(
            tray + plates == 2,
            "there were 2 snacks, but in the end {tray} lie on the tray and {plates} on the plate"
        );
    })?;

    case.promise("Two players who leave, or grab, at the same time move each snack once.")
        .if_broken("old-look", is_an_old_look, OLD_LOOK)
        .in_every_schedule("two leave", Bounds::preemptions(3), || {
            let plate = plate("ann", 2);
            let (tray, eaten) = both(1, [(false, &plate), (false, &plate)]);
            assert!(
                (tray, eaten) == (3, 0),
                "1 snack lay on the tray and 2 on the plate; both phones of ann left, but in the \
                 end {tray} lie on the tray and {eaten} on the plate"
            );
        })?;
    case.promise("If two players grab the last snack, one of them gets it.")
        .if_broken("old-look", is_an_old_look, OLD_LOOK)
        .in_every_schedule("two grab", Bounds::preemptions(3), || {
            let plates = [plate("ann", 0), plate("bob", 0)];
            let (tray, anns) = both(1, [(true, &plates[0]), (true, &plates[1])]);
            let bobs = *plates[1].lock();
            assert!(
                tray == 0 && anns + bobs == 1,
                "1 snack lay on the tray, ann and bob grabbed, but in the end {tray} lie on the \
                 tray, {anns} on ann's plate and {bobs} on bob's"
            );
        })?;

    for (grabs, is_tray) in [(true, true), (true, false), (false, true), (false, false)] {
        let method = if grabs { "grab" } else { "leave" };
        let lock = if is_tray { "tray" } else { "plate" };
        let name = format!("cat holds the {lock}, ann calls `{method}`");
        case.promise(&format!(
            "If the {lock} is busy, `{method}` waits for it, and then does its work."
        ))
        .if_broken(
            "gives-up",
            |broken, _| broken.says("busy"),
            "If `try_lock` gives up, the deadlock is gone, but now a method sometimes does nothing \
             at all, and its caller never learns of it. A wait that ends is not a bug; only a wait \
             that cannot end is one.",
        )
        .in_every_schedule(&name, Bounds::preemptions(1), move || {
            thread::rename("cat");
            let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
            let (same, hers) = (Arc::clone(&bar), Arc::clone(&plate));
            let busy = if is_tray {
                bar.tray.lock()
            } else {
                plate.lock()
            };
            let ann = thread::spawn("ann", move || run(grabs, &same, &hers));
            stays_busy(busy);
            ann.join().unwrap();
            let (tray, eaten) = (*bar.tray.lock(), *plate.lock());
            let should = if grabs { (0, 2) } else { (2, 0) };
            assert!(
                (tray, eaten) == should,
                "the {lock} was busy for a while when ann called `{method}`; after it the tray \
                 should have {} and the plate {}, but they have {tray} and {eaten}",
                should.0,
                should.1
            );
        })?;
    }

    // Two threads that both try locks again and again have too many schedules for a third one.
    let whole = [vec![true, false]];
    let alone = [vec![true], vec![false]];
    for players in if tries { &alone[..] } else { &whole[..] } {
        let players = players.clone();
        case.promise("At every moment, every snack lies on the tray or on a plate.")
            .if_broken(
                "gap",
                |broken, _| broken.says("cat"),
                "The deadlock is gone. But between two steps of one move both locks are free, and \
                 a snack is neither on the tray nor on a plate, or it is on both. If another \
                 thread counts then, its sum is wrong. Make the whole move while you hold both \
                 locks.",
            )
            .in_every_schedule("cat counts", Bounds::preemptions(3), move || {
                thread::rename("cat");
                let (bar, plate) = (Arc::new(Bar::open(1)), plate("ann", 1));
                let players: Vec<_> = players
                    .iter()
                    .map(|&grabs| {
                        let (bar, plate) = (Arc::clone(&bar), Arc::clone(&plate));
                        let name = if grabs { "ann" } else { "bob" };
                        thread::spawn(name, move || run(grabs, &bar, &plate))
                    })
                    .collect();
                {
                    // The lock order of the solution. An answer may use the other order, and cat
                    // must not become part of a wait cycle, so the plate is only tried.
                    let tray = bar.tray.lock();
                    if let Some(plate) = plate.try_lock() {
                        let sum = *tray + *plate;
                        assert!(
                            sum == 2,
                            "there are 2 snacks, but cat, who looks at the tray and the plate at \
                             the same time, counts {sum}"
                        );
                    }
                }
                for player in players {
                    player.join().unwrap();
                }
            })?;
    }

    case.promise("Players with different plates do not wait for each other's plates.")
        .in_every_schedule("bob's plate is busy", Bounds::preemptions(2), || {
            let (bar, anns, bobs) = (Bar::open(1), plate("ann", 0), plate("bob", 0));
            let busy = bobs.lock();
            bar.grab(&anns);
            lies(
                &bar,
                &anns,
                (0, 1),
                "after a grab, while bob's plate is busy,",
            );
            bar.leave(&anns);
            lies(
                &bar,
                &anns,
                (1, 0),
                "after a leave, while bob's plate is busy,",
            );
            drop(busy);
        })
}

const OLD_LOOK: &str = "You look at the tray or the plate, unlock it, and later act on what you \
    saw. In between, another thread moved snacks, so what you saw is out of date. Look when you \
    hold both locks, and move the snacks under the same two.";

/// Whether the numbers are wrong, or one of them went below zero. Each method alone is right.
fn is_an_old_look(broken: &judge::Broken, _: &judge::Answer) -> bool {
    broken.says("in the end") || broken.says("overflow")
}

/// How many rows of an endless drawing show what its loop does.
const LOOP: usize = 12;

/// Whether the loop of an endless schedule releases a lock.
fn lets_go_in_the_end(broken: &judge::Broken) -> bool {
    let steps = broken.steps();
    steps
        .iter()
        .rev()
        .take(LOOP)
        .any(|step| step.contains("lets go"))
}

/// Calls `grab` if `grabs`, and `leave` if not.
fn run(grabs: bool, bar: &Bar, plate: &Plate) {
    if grabs {
        bar.grab(plate);
    } else {
        bar.leave(plate);
    }
}

/// Runs two methods at the same time, each with a plate: `grab` if true, `leave` if not. Returns
/// how many snacks lie on the tray and on the first plate.
fn both(tray: u32, [anns, bobs]: [(bool, &Plate); 2]) -> (u32, u32) {
    let bar = Arc::new(Bar::open(tray));
    let moves = |name: &str, (grabs, plate): (bool, &Plate)| {
        let (bar, plate) = (Arc::clone(&bar), Arc::clone(plate));
        thread::spawn(name, move || run(grabs, &bar, &plate))
    };
    let (ann, bob) = (moves("ann", anns), moves("bob", bobs));
    ann.join().unwrap();
    bob.join().unwrap();
    (*bar.tray.lock(), *anns.1.lock())
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

fn plate(of: &str, snacks: u32) -> Plate {
    Arc::new(Mutex::new(format!("{of}'s plate"), snacks))
}
