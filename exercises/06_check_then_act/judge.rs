//! Judges exercise 6 with loom, every schedule. Unsolved: `check-then-act`.
//!
//! Covers: two players and one or two snacks, snacks that are put meanwhile (up to three), somebody who looks. Not: fairness.

use super::exercise::Tray;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("Who grabs gets a snack, if there is one.")
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let tray = Tray::open(1);
            assert!(tray.grab(), "1 snack lies there, and ann gets none");
            assert!(!tray.grab(), "no snack lies there, and ann gets one");
            let left = tray.left();
            assert!(left == 0, "1 snack, 1 grabbed, and {left} are left");
            tray.put();
            let left = tray.left();
            assert!(
                left == 1,
                "1 snack was put on an empty tray, and {left} lie there"
            );
        })?;

    case.promise("A snack is eaten once.")
        .if_broken(
            "rarer",
            |_, answer| (answer.says("sleep") || answer.says("yield_now")) && !answer.says("swap"),
            "A pause between the look and the act gives the others more time, not less. Without one it is rarer; only as one step it \
             cannot happen.",
        )
        .if_broken(
            "own-lock",
            |broken, answer| broken.says("both") && answer.says("swap"),
            "You have built a lock of your own, and its door is `Relaxed`: who comes in after another one need not see what that one did. A \
             lock is taken with `Acquire` and given back with `Release`. Or take a `Mutex`, which does just that, and sleeps besides.",
        )
        .if_broken(
            "overwrites",
            |broken, answer| broken.says("both") && answer.says("store"),
            "Two players read the same number, and each writes it back less one: the second write wipes out the first. It is one \
             snack less, and two have eaten.",
        )
        .if_broken(
            "two-locks",
            |broken, answer| broken.says("both") && answer.says("lock"),
            "There is a lock, and you let go of it between the look and the act. In between another player is at the tray, and what \
             you saw is over. One guard, from the look to the act.",
        )
        .if_broken(
            "seqcst",
            |broken, answer| broken.says("both") && (answer.says("SeqCst") || answer.says("AcqRel") || answer.says("fence")),
            "A stronger ordering tells when others see what you did to *other* memory. It makes no single step out of two: between \
             the load and the subtraction there is still room for a player. (The old value in the drawing `SeqCst` would rule out in \
             truth. Both look, then both take: that it does not.)",
        )
        .if_broken(
            "check-then-act",
            |broken, _| broken.says("both"),
            "Both players look while the snack lies there, and then both take it. Each operation is atomic; the two together are \
             not. What you have seen may be over when you act.",
        )
        .in_every_schedule("ann and bob, one snack", Bounds::exhaustive(), || {
            let tray = Arc::new(Tray::open(1));
            let (hers, his) = (Arc::clone(&tray), Arc::clone(&tray));
            let ann = thread::spawn("ann", move || hers.grab());
            let bob = thread::spawn("bob", move || his.grab());
            let (ann, bob) = (ann.join().unwrap(), bob.join().unwrap());
            let left = tray.left();
            assert!(!(ann && bob), "1 snack, ann and bob both have one, and {left} are left");
            assert!(ann || bob, "1 snack, neither ann nor bob has it, and {left} are left");
            assert!(left == 0, "1 snack, 1 grabbed, and {left} are left");
        })?;

    case.promise("Nobody goes away without a snack while one is left.")
        .if_broken(
            "gives-up",
            |broken, answer| broken.says("hungry") && (answer.says("compare_exchange") || answer.says("compare_exchange_weak")),
            "Somebody else was quicker: that says that the number has changed, not that the tray is empty. Look again, and try \
             again with what you see now.",
        )
        .if_broken(
            "takes-all",
            |broken, answer| broken.says("hungry") && answer.says("swap"),
            "You take the whole tray away, and put back what you do not need. For a moment it looks empty, and who comes then leaves hungry.",
        )
        .if_broken(
            "gives-up",
            |broken, answer| broken.says("hungry") && answer.says("try_lock"),
            "A lock that is taken says that somebody is at the tray, not that it is empty.",
        )
        .in_every_schedule("ann and bob, two snacks", Bounds::exhaustive(), || {
            let tray = Arc::new(Tray::open(2));
            let same = Arc::clone(&tray);
            let ann = thread::spawn("ann", move || same.grab());
            let same = Arc::clone(&tray);
            let bob = thread::spawn("bob", move || same.grab());
            let (ann, bob) = (ann.join().unwrap(), bob.join().unwrap());
            let left = tray.left();
            assert!(ann && bob, "2 snacks, 2 players, {left} left, and {} is hungry", if ann { "bob" } else { "ann" });
        })?;

    case.promise("Nor while the cook is quicker, three times in a row.")
        .if_broken(
            "gives-up",
            |broken, _| broken.says("hungry"),
            "You try again, but not for ever, or with a number that you did not look up anew. That somebody was quicker says that the tray has \
             changed, and not that it is empty: look again, as often as it takes.",
        )
        .in_every_schedule("the cook puts three", Bounds::exhaustive(), || {
            let tray = Arc::new(Tray::open(1));
            let same = Arc::clone(&tray);
            let ann = thread::spawn("ann", move || same.grab());
            for _ in 0..3 {
                tray.put();
            }
            let (ann, left) = (ann.join().unwrap(), tray.left());
            assert!(ann, "1 snack lay there, 3 were put there, {left} are left, and ann is hungry");
            assert!(left == 3, "1 snack lay there, 3 were put there, ann has one, and {left} are left");
        })?;

    case.promise("Nobody sees a snack that is not there.")
        .if_broken(
            "gives-back",
            |broken, _| broken.says("cat sees"),
            "You take first and give back what was not there. For a moment the tray holds one less than nothing, and who looks \
             then sees that.",
        )
        .in_every_schedule("cat looks", Bounds::exhaustive(), || {
            let tray = Arc::new(Tray::open(0));
            let same = Arc::clone(&tray);
            let bob = thread::spawn("bob", move || same.grab());
            let looks = Arc::clone(&tray);
            let cat = thread::spawn("cat", move || looks.left());
            bob.join().unwrap();
            let sees = cat.join().unwrap();
            assert!(sees == 0, "the tray is empty, bob grabs, and cat sees {sees} snacks");
        })?;

    case.promise("A snack that was put on the tray is there for the next one who grabs.")
        .if_broken(
            "gives-back",
            |broken, _| broken.says("hungry"),
            "Somebody takes a snack that is not there, and gives it back later. Meanwhile one is put on the tray, and the debt eats \
             it: whoever comes now finds nothing.",
        )
        .in_every_schedule("the cook puts one, and takes one", Bounds::exhaustive(), || {
            let tray = Arc::new(Tray::open(0));
            let same = Arc::clone(&tray);
            let bob = thread::spawn("bob", move || same.grab());
            let same = Arc::clone(&tray);
            let cook = thread::spawn("cook", move || {
                same.put();
                same.grab()
            });
            let (bob, cook) = (bob.join().unwrap(), cook.join().unwrap());
            let left = tray.left();
            assert!(cook || bob, "the cook put a snack there and grabbed, bob grabbed: both are hungry, and {left} are left");
            assert!(cook != bob, "1 snack was put there, and the cook and bob both have one");
        })
}
