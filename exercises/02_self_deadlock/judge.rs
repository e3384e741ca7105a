//! Judges exercise 2 with loom, every schedule. Unsolved: `second-lock`.
//!
//! Covers: each method alone; two refills and a grab, two grabs, a look and one of the others, at
//! the same time. Does not cover: more than three threads, a tray with more snacks than fit.

use super::exercise::{Bar, SIZE};
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("`refill` returns, and the tray is full.")
        .if_broken(
            "helper",
            |broken, answer| broken.is_deadlock() && answer.says("spawn"),
            "Now another thread asks for the lock, but you wait for that thread while you hold the \
             lock. The wait cycle has one more thread, and it is still a cycle. If you hold a \
             lock, do not wait for a thread that needs it.",
        )
        .if_broken(
            "second-lock",
            |broken, _| broken.is_deadlock() && broken.cycle().len() == 1,
            "A lock does not know that your own thread holds it. The method that holds the lock \
             locks again, or calls a method that does, so the thread waits for itself, forever. \
             Look at the tray through the guard that you have.",
        )
        .if_broken(
            "spins",
            |broken, _| broken.is_endless() && broken.finds("taken"),
            "The loop asks until the lock is free, but your own thread holds it, and does not \
             unlock while it asks. Look at the tray through the guard that you have.",
        )
        .if_broken(
            "guess",
            |broken, _| broken.finds("taken"),
            "`try_lock` fails if the lock is held, and here your own thread always holds it. The \
             number that you use instead is a guess.",
        )
        .in_every_schedule("a refill", Bounds::exhaustive(), || {
            for lay_there in [1, 0, 2, SIZE] {
                let cook = Arc::new(Bar::open(lay_there));
                let bar = Arc::clone(&cook);
                let cook = thread::spawn("cook", move || {
                    let paid = cook.refill();
                    assert!(
                        paid == SIZE - lay_there,
                        "{lay_there} of {SIZE} snacks lay there, but the kitchen pays for {paid}"
                    );
                });
                cook.join().unwrap();
                let left = bar.left();
                assert!(
                    left == SIZE,
                    "after a refill {SIZE} snacks should lie there, but {left} do"
                );
            }
        })?;

    case.promise("`grab` takes a snack if there is one, and `left` counts what lies there.")
        .in_every_schedule("a player", Bounds::exhaustive(), || {
            let bar = Bar::open(SIZE);
            for left in (0..SIZE).rev() {
                assert!(
                    bar.grab(),
                    "{} snacks lay there, but `grab` says that the tray is empty",
                    left + 1
                );
                let found = bar.left();
                assert!(
                    found == left,
                    "after a grab {left} snacks should lie there, but {found} do"
                );
            }
            assert!(
                !bar.grab(),
                "the tray is empty, but `grab` says that it took a snack"
            );
            let left = bar.left();
            assert!(left == 0, "the tray is empty, but {left} snacks lie there");
        })?;

    case.promise(
        "The kitchen pays for exactly the snacks that are put on the tray, and the tray never \
         holds more than fit.",
    )
    .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
    .if_broken(
        "takes-all",
        |broken, _| broken.says("found none"),
        "Between two steps of `refill` the tray looks empty, although a snack lay there. A player \
         who comes then leaves without one. Change the tray in one step, under one lock.",
    )
    .if_broken("gap", looks_and_locks_again, GAP)
    .in_every_schedule("two cooks and a player", Bounds::preemptions(3), || {
        thread::rename("bob");
        let bar = Arc::new(Bar::open(1));
        let (one, other) = (Arc::clone(&bar), Arc::clone(&bar));
        let cook = thread::spawn("cook", move || one.refill());
        let helper = thread::spawn("helper", move || other.refill());
        let grabbed = u32::from(bar.grab());
        let paid = cook.join().unwrap() + helper.join().unwrap();
        let left = bar.left();
        assert!(left <= SIZE, "{left} snacks lie on a tray for {SIZE}");
        assert!(
            1 + paid == left + grabbed,
            "1 snack lay there, {paid} were paid for, {grabbed} eaten; but {left} are left"
        );
        assert!(
            grabbed == 1,
            "1 snack lay there, two cooks brought more, but the player who grabbed found none, or \
             gave up"
        );
    })?;

    case.promise("If two players grab the last snack, one of them gets it.")
        .if_broken("gap", looks_and_locks_again, GAP)
        .in_every_schedule("two players", Bounds::preemptions(3), || {
            thread::rename("bob");
            let bar = Arc::new(Bar::open(1));
            let same = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || same.grab());
            let grabbed = u32::from(bar.grab()) + u32::from(ann.join().unwrap());
            let left = bar.left();
            assert!(
                (grabbed, left) == (1, 0),
                "1 snack lay there and two players grabbed, but {grabbed} were eaten, and {left} \
                 are left"
            );
        })?;

    case.promise("A method that finds the tray busy waits, and then does its work.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .in_every_schedule(
            "a player looks, the cook refills",
            Bounds::preemptions(3),
            || {
                thread::rename("bob");
                let bar = Arc::new(Bar::open(1));
                let same = Arc::clone(&bar);
                let cook = thread::spawn("cook", move || same.refill());
                let seen = bar.left();
                let paid = cook.join().unwrap();
                let left = bar.left();
                assert!(
                    (paid, left) == (SIZE - 1, SIZE),
                    "1 snack lay there; a player looked while the cook refilled, and then {left} \
                     snacks lie there, and {paid} were paid for"
                );
                assert!(
                    (1..=SIZE).contains(&seen),
                    "1 snack lay there and the cook filled the tray, but a player saw {seen} snacks"
                );
            },
        )?;
    case.promise("A player who grabs while another one looks gets a snack, and both are right.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .in_every_schedule("a player looks, another one grabs", Bounds::preemptions(3), || {
            thread::rename("bob");
            let bar = Arc::new(Bar::open(1));
            let same = Arc::clone(&bar);
            let ann = thread::spawn("ann", move || same.grab());
            let seen = bar.left();
            let (has, left) = (ann.join().unwrap(), bar.left());
            assert!(
                has && left == 0,
                "1 snack lay there; ann grabbed while another player looked: she {} and {left} are \
                 left",
                if has { "has it," } else { "has none," }
            );
            assert!(
                seen <= 1,
                "1 snack lay there and ann took it, but another player saw {seen}"
            );
        })
}

const GAP: &str = "You look at the tray, unlock it, and lock it again to act on what you saw. In \
    between, another thread used the tray, so what you saw is out of date. Look and act under one \
    lock.";
const GIVES_UP: &str = "If the tray is busy, another thread is using it, and will unlock it soon. \
    A method that gives up then does nothing, or makes a number up, and its caller never learns of \
    it. Wait with `lock`: a wait that ends is not a bug.";

/// Whether a thread takes the tray twice: each method needs it once.
fn looks_and_locks_again(broken: &judge::Broken, _: &judge::Answer) -> bool {
    let takes_twice = |name: &&str| broken.count(name, "takes tray") > 1;
    ["cook", "helper", "ann"].iter().any(takes_twice)
}
