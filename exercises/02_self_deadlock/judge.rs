//! Judges exercise 2 with loom, every schedule. Unsolved: `second-lock`.
//!
//! Covers: one refill alone, two at the same time, one while a player grabs. Does not cover: more
//! than three threads.

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
            |broken, _| broken.is_deadlock(),
            "A mutex does not know that your own thread holds it. The method that holds the lock \
             calls a method that locks, so the thread waits for itself, forever. Look at the tray \
             through the guard that you have.",
        )
        .if_broken(
            "guess",
            |_, answer| answer.says("try_lock"),
            "`try_lock` fails if the lock is held, and here your own thread always holds it. The \
             number that you use instead is a guess.",
        )
        .in_every_schedule("a refill", Bounds::exhaustive(), || {
            for lay_there in [1, 0, SIZE] {
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
            let bar = Bar::open(SIZE);
            assert!(bar.grab(), "a full tray has a snack");
            let left = bar.left();
            assert!(
                left == SIZE - 1,
                "after a grab from a full tray {left} snacks lie there"
            );
        })?;

    case.promise(
        "The kitchen pays for exactly the snacks that are put on the tray, and the tray never \
         holds more than fit.",
    )
    .if_broken(
        "gap",
        |_, _| true,
        "You look at the tray, unlock it, and lock it again to act on what you saw. In between, \
         another thread used the tray, so what you saw is out of date. Look and act under one \
         lock.",
    )
    .in_every_schedule("two cooks and a player", Bounds::preemptions(3), || {
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
    })
}
