//! Judges exercise 2 with loom, every schedule. Unsolved: `second-lock`.
//!
//! Covers: a refill alone, two at once, one while a player grabs. Not: more than three threads.

use super::exercise::{Bar, SIZE};
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A refill comes back, and the tray is full.")
        .if_broken(
            "helper",
            |broken, answer| broken.is_deadlock() && answer.says("spawn"),
            "Another thread asks for the lock now, but you wait for that thread while you hold the lock: the ring has one \
             more corner, and it is a ring. Whoever holds a lock must not wait for somebody who needs it.",
        )
        .if_broken(
            "second-lock",
            |broken, _| broken.is_deadlock(),
            "A mutex does not know that it is you who holds it. The method that holds the lock calls one that locks, and waits for \
             itself, for ever. Look at the tray through the guard that you have.",
        )
        .if_broken(
            "guess",
            |_, answer| answer.says("try_lock"),
            "`try_lock` fails whenever somebody holds the lock, and here that somebody is always you. The number that is used \
             instead is a guess.",
        )
        .in_every_schedule("a refill", Bounds::exhaustive(), || {
            for lay_there in [1, 0, SIZE] {
                let cook = Arc::new(Bar::open(lay_there));
                let bar = Arc::clone(&cook);
                let cook = thread::spawn("cook", move || {
                    let paid = cook.refill();
                    assert!(paid == SIZE - lay_there, "{lay_there} of {SIZE} lay there, and the kitchen pays for {paid}");
                });
                cook.join().unwrap();
                let left = bar.left();
                assert!(left == SIZE, "after a refill {SIZE} snacks should lie there, and {left} do");
            }
            let bar = Bar::open(SIZE);
            assert!(bar.grab(), "a full tray has a snack");
            let left = bar.left();
            assert!(left == SIZE - 1, "after a grab from a full tray {left} snacks lie there");
        })?;

    case.promise("The kitchen pays for what is put on the tray, and the tray never holds more than fits.")
        .if_broken(
            "gap",
            |_, _| true,
            "You look at the tray, let go of it, and take it again to act on what you saw. Between the two somebody else was there, \
             and what you saw is old. Look and act under one lock.",
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
            assert!(1 + paid == left + grabbed, "1 lay there, {paid} were paid for, {grabbed} eaten; and {left} are left");
        })
}
