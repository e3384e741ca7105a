//! Judges exercise 7 with loom, every schedule. Unsolved: `lost-wakeup`.
//!
//! Covers: one or two players, one or two dishes. Not: bells that ring by themselves (a `while` is right for those, too).

use super::exercise::Hatch;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A dish that is there is taken at once.")
        .in_every_schedule("the cook was first", Bounds::exhaustive(), || {
            let hatch = Hatch::open();
            hatch.put();
            hatch.put();
            hatch.take();
            hatch.take();
        })?;

    let answer = case.answer();
    let loops = answer.says("loop") || answer.says("while");
    let waits = ["wait", "wait_while", "recv", "notified"]
        .iter()
        .any(|word| answer.says(word));
    case.promise("Who waits sleeps.")
        .if_broken(
            "spins",
            |_, _| true,
            "A loop that looks again and again keeps a processor busy with waiting, and slows down the cook it waits for. A condition \
             variable lets the player sleep until there is something to see.",
        )
        .holds(waits || !loops, "`take` goes round and round, and nobody ever waits at the bell")?;

    case.promise("Who waits for a dish gets the one that is put there.")
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now")),
            "A pause only moves the moment. There is still one between the last look and the wait, and a bell that rings then is \
             heard by nobody.",
        )
        .if_broken(
            "louder",
            |broken, answer| broken.is_deadlock() && answer.says("notify_all"),
            "`notify_all` wakes everybody who waits, and here nobody does *yet*: the bell rings between the look and the wait. It has \
             to be rung when it can be heard, not louder.",
        )
        .if_broken(
            "no-lock",
            |broken, answer| broken.is_deadlock() && answer.says("atomic"),
            "The number changes without the lock, so it can change between the look and the wait of somebody who holds the lock: an \
             atomic number, also a `SeqCst` one, keeps nobody out. What is waited for must change under the lock of the wait.",
        )
        .if_broken(
            "lost-wakeup",
            |broken, _| broken.is_deadlock(),
            "The player looks, lets go of the lock, and waits. In between the cook puts a dish there and rings, and nobody is waiting \
             yet: a bell is not remembered. Look and wait under one guard.",
        )
        .in_every_schedule("ann waits, the cook puts", Bounds::exhaustive(), || {
            let hatch = Arc::new(Hatch::open());
            let (hers, his) = (Arc::clone(&hatch), Arc::clone(&hatch));
            let ann = thread::spawn("ann", move || hers.take());
            let cook = thread::spawn("cook", move || his.put());
            ann.join().unwrap();
            cook.join().unwrap();
        })?;

    case.promise("Two players, two dishes: each gets one, and nobody takes a dish that is not there.")
        .if_broken(
            "if",
            |broken, answer| broken.says("overflow") && !answer.says("while") && !answer.says("loop"),
            WOKEN,
        )
        .if_broken(
            "saves-bells",
            |broken, _| broken.is_deadlock(),
            "Two players wait, two dishes come, and the bell rings for one of them only: that the hatch was not empty does not mean \
             that nobody waits any more. Who was woken may just not have come yet.",
        )
        .in_every_schedule("two players, two dishes", Bounds::preemptions(3), || {
            let hatch = Arc::new(Hatch::open());
            let take = |name: &str| {
                let hatch = Arc::clone(&hatch);
                thread::spawn(name, move || hatch.take())
            };
            let players = [take("ann"), take("bob")];
            hatch.put();
            hatch.put();
            for player in players {
                player.join().unwrap();
            }
        })
}

const WOKEN: &str = "Who is woken has to look again. Between the bell and the moment in which the player has the lock another one can come by \
     and take the dish. `if` looks once; `while` looks after each wake.";
