//! Judges exercise 6 with loom, every schedule. Unsolved: `check-then-act`.
//!
//! Covers: two players and one or two snacks; snacks that are put on the tray meanwhile (up to
//! three in every schedule, more in one); two cooks; a thread that only looks. Does not cover:
//! fairness.

use super::exercise::Tray;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, Outcome, Play, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A grab takes a snack if there is one.")
        .in_every_schedule("ann alone", Bounds::exhaustive(), || {
            let tray = Tray::open(1);
            assert!(tray.grab(), "1 snack lies there, but ann gets none");
            assert!(!tray.grab(), "no snack lies there, but ann gets one");
            let left = tray.left();
            assert!(left == 0, "1 snack, 1 grabbed, but {left} are left");
            tray.put();
            let left = tray.left();
            assert!(
                left == 1,
                "1 snack was put on an empty tray, but {left} lie there"
            );
            let full = Tray::open(u32::MAX);
            assert!(
                full.grab(),
                "{} snacks lie there, but ann gets none",
                u32::MAX
            );
            let left = full.left();
            assert!(
                left == u32::MAX - 1,
                "{} snacks, 1 grabbed, but {left} are left",
                u32::MAX
            );
        })?;

    case.promise("A snack is eaten once.")
        .if_broken(
            "rarer",
            |broken, answer| broken.says("both") && answer.pauses() && !answer.says("swap"),
            "A pause between the look and the act gives the other threads more time, not less. \
             Without the pause the failure is rarer; only if both are one step is it impossible.",
        )
        .if_broken(
            "old-number",
            |broken, _| broken.is_endless() && broken.shows("finds"),
            "The loop compares with a number that it does not load again. Another player was \
             faster, so the tray has another number, and the exchange fails each time. After each \
             failure look again: `Err` holds the number that was found.",
        )
        .if_broken(
            "own-lock",
            |broken, answer| broken.says("both") && answer.says("swap"),
            "You have built a lock of your own, but its operations are `Relaxed`: a thread that \
             locks after another one need not see what the other one did. Take a lock with \
             `Acquire`, and release it with `Release`. Or use a `Mutex`, which does the same, and \
             sleeps while it waits.",
        )
        .if_broken(
            "overwrites",
            |broken, answer| broken.says("both") && answer.says("store"),
            "Two players read the same number, and each writes it back minus one: the second write \
             overwrites the first. There is one snack less, but two players have eaten.",
        )
        .if_broken(
            "two-locks",
            |broken, answer| broken.says("both") && answer.says("lock"),
            "There is a lock, but you unlock it between the look and the act. In between, another \
             player uses the tray, and what you saw is out of date. Keep one guard from the look \
             to the act.",
        )
        .if_broken(
            "seqcst",
            |broken, answer| broken.says("both") && answer.says_any(&["SeqCst", "AcqRel", "fence"]),
            "A stronger ordering decides when other threads see what you did to *other* memory. It \
             does not make one step out of two: between the load and the subtraction another \
             player can still come in.",
        )
        .if_broken(
            "check-then-act",
            |broken, _| broken.says("both"),
            "Both players look while the snack lies there, and then both take it. Each operation \
             is atomic, but the two together are not. What you saw may be out of date when you \
             act.",
        )
        .in_every_schedule("ann and bob, one snack", Bounds::exhaustive(), || {
            let (ann, bob, left) = ann_and_bob(1);
            assert!(
                !(ann && bob),
                "1 snack, but ann and bob both have one, and {left} are left"
            );
            assert!(
                ann || bob,
                "1 snack, but neither ann nor bob has it, and {left} are left"
            );
            assert!(left == 0, "1 snack, 1 grabbed, but {left} are left");
        })?;

    case.promise("No player leaves without a snack while one is left.")
        .if_broken(
            "gives-up",
            |broken, answer| {
                broken.says("hungry")
                    && (answer.says("compare_exchange") || answer.says("compare_exchange_weak"))
            },
            "Another player was faster: so the number has changed, but the tray need not be empty. \
             Look again, and try again with the number that you see now.",
        )
        .if_broken(
            "takes-all",
            |broken, answer| broken.says("hungry") && answer.says("swap"),
            "You take all snacks, and put back those that you do not need. For a moment the tray \
             looks empty, and a player who comes then leaves hungry.",
        )
        .if_broken(
            "gives-up",
            |broken, answer| broken.says("hungry") && answer.says("try_lock"),
            "If the lock is held, another player is using the tray; the tray need not be empty.",
        )
        .in_every_schedule("ann and bob, two snacks", Bounds::exhaustive(), || {
            let (ann, bob, left) = ann_and_bob(2);
            assert!(
                ann && bob,
                "2 snacks, 2 players, {left} left, but {} is hungry",
                if ann { "bob" } else { "ann" }
            );
        })?;

    case.promise("No player leaves without a snack while the cook adds three, one at a time.")
        .if_broken(
            "gives-up",
            |broken, _| broken.says("hungry"),
            "You try again, but only a few times, or with a number that you did not load again. If \
             another thread was faster, the tray has changed, but it need not be empty: look \
             again, as often as necessary.",
        )
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .if_broken(
            "overwrites",
            |broken, answer| broken.says("ann has one") && answer.says("store"),
            "You write back a number that you computed from an older look. What the cook put there \
             in between is overwritten. Look and write in one step.",
        )
        .in_every_schedule("the cook puts three", Bounds::exhaustive(), || {
            thread::rename("cook");
            let tray = Arc::new(Tray::open(1));
            let same = Arc::clone(&tray);
            let ann = thread::spawn("ann", move || same.grab());
            for _ in 0..3 {
                tray.put();
            }
            let (ann, left) = (ann.join().unwrap(), tray.left());
            assert!(
                ann,
                "1 snack lay there, 3 were put there, {left} are left, but ann is hungry"
            );
            assert!(
                left == 3,
                "1 snack lay there, 3 were put there, ann has one, but {left} are left"
            );
        })?;

    let hungry = hungry();
    case.promise("No player leaves without a snack, even if the cook is faster each time.")
        .if_broken(
            "gives-up",
            |_, _| true,
            "You try again, but not as often as necessary. If another thread was faster, the tray \
             has changed, but it need not be empty: look again, until the exchange succeeds or \
             the tray is empty.",
        )
        .holds(hungry.is_none(), &hungry.unwrap_or_default())?;

    case.promise("Each snack that is put on the tray is there, also if two cooks come at once.")
        .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
        .if_broken(
            "overwrites",
            |broken, answer| broken.says("two cooks") && answer.says("store"),
            "Two threads read the same number, and each writes back a number that it computed from \
             it: the second write overwrites the first. Look and write in one step.",
        )
        .in_every_schedule("two cooks", Bounds::exhaustive(), || {
            thread::rename("cook");
            let tray = Arc::new(Tray::open(1));
            let same = Arc::clone(&tray);
            let cook = thread::spawn("cook", move || same.put());
            tray.put();
            cook.join().unwrap();
            let left = tray.left();
            assert!(
                left == 3,
                "1 snack lay there, two cooks put 1 more each, but {left} lie there"
            );
        })?;

    case.promise(
        "A thread that looks sees the tray before or after a grab, and before or after a put.",
    )
    .if_broken("gives-up", |broken, _| broken.finds("taken"), GIVES_UP)
    .if_broken(
        "takes-all",
        |broken, answer| broken.says("cat sees 0") && answer.says("swap"),
        "You take all snacks off the tray, and put back those that you do not need. A thread \
         that looks in between sees an empty tray.",
    )
    .in_every_schedule(
        "ann grabs, the cook puts, cat looks",
        Bounds::preemptions(3),
        || {
            let tray = Arc::new(Tray::open(2));
            let same = Arc::clone(&tray);
            let ann = thread::spawn("ann", move || same.grab());
            let same = Arc::clone(&tray);
            let cook = thread::spawn("cook", move || same.put());
            let looks = Arc::clone(&tray);
            let cat = thread::spawn("cat", move || looks.left());
            let has = ann.join().unwrap();
            cook.join().unwrap();
            let (sees, left) = (cat.join().unwrap(), tray.left());
            assert!(
                has && left == 2,
                "2 snacks lay there, ann grabbed, the cook put 1: ann {}, and {left} are left",
                if has { "has one" } else { "is hungry" }
            );
            assert!(
                (1..=3).contains(&sees),
                "2 snacks lay there, ann takes one, the cook puts one, but cat sees {sees} snacks"
            );
        },
    )?;

    case.promise("No thread sees a snack that is not there.")
        .if_broken(
            "gives-back",
            |broken, _| broken.says("cat sees"),
            "You take first, and give back what was not there. For a moment the number is one \
             below zero, and a thread that looks then sees it.",
        )
        .in_every_schedule("cat looks", Bounds::exhaustive(), || {
            let tray = Arc::new(Tray::open(0));
            let same = Arc::clone(&tray);
            let bob = thread::spawn("bob", move || same.grab());
            let looks = Arc::clone(&tray);
            let cat = thread::spawn("cat", move || looks.left());
            bob.join().unwrap();
            let sees = cat.join().unwrap();
            assert!(
                sees == 0,
                "the tray is empty, bob grabs, but cat sees {sees} snacks"
            );
        })?;

    case.promise("A snack that was put on the tray is there for the next player who grabs.")
        .if_broken(
            "gives-back",
            |broken, _| broken.says("hungry"),
            "A player takes a snack that is not there, and gives it back later. Meanwhile the cook \
             puts a snack on the tray, but the number only comes back to zero: a player who grabs \
             now finds nothing.",
        )
        .in_every_schedule(
            "the cook puts one, and takes one",
            Bounds::exhaustive(),
            || {
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
                assert!(
                    cook || bob,
                    "the cook put a snack there and grabbed, bob grabbed, but both are hungry, and \
                     {left} are left"
                );
                assert!(
                    cook != bob,
                    "1 snack was put there, but the cook and bob both have one"
                );
            },
        )
}

