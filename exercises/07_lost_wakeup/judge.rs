//! Judges exercise 7 with loom, every schedule. Unsolved: `lost-wakeup`.
//!
//! Covers: one or two players, one or two dishes. Not: bells that ring by themselves (a `while` is right for those, too).

use super::exercise::Hatch;
use judge::{Case, Judged};
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("The cook puts dishes there and waits for nobody.")
        .if_broken(
            "cook-waits",
            |broken, _| broken.is_deadlock(),
            "The cook waits until the hatch is empty, and who should empty it may come much later. A kitchen that may not get ahead is another \
             exercise (13); this cook goes on.",
        )
        .in_every_schedule("the cook alone", Bounds::exhaustive(), || {
            let hatch = Hatch::open();
            hatch.put();
            hatch.put();
        })?;

    case.promise("A dish that is there is taken at once.")
        .if_broken(
            "waits-first",
            |broken, _| broken.is_deadlock(),
            "The dishes lie in the hatch, and the player waits for a bell that has rung before it came. Look first, and wait only if there is \
             nothing to take.",
        )
        .in_every_schedule("the cook was first", Bounds::exhaustive(), || {
            let hatch = Hatch::open();
            hatch.put();
            hatch.put();
            hatch.take();
            hatch.take();
        })?;

    let answer = case.answer();
    let loops = answer.says("loop") || answer.says("while");
    let calls_itself = answer.count("take") > 1;
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
        .holds(waits || !(loops || calls_itself), "`take` goes round and round, and nobody ever waits at the bell")?;

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
            "rings-first",
            |broken, _| broken.is_deadlock() && rings_before_the_dish(broken),
            "The cook rings, and then puts the dish there. The player hears the bell, finds nothing, and waits again; then comes the dish, and \
             no bell any more. First the dish, then the bell.",
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
            |broken, answer| (broken.says("overflow") || broken.says("have taken")) && !answer.says("while") && !answer.says("loop"),
            WOKEN,
        )
        .if_broken(
            "two-locks",
            |broken, _| broken.says("overflow") || broken.says("have taken"),
            "There was a dish when the player looked. But it let go of the lock before it took the dish, and another player was there in \
             between. Look, wait and take under one guard.",
        )
        .if_broken(
            "saves-bells",
            |broken, _| broken.is_deadlock(),
            "Two players wait, two dishes come, and the bell rings for one of them only: that the hatch was not empty does not mean \
             that nobody waits any more. Who was woken may just not have come yet.",
        )
        .in_every_schedule("two players, two dishes", Bounds::preemptions(3), || {
            let hatch = Arc::new(Hatch::open());
            let tally = Arc::new(Mutex::new("the tally", (0, 0)));
            let take = |name: &str| {
                let (hatch, tally) = (Arc::clone(&hatch), Arc::clone(&tally));
                thread::spawn(name, move || {
                    hatch.take();
                    let mut tally = tally.lock();
                    tally.1 += 1;
                    let (put, taken) = *tally;
                    assert!(taken <= put, "{put} dish was put there, and {taken} players have taken one");
                })
            };
            let players = [take("ann"), take("bob")];
            for _ in 0..2 {
                tally.lock().0 += 1;
                hatch.put();
            }
            for player in players {
                player.join().unwrap();
            }
        })
}

/// Does the cook ring before it puts its dish there?
fn rings_before_the_dish(broken: &judge::Broken) -> bool {
    let steps = broken.steps();
    let first = |words: &str| steps.iter().position(|step| step.starts_with("cook") && step.contains(words));
    first("notifies").is_some_and(|rung| first("takes dishes").is_none_or(|put| rung < put))
}

const WOKEN: &str = "Who is woken has to look again. Between the bell and the moment in which the player has the lock another one can come by \
     and take the dish. `if` looks once; `while` looks after each wake.";