const GIVES_UP: &str = "If `try_lock` fails, another thread is using the tray, and will unlock it \
    soon. What is done or returned instead is wrong. Wait with `lock`.";

/// Lets ann and bob grab at the same time. Returns whether each has a snack, and how many are left.
fn ann_and_bob(snacks: u32) -> (bool, bool, u32) {
    let tray = Arc::new(Tray::open(snacks));
    let (hers, his) = (Arc::clone(&tray), Arc::clone(&tray));
    let ann = thread::spawn("ann", move || hers.grab());
    let bob = thread::spawn("bob", move || his.grab());
    (ann.join().unwrap(), bob.join().unwrap(), tray.left())
}

/// How often the cook is faster than ann in [`hungry`].
const FASTER: usize = 24;

/// Plays one schedule: after each step of ann's grab the cook puts a snack on the tray, as long as
/// it has one. Returns a sentence if ann is hungry in the end. In every schedule there would be too
/// many.
fn hungry() -> Option<String> {
    let mut play = Play::start(|| {
        let tray = Arc::new(Tray::open(1));
        let same = Arc::clone(&tray);
        let ann = thread::spawn("ann", move || same.grab());
        let cook = thread::spawn("cook", move || (0..FASTER).for_each(|_| tray.put()));
        let has = ann.join().unwrap();
        cook.join().unwrap();
        assert!(
            has,
            "1 snack lay there, and the cook put {FASTER} there, one after each step of ann's \
             grab, but ann is hungry"
        );
    });
    while matches!(play.outcome(), Outcome::Running) {
        let threads = ["ann", "cook", "main"];
        let moved = threads.map(|name| play.pick(name).is_ok());
        if !moved.contains(&true) {
            break;
        }
    }
    match play.outcome() {
        Outcome::Broken(message) if message.contains("hungry") => Some(message.clone()),
        _ => None,
    }
}
